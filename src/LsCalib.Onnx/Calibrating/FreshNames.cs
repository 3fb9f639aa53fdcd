using System.Globalization;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>Names that no tensor and no node of a graph, or of a graph inside it, has yet.</summary>
internal sealed class FreshNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public FreshNames(GraphProto graph) => Take(graph);

    /// <summary>The name itself, or with a number behind it.</summary>
    public string Of(string wanted)
    {
        string name = wanted;
        for (int i = 2; !_taken.Add(name); i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{i}");
        }

        return name;
    }

    private void Take(GraphProto graph)
    {
        _taken.UnionWith(graph.Initializer.Select(tensor => tensor.Name));
        _taken.UnionWith(graph.Input.Concat(graph.Output).Concat(graph.ValueInfo).Select(value => value.Name));
        foreach (var node in graph.Node)
        {
            _taken.Add(node.Name);
            _taken.UnionWith(node.Input);
            _taken.UnionWith(node.Output);
            foreach (var inner in node.Subgraphs())
            {
                Take(inner);
            }
        }
    }
}
