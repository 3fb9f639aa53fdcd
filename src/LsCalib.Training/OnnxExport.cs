using System.Runtime.InteropServices;
using Google.Protobuf;
using LsCalib.Onnx;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Training;

/// <summary>Writes a trained perceptron as an ONNX model: opset 17, any number of rows, input scaling inside, output logits.</summary>
public static class OnnxExport
{
    /// <summary>Name that our models carry, by which they are told from others'.</summary>
    public const string Producer = "ls-calib";

    private const int Opset = 17;
    private const int IrVersion = 8;

    /// <summary>The model file.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="version">Version of the program.</param>
    /// <param name="metadata">What the model should say of itself.</param>
    public static byte[] Write(TrainedModel trained, string version, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(metadata);
        var graph = new GraphProto { Name = "mlp" };
        graph.Input.Add(Declare("features", trained.Model.FeatureCount));
        graph.Output.Add(Declare("logits", trained.Model.ClassCount));
        graph.Initializer.Add(Tensor("input_mean", trained.Scaling.Mean, trained.Scaling.Mean.Length));
        graph.Initializer.Add(Tensor("input_factor", trained.Scaling.Factor, trained.Scaling.Factor.Length));
        graph.Node.Add(Node("Sub", "centred", "features", "input_mean"));
        graph.Initializer.Add(Tensor("input_least", [-InputScaling.Limit]));
        graph.Initializer.Add(Tensor("input_most", [InputScaling.Limit]));
        graph.Node.Add(Node("Mul", "standardised", "centred", "input_factor"));
        graph.Node.Add(Node("Clip", "scaled", "standardised", "input_least", "input_most"));
        string flow = "scaled";
        for (int l = 0; l < trained.Model.Layers.Count; l++)
        {
            var layer = trained.Model.Layers[l];
            bool isLast = l == trained.Model.Layers.Count - 1;
            string number = (l + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            graph.Initializer.Add(Tensor($"weights_{number}", layer.Weights, layer.InputCount, layer.OutputCount));
            graph.Initializer.Add(Tensor($"biases_{number}", layer.Biases, layer.OutputCount));
            string dense = isLast ? "logits" : $"dense_{number}";
            graph.Node.Add(Node("Gemm", dense, flow, $"weights_{number}", $"biases_{number}"));
            if (!isLast)
            {
                flow = $"hidden_{number}";
                graph.Node.Add(Node("Relu", flow, dense));
            }
        }

        var model = new ModelProto { IrVersion = IrVersion, ProducerName = Producer, ProducerVersion = version, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        foreach (var (key, value) in metadata)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return model.ToByteArray();
    }

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = $"{type}_{output}" };
        node.Input.Add(inputs);
        node.Output.Add(output);
        return node;
    }

    private static ValueInfoProto Declare(string name, int columns)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = columns });
        return new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorType.Float32, Shape = shape } } };
    }

    private static TensorProto Tensor(string name, ReadOnlySpan<float> values, params int[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorType.Float32, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        foreach (int dimension in shape)
        {
            tensor.Dims.Add(dimension);
        }

        return tensor;
    }
}
