using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>Finds the element type of a tensor that the graph does not declare, from what it is made of.</summary>
internal static class ElementTypes
{
    private static readonly TensorType[] Floating = [TensorType.Float32, TensorType.Float64, TensorType.Float16];

    /// <summary>The type, float32 where nothing tells.</summary>
    public static TensorType Of(ModelGraph graph, string tensor) => Find(graph, tensor, []) ?? TensorType.Float32;

    private static TensorType? Find(ModelGraph graph, string tensor, HashSet<string> seen)
    {
        if (!seen.Add(tensor))
        {
            return null;
        }

        if (graph.Declared(tensor).Type is not TensorType.Undefined and var declared)
        {
            return declared;
        }

        if (graph.Initializer(tensor) is { } stored)
        {
            return (TensorType)stored.DataType;
        }

        switch (graph.Producer(tensor))
        {
            case null:
                return null;
            case { OpType: "Cast" } cast:
                return (TensorType)cast.Integer("to", 0);
            case { OpType: "Constant" } constant when constant.Find("value") is { T: { } value }:
                return (TensorType)value.DataType;
            case { Domain: "ai.onnx.ml" }:
                return TensorType.Float32;
            case { OpType: "DequantizeLinear" } node:
                return Find(graph, node.Input[1], seen);
            case { } node:
                // Arithmetic has one type; a Gather or Reshape takes that of its first input.
                foreach (string input in node.Input.Where(input => input.Length > 0))
                {
                    if (Find(graph, input, seen) is { } type && Floating.Contains(type))
                    {
                        return type;
                    }
                }

                return null;
        }
    }
}
