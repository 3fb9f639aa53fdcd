using System.Globalization;
using LsCalib.Core.Scores;

namespace LsCalib.Onnx.Graphs;

/// <summary>
/// Finds what to read in a graph: the tensor before a final softmax or sigmoid, where logits are exact, else the output
/// itself. Identity, Cast, Reshape, Squeeze, Flatten and ZipMap at the end are looked through.
/// </summary>
public static class ScoreTensorFinder
{
    /// <summary>Nodes that a message names where no scores are found.</summary>
    private const int NodesNamed = 4;

    private static readonly string[] PreferredNames = ["logits", "probabilities", "probs", "scores", "output"];

    /// <summary>Finds the score tensor.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="outputName">Output to use, or null: chosen.</param>
    /// <param name="scores">What the user says the output holds, or null. Given, the output is read as it is.</param>
    /// <param name="classAxis">The class axis of outputs of more than two axes; null: as the softmax has it.</param>
    /// <exception cref="ModelException">No output fits, several do, or the model is multi-label.</exception>
    public static ScoreTensor Find(ModelGraph graph, string? outputName, ScoreKind? scores, ClassAxis? classAxis = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string output = ChooseOutput(graph, outputName);
        string tensor = output;
        IReadOnlyList<string>? names = null;
        while (graph.Producer(tensor) is { } node)
        {
            switch (node.OpType)
            {
                case "ZipMap":
                    names = ClassNames(node);
                    tensor = node.Input[0];
                    break;
                case "Identity" or "Cast" or "Reshape" or "Squeeze" or "Flatten" or "Dropout" when scores is null:
                    tensor = node.Input[0];
                    break;
                case "Softmax" or "LogSoftmax" when scores is null:
                    CheckAxis(graph, node, classAxis);
                    return new(node.Input[0], output, ScoreKind.Logits, false, names ?? MetadataNames(graph), $"the tensor before {node.OpType}");
                case "Sigmoid" when scores is null:
                    CheckSingleColumn(graph, node, output, classAxis ?? ClassAxis.Second);
                    return new(node.Input[0], output, ScoreKind.Logits, true, names ?? MetadataNames(graph), "the tensor before Sigmoid");
                default:
                    return AsItIs(graph, output, names, scores);
            }
        }

        return AsItIs(graph, output, names, scores);
    }

    private static ScoreTensor AsItIs(ModelGraph graph, string output, IReadOnlyList<string>? names, ScoreKind? scores)
    {
        // A ZipMap cannot be read as a tensor, so its input is; anything else is read where the user sees it.
        string tensor = graph.Producer(output) is { OpType: "ZipMap" } zipMap ? zipMap.Input[0] : output;
        string reason = scores is null ? "its numbers" : "--scores";
        return new(tensor, output, scores, false, names ?? MetadataNames(graph), reason);
    }

