using System.Runtime.CompilerServices;
using LsCalib.Core.Statistics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Metrics;

/// <summary>
/// Calibration errors with the chance part taken out (Kumar, Liang and Ma 2019): a bin's gap is an estimate, and its
/// variance adds to the plug-in error.
/// </summary>
public static class DebiasedError
{
    /// <summary>
    /// Debiased squared L2 error: Σ_m n_m/N (gap_m² − accuracy_m (1 − accuracy_m) / (n_m − 1)), bins of one row left out.
    /// It can be negative; NaN where no bin has two rows, so that nothing tells the variance. Where rows are weighted, the
    /// share of a bin is that of its weight, and n_m the rows whose accuracy would vary as much.
    /// </summary>
    public static double SquaredL2(ReliabilityTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        double sum = 0;
        bool hasPairs = false;
        foreach (var bin in table.Bins)
        {
            if (HasVariance(bin))
            {
                hasPairs = true;
                sum += bin.Weight * ((bin.Gap * bin.Gap) - (bin.Accuracy * (1 - bin.Accuracy) / (bin.OutcomeCount - 1)));
            }
        }

        return hasPairs ? sum / table.TotalWeight : double.NaN;
    }

    /// <summary>Whether a bin tells the variance of its accuracy: it has two rows that count.</summary>
    internal static bool HasVariance(ReliabilityBin bin) => bin.EffectiveCount >= 2 && bin.OutcomeCount >= 2;

    /// <summary>Square root of <see cref="SquaredL2"/>, 0 where that is negative; a fraction.</summary>
    public static double L2(ReliabilityTable table) => Root(SquaredL2(table));

    /// <summary>
    /// Debiased L1 error: twice the ECE less its expected value when each bin's accuracy is normal around the one seen,
    /// with variance accuracy (1 − accuracy) / n. That expectation is in closed form here, where Kumar et al. draw it.
    /// Not clipped: it can be negative.
    /// </summary>
    public static double L1(ReliabilityTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        double sum = 0;
        foreach (var bin in table.Bins)
        {
            if (bin.Weight > 0)
            {
                double deviation = Math.Sqrt(bin.Accuracy * (1 - bin.Accuracy) / bin.OutcomeCount);
                sum += bin.Weight * ((2 * Math.Abs(bin.Gap)) - MeanOfAbsolute(bin.Gap, deviation));
            }
        }

        return sum / table.TotalWeight;
    }

    /// <summary>
    /// Interval of the L2 error by the law of its U-statistic Σ_m Σ_{j≠l} u_j u_l / (n_m − 1) / N, u = correct −
    /// confidence (Sun et al. 2024), with the variance that it keeps under calibration added, so that it holds near 0 too.
    /// </summary>
    /// <param name="table">Bins.</param>
    /// <param name="confidences">Confidences [N].</param>
    /// <param name="correct">Outcomes [N].</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    /// <returns>On the scale of the squared error, and not clipped; null without a bin of two rows.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Interval? OfSquaredL2(ReliabilityTable table, ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct, double level)
    {
        ArgumentNullException.ThrowIfNull(table);
        var edges = table.Edges();
        var sums = new (int Count, double U, double Square, double Noise)[table.Bins.Length];
        int last = 0;
        for (int i = 0; i < confidences.Length; i++)
        {
            double u = (correct[i] ? 1 : 0) - confidences[i];
            if (!(confidences[i] > edges[last] && confidences[i] <= edges[last + 1]))
            {
                last = BinEdges.IndexOf(edges, confidences[i]);
            }

            ref var bin = ref sums[last];
            bin = (bin.Count + 1, bin.U + u, bin.Square + (u * u), bin.Noise + (confidences[i] * (1 - confidences[i])));
        }

        double n = confidences.Length;
        double statistic = 0;
        double first = 0;
        double mean = 0;
        double calibrated = 0;
        foreach (var bin in sums)
        {
            if (bin.Count < 2)
            {
                continue;
            }

            double w = bin.Count / n;
            double m = bin.U / bin.Count;
            double q = bin.Square / bin.Count;
            double v = bin.Noise / bin.Count;
            statistic += ((bin.U * bin.U) - bin.Square) / (bin.Count - 1) / n;
            first += w * ((4 * m * m * q) - (3 * m * m * m * m));
            mean += w * m * m;
            calibrated += 2 / (n * n) * bin.Count / (bin.Count - 1) * v * v;
        }

        double variance = (Math.Max(first - (mean * mean), 0) / n) + calibrated;
        if (!(variance > 0))
        {
            return null;
        }

        double half = Normal.InvCDF(0, 1, (1 + level) / 2) * Math.Sqrt(variance);
        return new(statistic - half, statistic + half, "U-statistic, normal");
    }

    /// <summary>√ of a squared error that can be negative.</summary>
    internal static double Root(double square) => double.IsNaN(square) ? double.NaN : Math.Sqrt(Math.Max(square, 0));

    /// <summary>E|X| of a normal X.</summary>
    private static double MeanOfAbsolute(double mean, double deviation)
    {
        if (!(deviation > 0))
        {
            return Math.Abs(mean);
        }

        double z = mean / deviation;
        return (deviation * Math.Sqrt(2 / Math.PI) * Math.Exp(-z * z / 2)) + (mean * (1 - (2 * Normal.CDF(0, 1, -z))));
    }
}
