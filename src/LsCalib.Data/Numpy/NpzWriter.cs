using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace LsCalib.Data.Numpy;

/// <summary>Writes an .npz file as np.savez would, uncompressed and without a clock, so that the same arrays give the same bytes.</summary>
public sealed class NpzWriter : IDisposable
{
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ZipArchive _archive;

    public NpzWriter(Stream target) => _archive = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Adds an array from pieces that follow each other.</summary>
    /// <param name="name">Name of the array.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="pieces">Its elements in C order.</param>
    public void Add<T>(string name, long[] shape, IEnumerable<ReadOnlyMemory<T>> pieces)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var entry = _archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        using var stream = entry.Open();
        stream.Write(Header(Descr<T>(), shape));
        foreach (var piece in pieces)
        {
            stream.Write(MemoryMarshal.AsBytes(piece.Span));
        }
    }

    /// <summary>Adds a one-dimensional array.</summary>
    public void Add<T>(string name, T[] values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        Add<T>(name, [values.Length], [values]);
    }

    public void Dispose() => _archive.Dispose();

    private static string Descr<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.Single => "<f4",
        TypeCode.Double => "<f8",
        TypeCode.Int32 => "<i4",
        TypeCode.Int64 => "<i8",
        _ => throw new NotSupportedException($"{typeof(T)} is not written."),
    };

    private static byte[] Header(string descr, long[] shape)
    {
        string dimensions = string.Join(", ", shape.Select(d => d.ToString(CultureInfo.InvariantCulture)));
        string text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({dimensions}{(shape.Length == 1 ? "," : "")}), }}";

        // The data start on a multiple of 64 within the entry, as the format asks.
        int length = (10 + text.Length + 1 + 63) / 64 * 64;
        text = text.PadRight(length - 10 - 1) + "\n";
        var header = new byte[length];
        header[0] = 0x93;
        Encoding.ASCII.GetBytes("NUMPY").CopyTo(header, 1);
        header[6] = 1;
        header[7] = 0;
        header[8] = (byte)(length - 10);
        header[9] = (byte)((length - 10) >> 8);
        Encoding.ASCII.GetBytes(text).CopyTo(header, 10);
        return header;
    }
}