    private static string ChooseOutput(ModelGraph graph, string? outputName)
    {
        var outputs = graph.Outputs;
        string all = string.Join(", ", outputs.Select(o => $"\"{o.Name}\""));
        if (outputName is not null)
        {
            return outputs.Any(o => o.Name == outputName)
                ? outputName
                : throw new ModelException($"{graph.Path}: no output \"{outputName}\". The outputs are {all}.");
        }

        var candidates = outputs.Where(o => IsScores(graph, o)).ToList();
        if (candidates.Count == 0)
        {
            throw new ModelException($"{graph.Path}: no output is a float tensor [N,K] ({string.Join(", ", outputs.Select(o => $"\"{o.Name}\" {o.Type.ToString().ToLowerInvariant()} {o.ShapeText}"))}), and the graph ends in {Ending(graph, outputs)}. A classifier's scores are needed: export the model with its logits or probabilities as an output (--output-name names one of several).");
        }

        if (candidates.Count == 1)
        {
            return candidates[0].Name;
        }

        foreach (string name in PreferredNames)
        {
            if (candidates.FirstOrDefault(o => string.Equals(o.Name, name, StringComparison.OrdinalIgnoreCase)) is { } preferred)
            {
                return preferred.Name;
            }
        }

        throw new ModelException($"{graph.Path}: several outputs could be the scores ({string.Join(", ", candidates.Select(o => $"\"{o.Name}\" {o.ShapeText}"))}). Name one with --output-name.");
    }

    /// <summary>The last nodes before the first output, the last of them last.</summary>
    private static string Ending(ModelGraph graph, IReadOnlyList<TensorDeclaration> outputs)
    {
        var types = new List<string>();
        string tensor = outputs.Count > 0 ? outputs[0].Name : "";
        while (types.Count < NodesNamed && graph.Producer(tensor) is { } node)
        {
            types.Insert(0, node.OpType);
            tensor = node.Input.Count > 0 ? node.Input[0] : "";
        }

        return types.Count > 0 ? string.Join(", ", types) : "no node";
    }

    private static bool IsScores(ModelGraph graph, TensorDeclaration output) =>
        graph.Producer(output.Name)?.OpType == "ZipMap"
        || output.Type is TensorType.Float32 or TensorType.Float64 or TensorType.Float16;

    /// <summary>The softmax must run over the classes: its axis is the only one longer than 1 beside the rows, or the class axis.</summary>
    private static void CheckAxis(ModelGraph graph, NodeProto node, ClassAxis? classAxis)
    {
        long axis = node.Integer("axis", graph.Opset >= 13 ? -1 : 1);
        var shape = graph.Declared(node.Output[0]).Shape ?? graph.Declared(node.Input[0]).Shape;
        bool overClasses = shape is null
            ? axis is 1 or -1
            : IsClassAxis(shape, axis < 0 ? axis + shape.Count : axis, flattens: graph.Opset < 13, classAxis);
        if (!overClasses)
        {
            throw new ModelException(string.Create(
                CultureInfo.InvariantCulture,
                $"{graph.Path}: its {node.OpType} runs over axis {axis} of {graph.Declared(node.Output[0]).ShapeText}, which is not the class axis. Name the class axis with --class-axis, or say what the output holds with --scores."));
        }
    }

    private static bool IsClassAxis(IReadOnlyList<long> shape, long axis, bool flattens, ClassAxis? classAxis)
    {
        if (axis == 0)
        {
            return false;
        }

        // With positions, it runs over the class axis alone.
        bool isLast = axis == shape.Count - 1;
        if (shape.Count > 2 && (isLast ? classAxis is not ClassAxis.Second : axis == 1 && !flattens && classAxis is not ClassAxis.Last))
        {
            return true;
        }

        for (int i = 1; i < shape.Count; i++)
        {
            // Before opset 13 a softmax runs over its axis and all that follow it.
            bool covered = i == axis || (flattens && i > axis);
            if (!covered && shape[i] != 1)
            {
                return false;
            }
        }

        return true;
    }

    private static void CheckSingleColumn(ModelGraph graph, NodeProto node, string output, ClassAxis classAxis)
    {
        var shape = graph.Declared(output).Shape ?? graph.Declared(node.Input[0]).Shape;
        if (shape is { Count: > 2 } && shape[classAxis == ClassAxis.Last ? shape.Count - 1 : 1] == 1)
        {
            return;
        }

        long columns = shape is null ? -1 : shape.Skip(1).Aggregate(1L, (product, d) => d < 0 ? -1 : product * d);
        if (columns > 1)
        {
            throw MultiLabel(graph.Path, columns);
        }
    }

    /// <summary>The error for independent sigmoid outputs.</summary>
    public static ModelException MultiLabel(string path, long columns) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{path}: ends in {columns} independent sigmoid outputs (multi-label); top-label calibration is defined for one label a row. Evaluate each output as a binary model, or say --scores logits if it is a softmax classifier."));

    private static string[]? ClassNames(NodeProto zipMap)
    {
        if (zipMap.Find("classlabels_strings") is { Strings.Count: > 0 } strings)
        {
            return [.. strings.Strings.Select(name => name.ToStringUtf8())];
        }

        // Labels 0, 1, 2, … are indices already.
        return zipMap.Find("classlabels_int64s") is { Ints.Count: > 0 } integers && integers.Ints.Where((label, i) => label != i).Any()
            ? [.. integers.Ints.Select(label => label.ToString(CultureInfo.InvariantCulture))]
            : null;
    }

    /// <summary>Names in the model's metadata under "class_names" or "classes", one a line or separated by commas.</summary>
    private static string[]? MetadataNames(ModelGraph graph)
    {
        string? text = graph.Model.MetadataProps.FirstOrDefault(entry => entry.Key is "class_names" or "classes")?.Value;
        return text?.Split(['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
