using System.Buffers.Binary;
using System.Text;
using LsCalib.Core.Slices;
using LsCalib.Data.Rows;

namespace LsCalib.Data.Numpy;

/// <summary>The categories of the elements of an array: numbers, truth values or text.</summary>
internal sealed class NpyCategories
{
    private const int PieceBytes = 1 << 16;
    private static readonly IComparer<object> Ascending = Comparer<object>.Create((a, b) => a is string text ? string.CompareOrdinal(text, (string)b) : Comparer<object>.Default.Compare(a, b));
    private readonly NpyType _type;
    private readonly Categories _categories;

    /// <param name="array">The array.</param>
    /// <param name="most">Most different values that it may hold.</param>
    /// <exception cref="DataException">It holds more, or cannot be read.</exception>
    public NpyCategories(NpyArray array, int most = int.MaxValue)
    {
        _type = array.Header.Type;
        _categories = new(most);
        Numbers = new int[array.Header.ElementCount];
        int size = array.Header.ElementSize;
        int atOnce = Math.Max(1, PieceBytes / Math.Max(1, size));
        var piece = new byte[Math.Min(atOnce, Numbers.Length) * size];
        using var reader = array.OpenElements();
        for (int first = 0; first < Numbers.Length; first += atOnce)
        {
            int count = Math.Min(atOnce, Numbers.Length - first);
            reader.ReadRaw(piece.AsSpan(0, count * size));
            for (int i = 0; i < count; i++)
            {
                int number = _categories.Number(piece.AsSpan(i * size, size));
                Numbers[first + i] = number >= 0 ? number
                    : throw new DataException($"{array.Name}, {RowPlace.Text(first + i, array.Header.Shape[1..])}: {Categories.TooMany}");
            }
        }

        reader.Finish();
    }

    /// <summary>Number of the category of each element, in row-major order.</summary>
    public int[] Numbers { get; }

    /// <summary>The categories of rows in ascending order.</summary>
    /// <param name="name">Name of the array.</param>
    /// <param name="numbers">Number of each row [N].</param>
    public SliceColumn Column(string name, int[] numbers) => _categories.Column(name, numbers, Value, Ascending);

    /// <summary>An element, as what it is ordered and written as. The sign of 0 and the kinds of NaN are no values of their own.</summary>
    private object Value(byte[] bytes) => _type switch
    {
        NpyType.Text => Encoding.UTF32.GetString(bytes).TrimEnd('\0'),
        NpyType.Bytes => Encoding.UTF8.GetString(bytes).TrimEnd('\0'),
        NpyType.Bool => bytes[0] != 0,
        NpyType.Int8 => (sbyte)bytes[0],
        NpyType.UInt8 => bytes[0],
        NpyType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        NpyType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        NpyType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        NpyType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        NpyType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        NpyType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        NpyType.Float16 => BinaryPrimitives.ReadHalfLittleEndian(bytes) + Half.Zero,
        NpyType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes) + 0f,
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes) + 0.0,
    };
}
