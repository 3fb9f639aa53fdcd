using LsCalib.Core.Scores;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>
/// The way from the score tensor to the output: the final Softmax, LogSoftmax or Sigmoid where there is one, and what only
/// changes shape or type behind it. Empty where the output is the score tensor itself.
/// </summary>
/// <param name="Nodes">The nodes in order, each reading the one before by its first input.</param>
/// <param name="Tensor">The score tensor.</param>
/// <param name="Output">The output.</param>
internal sealed record ScoreChain(IReadOnlyList<NodeProto> Nodes, string Tensor, string Output)
{
    private static readonly string[] Activations = ["Softmax", "LogSoftmax", "Sigmoid"];

    /// <summary>The final activation, or null.</summary>
    public NodeProto? Activation => Nodes.FirstOrDefault(node => Activations.Contains(node.OpType));

    /// <summary>What is behind the activation.</summary>
    public IEnumerable<NodeProto> Tail => Activation is null ? Nodes : Nodes.SkipWhile(node => node != Activation).Skip(1);

    /// <summary>What the output holds.</summary>
    /// <param name="scores">What the score tensor holds.</param>
    public ScoreKind OutputKind(ScoreKind scores) => Activation switch
    {
        null => scores,
        { OpType: "LogSoftmax" } => ScoreKind.Logits,
        _ => ScoreKind.Probabilities,
    };

    /// <summary>Follows the way back from the output.</summary>
    /// <exception cref="ModelException">It does not lead to the tensor.</exception>
    public static ScoreChain Find(ModelGraph graph, ScoreTensor scores)
    {
        var nodes = new List<NodeProto>();
        string tensor = scores.Output;
        while (tensor != scores.Name)
        {
            if (graph.Producer(tensor) is not { Input.Count: > 0 } node)
            {
                string seen = nodes.Count == 0 ? "no node" : string.Join(", ", nodes.Select(passed => $"{passed.OpType} \"{passed.Name}\""));
                throw new ModelException($"{graph.Path}: tensor \"{scores.Name}\" is not on the way to output \"{scores.Output}\" ({seen} seen from the output on). Name another output with --output-name, or say what it holds with --scores.");
            }

            nodes.Insert(0, node);
            tensor = node.Input[0];
        }

        return graph.Producer(scores.Output) is not null
            ? new(nodes, scores.Name, scores.Output)
            : throw new ModelException($"{graph.Path}: output \"{scores.Output}\" is an input of the model passed on, so that no calibrator fits before it. Name another output with --output-name.");
    }
}
