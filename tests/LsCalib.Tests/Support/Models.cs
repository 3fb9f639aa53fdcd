using Google.Protobuf;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Tests.Support;

/// <summary>Small ONNX models, put together node by node.</summary>
internal static class Models
{
    public const int Float = 1;
    public const int Long = 7;

    /// <summary>A model that passes its input on through the nodes: x [N,columns] to the output of the last node.</summary>
    public static ModelProto Chain(int columns, params NodeProto[] nodes) => Model(
        [Value("x", Float, -1, columns)],
        [Value(nodes[^1].Output[0], Float, -1, columns)],
        nodes);

    public static ModelProto Model(ValueInfoProto[] inputs, ValueInfoProto[] outputs, params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = "test" };
        graph.Input.Add(inputs);
        graph.Output.Add(outputs);
        graph.Node.Add(nodes);
        return new ModelProto
        {
            IrVersion = 8,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = 17 }, new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 } },
        };
    }

    public static NodeProto Node(string type, string input, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Name = type + output, Input = { input.Split(' ') }, Output = { output.Split(' ') } };
        node.Attribute.Add(attributes);
        return node;
    }

    public static AttributeProto Integer(string name, long value) => new() { Name = name, I = value, Type = 2 };

    /// <summary>A declared tensor; −1 leaves a dimension open.</summary>
    public static ValueInfoProto Value(string name, int type, params long[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (long d in shape)
        {
            dimensions.Dim.Add(d < 0
                ? new TensorShapeProto.Types.Dimension { DimParam = "N" }
                : new TensorShapeProto.Types.Dimension { DimValue = d });
        }

        return new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions } } };
    }

    public static TensorProto Tensor(string name, float[] values, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = Float };
        tensor.Dims.Add(shape);
        tensor.FloatData.Add(values);
        return tensor;
    }

    public static string Save(this ModelProto model, TemporaryFolder folder, string name)
    {
        File.WriteAllBytes(folder.File(name), model.ToByteArray());
        return folder.File(name);
    }
}
