using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Resampling;

/// <summary>Intervals of regular estimates from resamples.</summary>
internal static class ResampleIntervals
{
    /// <summary>Percentiles of the resamples, moved by the difference between the estimate and what the resamples are of.</summary>
    /// <param name="draws">Estimates of the resamples [B]; those undefined are left out.</param>
    /// <param name="estimate">Estimate of the sample.</param>
    /// <param name="same">The sample's estimate computed as those of the resamples are.</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    /// <returns>Null where the estimate or half of the resamples are undefined.</returns>
    public static Interval? Percentile(ReadOnlySpan<double> draws, double estimate, double same, double level)
    {
        var sorted = Sorted(draws);
        if (!double.IsFinite(estimate) || sorted.Length < draws.Length / 2)
        {
            return null;
        }

        double tail = (1 - level) / 2;
        return new(
            estimate + Quantiles.OfSorted(sorted, tail) - same,
            estimate + Quantiles.OfSorted(sorted, 1 - tail) - same,
            "bootstrap percentile");
    }

    /// <summary>
    /// The bias-corrected and accelerated interval of a mean (Efron 1987): its acceleration is a sixth of the skewness of
    /// the mean, so that the long tail of a log loss is allowed for.
    /// </summary>
    /// <param name="draws">Means of the resamples [B].</param>
    /// <param name="values">The sample [N].</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    /// <param name="groups">Rows that were drawn together, or null: the acceleration is then that of their sums.</param>
    /// <param name="weights">Weights of the rows, or null: all count the same.</param>
    /// <returns>Null where the mean is undefined, or all rows, or sums of groups, are alike, so that nothing tells how they scatter.</returns>
    public static Interval? OfMean(ReadOnlySpan<double> draws, ReadOnlySpan<double> values, double level, RowGroups? groups = null, RowWeights? weights = null)
    {
        double mean = weights is null ? Intervals.Mean(values) : WeightedMeans.Mean(values, weights);
        var differences = Differences(values, mean, groups, weights);
        if (!double.IsFinite(mean) || draws.Length == 0)
        {
            return null;
        }

        // Equal values differ from their mean by its rounding.
        if (!(Math.Sqrt(differences.Sum(difference => difference * difference)) > 1e-12 * Math.Abs(mean)))
        {
            return null;
        }

        // Values beyond single precision leave nothing.
        var sorted = Sorted(draws);
        if (sorted.Length < (draws.Length + 1) / 2)
        {
            return null;
        }

        int below = 0;
        foreach (double draw in sorted)
        {
            below += draw < mean ? 1 : 0;
        }

        var correction = new BiasCorrection(below, sorted.Length, differences);
        double tail = (1 - level) / 2;
        return new(
            Quantiles.OfSorted(sorted, correction.Level(tail)),
            Quantiles.OfSorted(sorted, correction.Level(1 - tail)),
            groups is null ? "bootstrap BCa" : "bootstrap of groups, BCa");
    }

    /// <summary>What each unit that is drawn adds to the mean: a row, or a group.</summary>
    private static double[] Differences(ReadOnlySpan<double> values, double mean, RowGroups? groups, RowWeights? weights)
    {
        var differences = new double[values.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = (weights?.OfRow[i] ?? 1) * (values[i] - mean);
        }

        return groups is null ? differences : groups.Sums(differences);
    }

    private static double[] Sorted(ReadOnlySpan<double> draws)
    {
        var sorted = new List<double>(draws.Length);
        foreach (double draw in draws)
        {
            if (double.IsFinite(draw))
            {
                sorted.Add(draw);
            }
        }

        sorted.Sort();
        return [.. sorted];
    }
}
