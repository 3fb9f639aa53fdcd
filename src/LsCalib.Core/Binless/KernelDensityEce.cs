using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// Calibration error of top-label confidences with accuracy estimated by a leave-one-out ratio of Beta kernels
/// (Popordanoska, Sayer and Blaschko 2022). Quadratic in the number of rows, so it rests on at most
/// <see cref="MostRows"/>. Many confidences that are equal (1 exactly, say) pull the chosen bandwidth towards 0.
/// </summary>
/// <param name="Expected">Mean |estimated accuracy − confidence|, a fraction; NaN when no row has an estimate.</param>
/// <param name="RootMeanSquare">√ of the mean squared difference, a fraction; NaN when no row has an estimate.</param>
/// <param name="Bandwidth">h of the kernels; NaN when none was given and no row has an estimate.</param>
/// <param name="RowsUsed">Rows that it rests on: all, or a random sample.</param>
/// <param name="RowsLeftOut">
/// Of these, rows without an estimate because no other row's kernel reaches them: those at exactly 0 or 1 without a tie.
/// </param>
public sealed record KernelDensityEce(double Expected, double RootMeanSquare, double Bandwidth, int RowsUsed, int RowsLeftOut)
{
    /// <summary>Most rows that the error rests on; of more, a random sample is taken.</summary>
    public const int MostRows = 20_000;

    /// <summary>Most rows that the bandwidth rests on.</summary>
    public const int MostBandwidthRows = 2_000;

    private const int Stream = 12;

    /// <summary>Estimates both errors.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <param name="seed">Seed of the samples of rows.</param>
    /// <param name="bandwidth">h, positive; null for the one of 20 from 1e-5 to 1 with the largest leave-one-out likelihood.</param>
    /// <param name="cancel">Stops between bandwidths.</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1], or the bandwidth is not positive and finite.</exception>
    public static KernelDensityEce Compute(ConfidenceOrder order, long seed, double? bandwidth = null, CancellationToken cancel = default) =>
        Compute(order, seed, bandwidth, VectorPaths.Best, cancel);

    internal static KernelDensityEce Compute(ConfidenceOrder order, long seed, double? bandwidth, VectorPath path, CancellationToken cancel = default)
    {
        TieBlock.RequireProbabilities(order);
        if (bandwidth is { } given && !(given > 0 && double.IsFinite(given)))
        {
            throw new ArgumentOutOfRangeException(nameof(bandwidth), given, "The bandwidth is positive and finite.");
        }

        var random = new SeededRandom(seed, Stream);
        var rows = ConfidenceBlocks.Sample(order, MostRows, random);
        if (rows.RowCount == 0)
        {
            return new(double.NaN, double.NaN, bandwidth ?? double.NaN, 0, 0);
        }

        double h = bandwidth ?? BestBandwidth(rows.Sample(MostBandwidthRows, random), path, cancel);
        if (double.IsNaN(h))
        {
            return new(double.NaN, double.NaN, h, rows.RowCount, rows.RowCount);
        }

        cancel.ThrowIfCancellationRequested();
        var sums = new BetaKernelSums[rows.Confidence.Count];
        rows.ToKernel().Run(h, path, sums);
        double absolute = 0;
        double square = 0;
        int leftOut = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            int count = rows.Counts[i];
            int hits = rows.Hits[i];
            if (!(sums[i].All(count) > 0))
            {
                leftOut += count;
                continue;
            }

            var (ofHits, ofMisses) = sums[i].Gaps(count, hits, rows.Confidence[i]);
            absolute += (hits * Math.Abs(ofHits)) + ((count - hits) * Math.Abs(ofMisses));
            square += (hits * ofHits * ofHits) + ((count - hits) * ofMisses * ofMisses);
        }

        int used = rows.RowCount - leftOut;
        return new(absolute / used, Math.Sqrt(square / used), h, rows.RowCount, leftOut);
    }

    /// <summary>The rows that the error of this seed rests on.</summary>
    internal static ConfidenceBlocks Rows(ConfidenceOrder order, long seed) => ConfidenceBlocks.Sample(order, MostRows, new(seed, Stream));

    /// <summary>Rows without any kernel have none at any bandwidth, so they do not bear on the choice; NaN if no row has any.</summary>
    private static double BestBandwidth(ConfidenceBlocks rows, VectorPath path, CancellationToken cancel)
    {
        var kernel = rows.ToKernel();
        var sums = new BetaKernelSums[rows.Confidence.Count];
        double best = double.NaN;
        double largest = double.NegativeInfinity;
        for (int step = 0; step < 20; step++)
        {
            cancel.ThrowIfCancellationRequested();
            double h = step < 15 ? Math.Pow(10, -5 + (4.0 * step / 14)) : 0.2 * (step - 14);
            kernel.Run(h, path, sums);
            double likelihood = 0;
            bool isDefined = false;
            for (int i = 0; i < sums.Length; i++)
            {
                double all = sums[i].All(rows.Counts[i]);
                likelihood += all > 0 ? rows.Counts[i] * (Math.Log(all) + sums[i].LogScale) : 0;
                isDefined |= all > 0;
            }

            if (isDefined && likelihood > largest)
            {
                (best, largest) = (h, likelihood);
            }
        }

        return best;
    }
}
