using Google.Protobuf;

namespace LsCalib.Onnx.Graphs;

/// <summary>Changes to a model in memory; the file stays as it is.</summary>
internal static class GraphEditor
{
    /// <summary>The model with one tensor of its graph as only output.</summary>
    public static byte[] WithOutput(ModelGraph graph, string tensor)
    {
        var outputs = graph.Model.Graph.Output;
        var original = outputs.ToArray();
        var declared = graph.Model.Graph.ValueInfo.FirstOrDefault(value => value.Name == tensor);
        try
        {
            // Without a type the runtime infers it. The weights are not copied for this: they can be large.
            outputs.Clear();
            outputs.Add(declared ?? new ValueInfoProto { Name = tensor });
            return graph.Model.ToByteArray();
        }
        finally
        {
            outputs.Clear();
            outputs.Add(original);
        }
    }
}
