using System.Globalization;

namespace LsCalib.Data.Numpy;

/// <summary>Element types of arrays that are read.</summary>
public enum NpyType
{
    Bool,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float16,
    Float32,
    Float64,

    /// <summary>Text of a fixed number of UTF-32 characters, padded with NUL.</summary>
    Text,

    /// <summary>Text of a fixed number of bytes, padded with NUL.</summary>
    Bytes,
}

/// <summary>Sizes and names of the element types.</summary>
public static class NpyTypes
{
    private const int MostCharacters = 1 << 20;

    /// <summary>Bytes of an element; of a character of text.</summary>
    public static int Size(this NpyType type) => type switch
    {
        NpyType.Bool or NpyType.Int8 or NpyType.UInt8 or NpyType.Bytes => 1,
        NpyType.Int16 or NpyType.UInt16 or NpyType.Float16 => 2,
        NpyType.Int32 or NpyType.UInt32 or NpyType.Float32 or NpyType.Text => 4,
        _ => 8,
    };

    /// <summary>Whether elements are text.</summary>
    public static bool IsText(this NpyType type) => type is NpyType.Text or NpyType.Bytes;

    /// <summary>The type and the bytes of an element of a header's descr, such as &lt;f4 or &lt;U12; null for one that is not read.</summary>
    internal static (NpyType Type, int ElementSize)? Parse(string descr)
    {
        var type = descr.StartsWith("<U", StringComparison.Ordinal) ? NpyType.Text
            : descr.StartsWith("|S", StringComparison.Ordinal) ? NpyType.Bytes
            : OfNumbers(descr);
        if (type is not { } known)
        {
            return null;
        }

        return !known.IsText() ? (known, known.Size())
            : int.TryParse(descr.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length <= MostCharacters ? (known, length * known.Size())
            : null;
    }

    private static NpyType? OfNumbers(string descr) => descr switch
    {
        "|b1" => NpyType.Bool,
        "|i1" => NpyType.Int8,
        "|u1" => NpyType.UInt8,
        "<i2" => NpyType.Int16,
        "<u2" => NpyType.UInt16,
        "<i4" => NpyType.Int32,
        "<u4" => NpyType.UInt32,
        "<i8" => NpyType.Int64,
        "<u8" => NpyType.UInt64,
        "<f2" => NpyType.Float16,
        "<f4" => NpyType.Float32,
        "<f8" => NpyType.Float64,
        _ => null,
    };
}
