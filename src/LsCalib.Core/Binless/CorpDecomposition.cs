using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// What a proper score of top-label correctness is made of: Score = Miscalibration − Discrimination + Uncertainty
/// (CORP: Dimitriadis, Gneiting and Jordan 2021). All are NaN without rows.
/// </summary>
/// <param name="Score">Mean score of the confidences.</param>
/// <param name="Miscalibration">MCB, at least 0: what isotonic recalibration on these rows would gain.</param>
/// <param name="Discrimination">DSC, at least 0: what the recalibrated confidences gain over one constant.</param>
/// <param name="Uncertainty">UNC: the score of the overall accuracy as every row's confidence.</param>
public sealed record CorpDecomposition(double Score, double Miscalibration, double Discrimination, double Uncertainty)
{
    /// <summary>The decomposition of the Brier score (c − a)², 0 to 1.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <param name="isotonic">The isotonic regression of the same predictions.</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1], or the regression has another number of rows.</exception>
    public static CorpDecomposition Brier(ConfidenceOrder order, IsotonicRegression isotonic)
    {
        var (count, hits) = Totals(order, isotonic);
        double recalibrated = 0;
        foreach (var block in isotonic.Blocks)
        {
            recalibrated += block.Count * block.Value * (1 - block.Value);
        }

        double accuracy = hits / count;
        return From(BrierSum(order) / count, recalibrated / count, accuracy * (1 - accuracy));
    }

    /// <summary>
    /// The decomposition of the log score −ln(probability of what happened), in nats. A wrong row at confidence exactly 1,
    /// or a correct one at exactly 0, makes Score and Miscalibration +∞; the other two stay finite.
    /// </summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <param name="isotonic">The isotonic regression of the same predictions.</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1], or the regression has another number of rows.</exception>
    public static CorpDecomposition Log(ConfidenceOrder order, IsotonicRegression isotonic)
    {
        var (count, hits) = Totals(order, isotonic);
        double recalibrated = 0;
        foreach (var block in isotonic.Blocks)
        {
            recalibrated += block.Count * Entropy(block.Value);
        }

        return From(LogSum(order) / count, recalibrated / count, count > 0 ? Entropy(hits / count) : double.NaN);
    }

    /// <summary>Rounding aside, the isotonic fit is neither worse than the confidences nor than a constant.</summary>
    private static CorpDecomposition From(double score, double recalibrated, double uncertainty) =>
        new(score, Math.Max(score - recalibrated, 0), Math.Max(uncertainty - recalibrated, 0), uncertainty);

    private static (double Count, double Hits) Totals(ConfidenceOrder order, IsotonicRegression isotonic)
    {
        TieBlock.RequireProbabilities(order);
        ArgumentNullException.ThrowIfNull(isotonic);
        double count = 0;
        double hits = 0;
        foreach (var block in isotonic.Blocks)
        {
            count += block.Count;
            hits += Math.Round(block.Count * block.Value);
        }

        return count == order.RowCount
            ? (count, hits)
            : throw new ArgumentException($"The regression is of {count} rows, the order of {order.RowCount}.", nameof(isotonic));
    }

    /// <summary>Summed by confidence, so that the order of tied rows does not reach the last digit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BrierSum(ConfidenceOrder order)
    {
        double sum = 0;
        for (int start = 0, end; start < order.RowCount; start = end)
        {
            int hits = TieBlock.Hits(order, start, out end);
            double c = order.Confidence[start];
            sum += (hits * (1 - c) * (1 - c)) + ((end - start - hits) * c * c);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double LogSum(ConfidenceOrder order)
    {
        double sum = 0;
        for (int start = 0, end; start < order.RowCount; start = end)
        {
            int hits = TieBlock.Hits(order, start, out end);
            int misses = end - start - hits;
            double c = order.Confidence[start];
            sum -= hits > 0 ? hits * Math.Log(c) : 0;
            sum -= misses > 0 ? misses * Math.Log(1 - c) : 0;
        }

        return sum;
    }

    private static double Entropy(double p) => p > 0 && p < 1 ? -(p * Math.Log(p)) - ((1 - p) * Math.Log(1 - p)) : 0;
}
