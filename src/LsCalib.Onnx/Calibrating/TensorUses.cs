using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>Who reads a tensor: nodes, and the graphs inside them, which see the tensors outside by name.</summary>
internal static class TensorUses
{
    /// <summary>Graphs in a node's attributes: branches and loop bodies.</summary>
    public static IEnumerable<GraphProto> Subgraphs(this NodeProto node) =>
        node.Attribute.SelectMany(attribute => attribute.G is { } graph ? attribute.Graphs.Prepend(graph) : attribute.Graphs);

    /// <summary>Whether a node, or a graph inside it, reads a tensor.</summary>
    public static bool Reads(this NodeProto node, string tensor) =>
        node.Input.Contains(tensor)
        || node.Subgraphs().Any(graph => !Defines(graph, tensor)
            && (graph.Output.Any(output => output.Name == tensor) || graph.Node.Any(inner => inner.Reads(tensor))));

    /// <summary>A copy of a node that reads another tensor instead.</summary>
    public static NodeProto Reading(this NodeProto node, string tensor, string instead)
    {
        var copy = node.Clone();
        Rename(copy, tensor, instead);
        return copy;
    }

    private static void Rename(NodeProto node, string tensor, string instead)
    {
        for (int i = 0; i < node.Input.Count; i++)
        {
            node.Input[i] = node.Input[i] == tensor ? instead : node.Input[i];
        }

        foreach (var graph in node.Subgraphs().Where(graph => !Defines(graph, tensor)))
        {
            foreach (var output in graph.Output.Where(output => output.Name == tensor))
            {
                output.Name = instead;
            }

            foreach (var inner in graph.Node)
            {
                Rename(inner, tensor, instead);
            }
        }
    }

    private static bool Defines(GraphProto graph, string tensor) =>
        graph.Input.Any(input => input.Name == tensor)
        || graph.Initializer.Any(stored => stored.Name == tensor)
        || graph.Node.Any(node => node.Output.Contains(tensor));
}
