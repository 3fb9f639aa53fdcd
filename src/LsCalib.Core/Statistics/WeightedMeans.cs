using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>Means of weighted rows, as ratios Σ w x / Σ w, with intervals by linearisation.</summary>
internal static class WeightedMeans
{
    /// <summary>Share this near to 0 or 1 is taken for it: weights round.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Σ w x / Σ w.</summary>
    public static double Mean(ReadOnlySpan<double> values, RowWeights weights)
    {
        double sum = 0;
        double total = 0;
        for (int row = 0; row < values.Length; row++)
        {
            sum += weights.OfRow[row] * values[row];
            total += weights.OfRow[row];
        }

        return sum / total;
    }

    /// <summary>The mean with its normal interval; without one where the rows tell no more than two equal ones would.</summary>
    public static Measurement OfMean(ReadOnlySpan<double> values, RowWeights weights, double level)
    {
        double mean = Mean(values, weights);
        double n = weights.EffectiveCount;
        if (n < 2)
        {
            return new(mean);
        }

        double half = Intervals.Quantile(level) * Math.Sqrt(Variance(values, weights, mean) * n / (n - 1));
        return new(mean, new(mean - half, mean + half, "normal, weighted rows"));
    }

    /// <summary>
    /// A share with Wilson's interval of as many equal rows as have its variance (Korn and Graubard 1998), and of no more
    /// than Kish's effective count.
    /// </summary>
    /// <param name="values">1 for what is counted, else 0 [N].</param>
    /// <param name="weights">Weights of the rows.</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    public static Measurement OfShare(ReadOnlySpan<double> values, RowWeights weights, double level)
    {
        double share = Mean(values, weights);
        double count = weights.EffectiveCount;
        if (!IsExtreme(share))
        {
            count = Math.Min(count, share * (1 - share) / Variance(values, weights, share));
        }

        return new(share, Intervals.Wilson(share, count, level) with { Method = FormattableString.Invariant($"Wilson, {count:0.0} effective rows") });
    }

    /// <summary>Whether a weighted share is 0 or 1 but for rounding.</summary>
    public static bool IsExtreme(double share) => share <= Rounding || share >= 1 - Rounding;

    private static double Variance(ReadOnlySpan<double> values, RowWeights weights, double mean)
    {
        double squares = 0;
        double total = 0;
        for (int row = 0; row < values.Length; row++)
        {
            double own = weights.OfRow[row] * (values[row] - mean);
            squares += own * own;
            total += weights.OfRow[row];
        }

        return squares / (total * total);
    }
}
