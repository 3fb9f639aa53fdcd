using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LsCalib.Data.Numpy;

/// <summary>Reads the elements of an array in order, as doubles.</summary>
public sealed class NpyElementReader : IDisposable
{
    private readonly Stream _stream;
    private readonly NpyType _type;
    private readonly string _name;
    private byte[] _bytes = [];

    internal NpyElementReader(Stream stream, NpyHeader header, string name)
    {
        _stream = stream;
        _type = header.Type;
        _name = name;
    }

    /// <summary>Reads the next elements.</summary>
    /// <exception cref="DataException">The array ends before, or its bytes are damaged.</exception>
    public void Read(Span<double> target)
    {
        int size = _type.Size();
        if (_bytes.Length < target.Length * size)
        {
            _bytes = new byte[target.Length * size];
        }

        var bytes = _bytes.AsSpan(0, target.Length * size);
        ReadRaw(bytes);
        switch (_type)
        {
            case NpyType.Float32:
                Widen(MemoryMarshal.Cast<byte, float>(bytes), target);
                break;
            case NpyType.Float64:
                MemoryMarshal.Cast<byte, double>(bytes).CopyTo(target);
                break;
            case NpyType.UInt8:
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = bytes[i];
                }

                break;
            default:
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = Element(bytes[(i * size)..]);
                }

                break;
        }
    }

    /// <summary>Checks what is left of a compressed entry against its checksum.</summary>
    public void Finish() => (_stream as CheckedStream)?.Finish();

    public void Dispose() => _stream.Dispose();

    internal void ReadRaw(Span<byte> target) => NpyArray.ReadFully(_stream, target, _name);

    private static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = source[i];
        }
    }

    private double Element(ReadOnlySpan<byte> bytes) => _type switch
    {
        NpyType.Bool => bytes[0] == 0 ? 0 : 1,
        NpyType.Int8 => (sbyte)bytes[0],
        NpyType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        NpyType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        NpyType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        NpyType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        NpyType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        NpyType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
    };
}
