using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>
/// Puts a calibrator in front of one output. Only that output changes: whatever else reads the scores, or the output's tensor,
/// goes on reading what was there before. Nodes that are left without readers go.
/// </summary>
/// <param name="graph">The source; it is not changed.</param>
/// <param name="chain">The way from the score tensor to the output.</param>
/// <param name="names">Names that are free.</param>
internal sealed class GraphSurgery(GraphProto graph, ScoreChain chain, FreshNames names)
{
    /// <summary>Name that the output's tensor of before has from now on.</summary>
    private readonly string _before = names.Of($"{chain.Output}/uncalibrated");

    /// <summary>The tensor that the calibrator reads.</summary>
    public string Scores => chain.Nodes.Count == 0 ? _before : chain.Tensor;

    /// <summary>The nodes of the calibrated graph, in an order that runs.</summary>
    /// <param name="added">The calibrator's nodes; the last one makes the calibrated tensor.</param>
    public List<NodeProto> Nodes(IReadOnlyList<NodeProto> added)
    {
        var nodes = graph.Node.Select(Uncalibrated).ToList();
        var originals = chain.Nodes.Select(node => nodes[Place(node)]).ToList();
        var inserted = added.Concat(Tail(added[^1].Output[0])).ToList();
        var last = inserted[^1];
        last.Output[0] = chain.Output;

        // Behind the chain everything that it reads is there: the shape of a Reshape too.
        nodes.InsertRange(nodes.FindIndex(node => node.Output.Contains(_before)) + 1, inserted);
        RemoveUnread(nodes, originals);
        return nodes;
    }

    /// <summary>The declared tensors that a list of nodes still makes, or that were never made by a node.</summary>
    public IEnumerable<ValueInfoProto> Declared(IReadOnlyCollection<NodeProto> nodes)
    {
        var before = graph.Node.SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        var after = nodes.SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        return graph.ValueInfo.Where(value => value.Name != chain.Output && (after.Contains(value.Name) || !before.Contains(value.Name)));
    }

    private int Place(NodeProto node)
    {
        for (int i = 0; i < graph.Node.Count; i++)
        {
            if (ReferenceEquals(graph.Node[i], node))
            {
                return i;
            }
        }

        throw new ArgumentException($"Node {node.Name} is of another graph.", nameof(node));
    }

    private NodeProto Uncalibrated(NodeProto node)
    {
        if (node.Output.IndexOf(chain.Output) is >= 0 and var output)
        {
            node = node.Clone();
            node.Output[output] = _before;
        }

        return node.Reads(chain.Output) ? node.Reading(chain.Output, _before) : node;
    }

    /// <summary>Copies of what is behind the activation, reading the calibrated tensor.</summary>
    private IEnumerable<NodeProto> Tail(string flow)
    {
        foreach (var node in chain.Tail)
        {
            var copy = node.Clone();
            copy.Name = node.Name.Length == 0 ? "" : names.Of($"{node.Name}/calibrated");
            copy.Input[0] = flow;
            for (int i = 0; i < copy.Output.Count; i++)
            {
                copy.Output[i] = copy.Output[i].Length == 0 ? "" : names.Of($"{node.Output[i]}/calibrated");
            }

            flow = copy.Output[0];
            yield return copy;
        }
    }

    private void RemoveUnread(List<NodeProto> nodes, List<NodeProto> originals)
    {
        for (int i = originals.Count - 1; i >= 0; i--)
        {
            var original = originals[i];
            bool isRead = original.Output.Any(tensor => tensor.Length > 0
                && (graph.Output.Any(output => output.Name == tensor) || nodes.Any(node => node.Reads(tensor))));
            if (isRead)
            {
                return;
            }

            nodes.RemoveAll(node => ReferenceEquals(node, original));
        }
    }
}
