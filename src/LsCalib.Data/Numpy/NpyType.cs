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
}

/// <summary>Sizes and names of the element types.</summary>
public static class NpyTypes
{
    public static int Size(this NpyType type) => type switch
    {
        NpyType.Bool or NpyType.Int8 or NpyType.UInt8 => 1,
        NpyType.Int16 or NpyType.UInt16 or NpyType.Float16 => 2,
        NpyType.Int32 or NpyType.UInt32 or NpyType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The type of a header's descr, such as &lt;f4; null for one that is not read.</summary>
    internal static NpyType? Parse(string descr) => descr switch
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
