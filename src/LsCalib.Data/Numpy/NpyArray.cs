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
    private const int PieceLength = 1 << 16;
    private const int BufferLength = 1 << 20;
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

    private bool IsStored => _entry is null || _entry.IsStored;

    private bool IsMapped => IsStored && !Header.IsFortran;

    private long DataStart => (_entry?.DataOffset ?? 0) + Header.DataOffset;

    private long ByteCount => Header.ElementCount * Header.ElementSize;

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

    /// <summary>
    /// The array as scores, a row for each position; float32 and float64 keep their type and lie where the file is mapped,
    /// if they can; float16 becomes float32; other types are refused.
    /// </summary>
    /// <param name="kind">What the numbers are.</param>
    /// <param name="shape">How a sample falls into rows.</param>
    /// <param name="labels">Label of every position.</param>
    /// <param name="ignored">The label whose positions are left out, or null.</param>
    public ScoreMatrix ToScores(ScoreKind kind, ScoreShape shape, int[] labels, int? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(labels);
        bool asItLies = shape.ClassCount > 1 && (shape.ClassesLast || shape.PositionCount == 1)
            && (ignored is not { } none || !labels.AsSpan().Contains(none));
        return Header.Type switch
        {
            NpyType.Float32 => asItLies ? Scores<float>(kind, labels.Length, shape.ClassCount) : Gather<float, float>(kind, shape, labels, ignored, null),
            NpyType.Float64 => asItLies ? Scores<double>(kind, labels.Length, shape.ClassCount) : Gather<double, double>(kind, shape, labels, ignored, null),
            NpyType.Float16 => Gather<Half, float>(kind, shape, labels, ignored, static half => (float)half),
            _ => throw new DataException($"{Name}: scores are float16, float32 or float64, not {Header.Type.ToString().ToLowerInvariant()}."),
        };
    }

    /// <summary>All elements of a small array, as doubles; exact for integers up to 2^53.</summary>
    public double[] ToDoubles()
    {
        var values = new double[Header.ElementCount];
        Read((first, part) => part.CopyTo(values.AsSpan(checked((int)first))));
        return values;
    }

    /// <summary>Reads all elements piece by piece, as doubles.</summary>
    /// <param name="use">Takes the index of the first element of a piece, and the piece.</param>
    public void Read(ReadPiece use)
    {
        ArgumentNullException.ThrowIfNull(use);
        using var rows = OpenRows();
        var piece = new double[Math.Min(Header.ElementCount, PieceLength)];
        for (long first = 0; first < Header.ElementCount; first += piece.Length)
        {
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, Header.ElementCount - first));
            rows.Read(part);
            use(first, part);
        }

        rows.Finish();
    }

    /// <summary>A reader over the numbers in order.</summary>
    /// <exception cref="DataException">The elements are text.</exception>
    public NpyElementReader OpenRows() => Header.Type.IsText()
        ? throw new DataException($"{Name}: holds text, not numbers. Save float32, float64 or an integer type.")
        : OpenElements();

    /// <summary>A reader over the elements in order, whatever they are.</summary>
    internal NpyElementReader OpenElements()
    {
        if (IsStored)
        {
            CheckStoredCrc();
        }

        return new(OpenData(), Header, Name);
    }

    /// <summary>Sees a piece of an array.</summary>
    public delegate void ReadPiece(long first, ReadOnlySpan<double> piece);

    private ScoreMatrix<T> Scores<T>(ScoreKind kind, long rowCount, int classCount)
        where T : unmanaged
    {
        int blockRows = Math.Max(1, MostBlockBytes / (classCount * Header.Type.Size()));
        var blocks = new List<ReadOnlyMemory<T>>();
        if (IsMapped && BitConverter.IsLittleEndian)
        {
            CheckStoredCrc();
            for (long row = 0; row < rowCount; row += blockRows)
            {
                int rows = (int)Math.Min(blockRows, rowCount - row);
                blocks.Add(_file.Values<T>(DataStart + (row * classCount * Header.Type.Size()), rows * classCount));
            }
        }
        else
        {
            using var reader = OpenElements();
            for (long row = 0; row < rowCount; row += blockRows)
            {
                var block = new T[Math.Min(blockRows, rowCount - row) * classCount];
                reader.ReadRaw(System.Runtime.InteropServices.MemoryMarshal.AsBytes(block.AsSpan()));
                blocks.Add(block);
            }

            reader.Finish();
        }

        return new(kind, blocks, rowCount, classCount, blockRows);
    }

    /// <summary>The rows that are not ignored, copied out of the samples.</summary>
    private ScoreMatrix<T> Gather<TStored, T>(ScoreKind kind, ScoreShape shape, int[] labels, int? ignored, Func<TStored, T>? widen)
        where TStored : unmanaged
        where T : unmanaged
    {
        int sampleLength = checked(shape.ClassCount * shape.PositionCount);
        int samples = labels.Length / shape.PositionCount;
        int atOnce = Math.Clamp(BufferLength / sampleLength, 1, Math.Max(1, samples));
        var stored = new TStored[atOnce * sampleLength];
        var values = widen is null ? (T[])(object)stored : new T[stored.Length];
        var rows = new RowBlocks<T>(shape.ClassCount);
        using var reader = OpenRows();
        for (int first = 0; first < samples; first += atOnce)
        {
            int count = Math.Min(atOnce, samples - first);
            var read = stored.AsSpan(0, count * sampleLength);
            reader.ReadRaw(System.Runtime.InteropServices.MemoryMarshal.AsBytes(read));
            for (int i = 0; widen is not null && i < read.Length; i++)
            {
                values[i] = widen(read[i]);
            }

            rows.AddSamples(values.AsSpan(0, read.Length), shape, labels.AsSpan(first * shape.PositionCount, count * shape.PositionCount), ignored);
        }

        reader.Finish();
        return rows.ToMatrix(kind);
    }

    private Stream OpenData()
    {
        var stream = OpenStored();
        if (!Header.IsFortran)
        {
            return stream;
        }

        using (stream)
        {
            if (ByteCount > Array.MaxLength)
            {
                throw new DataException($"{Name}: is in Fortran order, and too large to be turned round here. Save it in C order: np.ascontiguousarray(x).");
            }

            var bytes = new byte[ByteCount];
            ReadFully(stream, bytes, Name);
            (stream as CheckedStream)?.Finish();
            return new MemoryStream(FortranOrder.ToC(bytes, Header.Shape, Header.ElementSize), writable: false);
        }
    }

    /// <summary>The elements in the order in which they are stored.</summary>
    private Stream OpenStored()
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
