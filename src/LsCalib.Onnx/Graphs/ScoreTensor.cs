using LsCalib.Core.Scores;

namespace LsCalib.Onnx.Graphs;

/// <summary>The tensor of a graph that the scores are read from.</summary>
/// <param name="Name">Tensor to read.</param>
/// <param name="Output">Output of the graph that it stands for.</param>
/// <param name="Kind">What it holds, or null: decided from the numbers.</param>
/// <param name="IsBinaryLogit">One column: the logit of class 1 against class 0.</param>
/// <param name="ClassNames">Names that the model gives its classes, or null.</param>
/// <param name="Reason">Why this tensor, in words for the user.</param>
public sealed record ScoreTensor(
    string Name, string Output, ScoreKind? Kind, bool IsBinaryLogit, IReadOnlyList<string>? ClassNames, string Reason);
