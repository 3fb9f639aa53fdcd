namespace LsCalib.Onnx;

/// <summary>Element types of tensors, with the numbers that the model format gives them.</summary>
public enum TensorType
{
    Undefined = 0,
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Float64 = 11,
    UInt32 = 12,
    UInt64 = 13,
    BFloat16 = 16,
}

/// <summary>A tensor that a model declares.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions, −1 where the model leaves one open; null where it gives no shape.</param>
public sealed record TensorDeclaration(string Name, TensorType Type, IReadOnlyList<long>? Shape)
{
    /// <summary>[N,10] with N for what is open.</summary>
    public string ShapeText => Shape is null
        ? "[…]"
        : "[" + string.Join(",", Shape.Select((d, i) => d >= 0 ? d.ToString(System.Globalization.CultureInfo.InvariantCulture) : i == 0 ? "N" : "?")) + "]";
}
