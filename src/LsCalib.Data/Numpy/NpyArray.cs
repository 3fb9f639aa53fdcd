using System.IO.Compression;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Numpy;

/// <summary>
/// An array in an .npy file or an .npz entry: mapped where it is stored as it is, unpacked as it is read where it is
/// compressed. The CRC-32 of an entry is checked before its numbers are used, or as its last bytes are unpacked.
/// </summary>
public sealed class NpyArray
{
    private const int MostBlockBytes = 1 << 26;
    private readonly MappedFile _file;
    private readonly ZipEntry? _entry;

    private NpyArray(MappedFile file, ZipEntry? entry, string name, NpyHeader header)
    {
        _file = file;
        _entry = entry;
        Name = name;
        Header = header;
    }

    /// <summary>File, or file and entry, for messages.</summary>
    public string Name { get; }

    public NpyHeader Header { get; }

    /// <summary>Rows: the first dimension.</summary>
    public long RowCount => Header.Shape.Length == 0 ? 1 : Header.Shape[0];

    /// <summary>Elements of one row.</summary>
    public long RowLength => RowCount == 0 ? 0 : Header.ElementCount / RowCount;

    private bool IsMapped => _entry is null || _entry.IsStored;

    private long DataStart => (_entry?.DataOffset ?? 0) + Header.DataOffset;

    private long ByteCount => Header.ElementCount * Header.Type.Size();

    internal static NpyArray Open(MappedFile file, ZipEntry? entry)
    {
        string name = entry is null ? file.Path : $"{file.Path}, array \"{Path.GetFileNameWithoutExtension(entry.Name)}\"";
        NpyHeader header;
        if (entry is null || entry.IsStored)
        {
            long start = entry?.DataOffset ?? 0;
            long length = entry?.Length ?? file.Length;
            var prefix = file.Bytes(start, (int)Math.Min(length, NpyHeader.PrefixLength));
            int headerLength = NpyHeader.LengthOf(prefix, name);
            if (headerLength > length)
            {
                throw CutShort(name);
            }

            header = NpyHeader.Parse(file.Bytes(start, headerLength), name);
        }
        else
        {
            using var stream = Unpack(file, entry);
            var prefix = new byte[NpyHeader.PrefixLength];
            ReadFully(stream, prefix, name);
            var whole = new byte[NpyHeader.LengthOf(prefix, name)];
            prefix.AsSpan(0, Math.Min(prefix.Length, whole.Length)).CopyTo(whole);
            ReadFully(stream, whole.AsSpan(prefix.Length), name);
            header = NpyHeader.Parse(whole, name);
        }

        var array = new NpyArray(file, entry, name, header);
        long available = entry?.Length ?? file.Length;
        if (array.Header.DataOffset + array.ByteCount > available)
        {
            throw CutShort(name);
        }

        return array;
    }

    /// <summary>The array as scores [N,K]; float32 and float64 keep their type, other types are refused.</summary>
    public ScoreMatrix ToScores(ScoreKind kind)
    {
        int classCount = checked((int)RowLength);
        return Header.Type switch
        {
            NpyType.Float32 => Scores<float>(kind, classCount),
            NpyType.Float64 => Scores<double>(kind, classCount),
            NpyType.Float16 => HalfScores(kind, classCount),
            _ => throw new DataException($"{Name}: scores are float16, float32 or float64, not {Header.Type.ToString().ToLowerInvariant()}."),
        };
    }

    /// <summary>All elements of a small array, as doubles; exact for integers up to 2^53.</summary>
    public double[] ToDoubles()
    {
        var values = new double[Header.ElementCount];
        using var rows = OpenRows();
        rows.Read(values);
        rows.Finish();
        return values;
    }

    /// <summary>A reader over the elements in order.</summary>
    public NpyElementReader OpenRows()
    {
        if (IsMapped)
        {
            CheckStoredCrc();
        }

        return new(OpenData(), Header, Name);
    }

    private ScoreMatrix<T> Scores<T>(ScoreKind kind, int classCount)
        where T : unmanaged
    {
        int blockRows = Math.Max(1, MostBlockBytes / (classCount * Header.Type.Size()));
        var blocks = new List<ReadOnlyMemory<T>>();
        if (IsMapped && BitConverter.IsLittleEndian)
        {
            CheckStoredCrc();
            for (long row = 0; row < RowCount; row += blockRows)
            {
                int rows = (int)Math.Min(blockRows, RowCount - row);
                blocks.Add(_file.Values<T>(DataStart + (row * classCount * Header.Type.Size()), rows * classCount));
            }
        }
        else
        {
            using var reader = new NpyElementReader(OpenData(), Header, Name);
            for (long row = 0; row < RowCount; row += blockRows)
            {
                var block = new T[Math.Min(blockRows, RowCount - row) * classCount];
                reader.ReadRaw(System.Runtime.InteropServices.MemoryMarshal.AsBytes(block.AsSpan()));
                blocks.Add(block);
            }

            reader.Finish();
        }

        return new(kind, blocks, RowCount, classCount, blockRows);
    }

    private ScoreMatrix<float> HalfScores(ScoreKind kind, int classCount)
    {
        int blockRows = Math.Max(1, MostBlockBytes / (classCount * sizeof(float)));
        var blocks = new List<ReadOnlyMemory<float>>();
        using var reader = OpenRows();
        for (long row = 0; row < RowCount; row += blockRows)
        {
            var block = new float[Math.Min(blockRows, RowCount - row) * classCount];
            var values = new double[classCount];
            for (int i = 0; i < block.Length; i += classCount)
            {
                reader.Read(values);
                for (int k = 0; k < classCount; k++)
                {
                    block[i + k] = (float)values[k];
                }
            }

            blocks.Add(block);
        }

        reader.Finish();
        return new(kind, blocks, RowCount, classCount, blockRows);
    }

    private Stream OpenData()
    {
        if (_entry is null || _entry.IsStored)
        {
            return new MappedStream(_file, DataStart, ByteCount);
        }

        var stream = new CheckedStream(Unpack(_file, _entry), _entry.Crc32, Name);
        Span<byte> header = stackalloc byte[256];
        for (int left = Header.DataOffset; left > 0;)
        {
            var part = header[..Math.Min(left, header.Length)];
            ReadFully(stream, part, Name);
            left -= part.Length;
        }

        return stream;
    }

    private void CheckStoredCrc()
    {
        if (_entry is null)
        {
            return;
        }

        uint crc = 0;
        for (long at = 0; at < _entry.Length; at += MostBlockBytes)
        {
            crc = Crc32.Append(crc, _file.Bytes(_entry.DataOffset + at, (int)Math.Min(MostBlockBytes, _entry.Length - at)));
        }

        if (crc != _entry.Crc32)
        {
            throw CheckedStream.Mismatch(Name);
        }
    }

    private static DeflateStream Unpack(MappedFile file, ZipEntry entry) =>
        new(new MappedStream(file, entry.DataOffset, entry.PackedLength), CompressionMode.Decompress);

    internal static void ReadFully(Stream stream, Span<byte> target, string name)
    {
        try
        {
            stream.ReadExactly(target);
        }
        catch (EndOfStreamException)
        {
            throw CutShort(name);
        }
        catch (InvalidDataException)
        {
            throw CheckedStream.Mismatch(name);
        }
    }

    private static DataException CutShort(string name) =>
        new($"{name}: is cut short: fewer bytes than its header announces. Save or copy it again.");
}
