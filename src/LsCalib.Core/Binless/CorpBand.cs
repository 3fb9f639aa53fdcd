using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// A pointwise band of isotonic reliability curves (CORP: Dimitriadis, Gneiting and Jordan 2021), by simulation: rows are
/// drawn with replacement, their outcomes anew, and the curve is fitted again. The arrays are not to be changed.
/// </summary>
/// <param name="Confidence">Where the band is given [P].</param>
/// <param name="Lower">The (1 − level)/2 quantile of the curves [P]; NaN outside the range of confidences.</param>
/// <param name="Upper">The (1 + level)/2 quantile of the curves [P]; NaN outside the range of confidences.</param>
public sealed record CorpBand(double[] Confidence, double[] Lower, double[] Upper)
{
    /// <summary>Draws that a band rests on when no other number is asked for.</summary>
    public const int DefaultDrawCount = 200;

    /// <summary>Where the curve of a calibrated model would lie: every outcome has its confidence as its probability.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <param name="grid">Confidences at which to give the band [P].</param>
    /// <param name="level">Coverage at each point, between 0 and 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="drawCount">Draws, at least 1.</param>
    /// <param name="cancel">Stops between draws.</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1], or the level or the number of draws is out of range.</exception>
    public static CorpBand Consistency(
        ConfidenceOrder order, ReadOnlySpan<double> grid, double level, long seed, int drawCount = DefaultDrawCount, CancellationToken cancel = default) =>
        Simulate(order, null, grid, level, seed, drawCount, cancel);

    /// <summary>Where the curve of other rows like these would lie: every outcome has its isotonic value as its probability.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <param name="isotonic">The isotonic regression of the same predictions.</param>
    /// <param name="grid">Confidences at which to give the band [P].</param>
    /// <param name="level">Coverage at each point, between 0 and 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="drawCount">Draws, at least 1.</param>
    /// <param name="cancel">Stops between draws.</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1], or the level or the number of draws is out of range.</exception>
    public static CorpBand ForCurve(
        ConfidenceOrder order,
        IsotonicRegression isotonic,
        ReadOnlySpan<double> grid,
        double level,
        long seed,
        int drawCount = DefaultDrawCount,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(isotonic);
        return Simulate(order, isotonic, grid, level, seed, drawCount, cancel);
    }

    private static CorpBand Simulate(
        ConfidenceOrder order, IsotonicRegression? isotonic, ReadOnlySpan<double> grid, double level, long seed, int drawCount, CancellationToken cancel)
    {
        TieBlock.RequireProbabilities(order);
        ArgumentOutOfRangeException.ThrowIfLessThan(drawCount, 1);
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level lies between 0 and 1.");
        }

        var points = grid.ToArray();
        var curves = new double[points.Length][];
        for (int k = 0; k < points.Length; k++)
        {
            curves[k] = new double[drawCount];
        }

        if (order.RowCount > 0)
        {
            var resampling = new CorpResampling(order, isotonic);
            var random = new SeededRandom(seed, stream: 11);
            for (int draw = 0; draw < drawCount; draw++)
            {
                cancel.ThrowIfCancellationRequested();
                resampling.Draw(random);
                Read(resampling, points, curves, draw);
            }
        }

        var band = new CorpBand(points, new double[points.Length], new double[points.Length]);
        for (int k = 0; k < points.Length; k++)
        {
            bool inRange = order.RowCount > 0 && points[k] >= order.Confidence[0] && points[k] <= order.Confidence[^1];
            Array.Sort(curves[k]);
            band.Lower[k] = inRange ? Quantile(curves[k], (1 - level) / 2) : double.NaN;
            band.Upper[k] = inRange ? Quantile(curves[k], (1 + level) / 2) : double.NaN;
        }

        return band;
    }

    /// <summary>Reads one curve at the points: constant within blocks and beyond the ends, linear between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Read(CorpResampling curve, double[] points, double[][] curves, int draw)
    {
        var pool = curve.Pool;
        for (int k = 0; k < points.Length; k++)
        {
            int low = 0;
            int high = pool.Size;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = curve.Confidence(pool.Last[middle]) < points[k] ? (middle + 1, high) : (low, middle);
            }

            int block = Math.Min(low, pool.Size - 1);
            double value = (double)pool.Hits[block] / pool.Counts[block];
            double start = curve.Confidence(pool.First[block]);
            curves[k][draw] = low == 0 || points[k] >= start
                ? value
                : IsotonicRegression.Interpolate(
                    points[k], curve.Confidence(pool.Last[block - 1]), (double)pool.Hits[block - 1] / pool.Counts[block - 1], start, value);
        }
    }

    /// <summary>Quantile of sorted values, linear between order statistics.</summary>
    private static double Quantile(double[] sorted, double level)
    {
        double position = level * (sorted.Length - 1);
        int below = (int)position;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((position - below) * (above - sorted[below]));
    }
}
