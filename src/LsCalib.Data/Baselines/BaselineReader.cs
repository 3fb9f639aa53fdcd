using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LsCalib.Data.Baselines;

/// <summary>Reads baselines.</summary>
public static class BaselineReader
{
    private const string MakeAnew = "Make one with ls-calib baseline save.";

    /// <summary>Reads a baseline; every number is that which was written, to the bit.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It is missing, no baseline, of a later version, cut short or edited.</exception>
    public static Baseline Read(string path)
    {
        byte[] file = Bytes(path);
        var content = Content(path, file);
        try
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(content);
            var header = BaselineHeader.Parse(content.Slice(sizeof(int), length));
            if (header.Problem is { } problem)
            {
                throw Impossible(path, problem);
            }

            // Copied: a stream cannot read a span.
            using var packed = new MemoryStream(content[(sizeof(int) + length)..].ToArray());
            using var columns = new BrotliStream(packed, CompressionMode.Decompress);
            return BaselineColumns.Read(path, header, columns);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or EndOfStreamException or InvalidDataException or OverflowException)
        {
            throw Impossible(path, exception.Message.Split('\n')[0].TrimEnd('.'), exception);
        }
    }

    /// <summary>Whether a file starts as a baseline does, of whatever version.</summary>
    public static bool IsBaseline(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[BaselineFormat.Magic.Length];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && IsMagic(start);
    }

    /// <summary>The error of a file that has its checksum, but cannot have been written by us.</summary>
    internal static DataException Impossible(string path, string problem, Exception? inner = null) =>
        new($"{path}: is no baseline that ls-calib wrote ({problem}). {MakeAnew}", inner!);

    /// <summary>What stands between the first line and the checksum.</summary>
    private static ReadOnlySpan<byte> Content(string path, byte[] file)
    {
        if (file.Length == 0)
        {
            throw new DataException($"{path}: the file is empty. {MakeAnew}");
        }

        if (!IsMagic(file))
        {
            throw new DataException($"{path}: is no baseline. {MakeAnew}");
        }

        int end = file.AsSpan(0, Math.Min(file.Length, BaselineFormat.Magic.Length + 12)).IndexOf((byte)'\n');
        string word = end < 0 ? "" : Encoding.ASCII.GetString(file, BaselineFormat.Magic.Length, end - BaselineFormat.Magic.Length);
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int version) && version > BaselineFormat.Version)
        {
            throw new DataException(FormattableString.Invariant(
                $"{path}: is a baseline of format {version}, and this ls-calib reads format {BaselineFormat.Version}. Update ls-calib, or make the baseline anew with ls-calib baseline save."));
        }

        int length = file.Length - BaselineFormat.DigestLength;
        return version == BaselineFormat.Version && length >= end + 1 + sizeof(int) && SHA256.HashData(file.AsSpan(0, length)).AsSpan().SequenceEqual(file.AsSpan(length))
            ? file.AsSpan((end + 1)..length)
            : throw new DataException($"{path}: is damaged: cut short or edited, as its checksum tells. Restore it, or make it anew with ls-calib baseline save.");
    }

    private static bool IsMagic(ReadOnlySpan<byte> start) => start.StartsWith("ls-calib baseline "u8);

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw FileErrors.CannotRead(path, exception);
        }
    }
}
