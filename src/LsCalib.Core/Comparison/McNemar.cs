using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Comparison;

/// <summary>
/// McNemar's exact test (1947) of equal accuracies on the same rows: of the rows that one model alone has right, either model has
/// each with probability ½ if both are right equally often. Takes rows as independent.
/// </summary>
/// <param name="OnlyBaseline">Rows that the baseline alone has right.</param>
/// <param name="OnlyCandidate">Rows that the candidate alone has right.</param>
public sealed record McNemar(int OnlyBaseline, int OnlyCandidate)
{
    /// <summary>Two-sided: twice the binomial probability of so few on the rarer side, at most 1.</summary>
    public double PValue => OnlyBaseline == OnlyCandidate
        ? 1
        : Math.Min(1, 2 * Binomial.CDF(0.5, OnlyBaseline + OnlyCandidate, Math.Min(OnlyBaseline, OnlyCandidate)));

    /// <summary>Counts the rows that one model alone has right.</summary>
    /// <param name="baseline">What is compared with.</param>
    /// <param name="candidate">Predictions of the same rows, in the same order.</param>
    public static McNemar Of(RowResults baseline, RowResults candidate)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        int[] rows = [.. Enumerable.Range(0, baseline.RowCount).Where(row => baseline.IsCorrect(row) != candidate.IsCorrect(row))];
        int lost = rows.Count(baseline.IsCorrect);
        return new(lost, rows.Length - lost);
    }
}
