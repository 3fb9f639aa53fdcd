using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Reports.Documents;

/// <summary>Scores of all classes, and what one pass over them left.</summary>
/// <param name="Scores">[N,K].</param>
/// <param name="Statistics">Row results and sums.</param>
/// <param name="LargestSumDeviation">Largest |sum − 1| of a row of probabilities that was divided out; null for logits.</param>
public sealed record ScoredRows(ScoreMatrix Scores, PredictionStatistics Statistics, double? LargestSumDeviation);

/// <summary>Rows, or positions of samples, that were left out for their label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Count">How many bore it.</param>
public sealed record IgnoredRows(int Label, long Count);
