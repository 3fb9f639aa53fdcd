using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Comparison;

/// <summary>
/// How much noise can have added to an error over bins, at most. Noise σ adds E|g + σZ| − |g| to a gap g: its share of the noise
/// floor where g is 0, next to nothing where g is several σ. A bin's gap is taken as small as it may well be, by z·σ less than
/// it is seen, so that the bound is the floor for a calibrated model and goes to 0 for one that is clearly not.
/// </summary>
internal static class BiasBound
{
    /// <summary>Of Σ |gap|, or of its over- or under-confident part.</summary>
    /// <param name="table">Bins.</param>
    /// <param name="bins">The same in resamples.</param>
    /// <param name="norm">One of the three.</param>
    public static double OfAbsolute(ReliabilityTable table, ResampledBins bins, ErrorNorm norm)
    {
        double bound = 0;
        for (int m = 0; m < table.Bins.Length; m++)
        {
            var bin = table.Bins[m];
            if (!(bin.Weight > 0))
            {
                continue;
            }

            double share = bin.Weight / table.TotalWeight;
            double deviation = Deviation(bin, share, bins.Deviation(m));
            double least = Math.Max(0, (share * Math.Abs(bin.Gap)) - (Intervals.NormalQuantile * deviation));
            bound += (norm == ErrorNorm.Expected ? 2 : 1) * Added(least, deviation);
        }

        return bound;
    }

    /// <summary>Of √Σ share·gap²: noise adds its variance V to the square, and √(R² + V) − R to the root.</summary>
    /// <param name="table">Bins.</param>
    /// <param name="bins">The same in resamples.</param>
    public static double OfRootMeanSquare(ReliabilityTable table, ResampledBins bins)
    {
        double square = 0;
        double variance = 0;
        double scatter = 0;
        for (int m = 0; m < table.Bins.Length; m++)
        {
            var bin = table.Bins[m];
            if (!(bin.Weight > 0))
            {
                continue;
            }

            double share = bin.Weight / table.TotalWeight;
            double deviation = Deviation(bin, share, bins.Deviation(m)) / Math.Sqrt(share);
            square += share * bin.Gap * bin.Gap;
            variance += deviation * deviation;
            scatter += (4 * share * bin.Gap * bin.Gap * deviation * deviation) + (2 * Math.Pow(deviation, 4));
        }

        double least = Math.Max(0, square - variance - (Intervals.NormalQuantile * Math.Sqrt(scatter)));
        return Math.Sqrt(least + variance) - Math.Sqrt(least);
    }

    /// <summary>Of one |gap| times a weight.</summary>
    /// <param name="gap">Gap times weight.</param>
    /// <param name="deviation">Its standard deviation.</param>
    public static double OfGap(double gap, double deviation) => 2 * Added(Math.Max(0, Math.Abs(gap) - (Intervals.NormalQuantile * deviation)), deviation);

    /// <summary>Standard deviation of share·gap: as resamples have it, and not below that of a calibrated model or of the accuracy seen.</summary>
    private static double Deviation(ReliabilityBin bin, double share, double resampled)
    {
        double variance = Math.Max(bin.MeanConfidence * (1 - bin.MeanConfidence), bin.Accuracy * (1 - bin.Accuracy)) / bin.EffectiveCount;
        return Math.Max(resampled, share * Math.Sqrt(Math.Max(0, variance)));
    }

    /// <summary>E max(σZ − g, 0).</summary>
    private static double Added(double gap, double deviation)
    {
        if (!(deviation > 0))
        {
            return 0;
        }

        double x = gap / deviation;
        return deviation * (Normal.PDF(0, 1, x) - (x * Normal.CDF(0, 1, -x)));
    }
}
