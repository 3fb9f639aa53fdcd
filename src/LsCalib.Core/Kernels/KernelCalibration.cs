using System.Globalization;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Kernels;

/// <summary>
/// Squared kernel calibration error of the whole probability vectors, with the kernel exp(−|p − q|²/(2γ²))·1[y = y'] and
/// so h_ij = exp(−|p_i − p_j|²/(2γ²))·(e_yi − p_i)·(e_yj − p_j) (Widmann, Lindsten and Zachariah 2019 and 2021).
/// </summary>
public static class KernelCalibration
{
    /// <summary>Most rows whose pairs are all taken.</summary>
    public const int MostRows = 20_000;

    /// <summary>
    /// Most pairs times classes, N·B·K with blocks of B rows, that are gone through: 20,000 rows of 12 classes, 2,236
    /// rows of 1,000.
    /// </summary>
    public const double MostProducts = 5e9;

    /// <summary>Fewest blocks whose own spread gives the standard error; with fewer, the variances within each block do.</summary>
    private const int FewestSpreadBlocks = 30;

    /// <summary>
    /// Estimates the squared error from all pairs of rows, or above <see cref="MostRows"/> or
    /// <see cref="MostProducts"/> from the pairs within the fewest blocks that keep to both; rows are then dealt to
    /// blocks in a seeded random order, so that the order of rows shifts the estimate within its noise. The interval
    /// holds every squared error that a normal law with the variance belonging to it puts near the estimate, so it serves
    /// calibrated and miscalibrated models alike; from thirty blocks on it is that of the mean of their values.
    /// </summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="scaling">What logits are multiplied by; probabilities take <see cref="RowScaling.None"/> only.</param>
    /// <param name="seed">Seed of the bandwidth's sample and of the blocks.</param>
    /// <param name="bandwidth">γ; null for <see cref="KernelBandwidth.Median"/>.</param>
    /// <param name="level">Nominal coverage of the interval, between 0 and 1.</param>
    /// <param name="blockRowCount">Rows of a block, at least 2 (the last blocks hold one more where N is no multiple); null to choose.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="ArgumentException">The lengths differ, or probabilities come with a scaling.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label, γ, the level or the block is out of range.</exception>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static SquaredKernelError Estimate(
        ScoreMatrix scores, int[] labels, RowScaling scaling, long seed, double? bandwidth = null, double level = 0.95,
        int? blockRowCount = null, CancellationToken cancel = default) =>
        Estimate(scores, labels, scaling, seed, bandwidth, level, blockRowCount, VectorPaths.Best, cancel);

    internal static SquaredKernelError Estimate(
        ScoreMatrix scores, int[] labels, RowScaling scaling, long seed, double? bandwidth, double level,
        int? blockRowCount, VectorPath path, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(scaling);
        Labels.Check(labels, scores.RowCount, scores.ClassCount);
        KernelBandwidth.CheckScaling(scores, scaling);
        UStatistic.CheckLevel(level);
        int n = scores.RowCount;
        int length = blockRowCount ?? BlockRowCount(n, scores.ClassCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2, nameof(blockRowCount));
        double width = bandwidth ?? KernelBandwidth.Median(scores, scaling, seed);
        double factor = KernelBandwidth.Factor(width);
        int blockCount = Math.Max(1, n / length);
        var rows = blockCount == 1 ? RowSample.Draw(n, n, seed) : RowSample.Permutation(n, seed);
        var values = new double[blockCount];
        double perTheta = 0;
        double atZero = 0;
        double diagonal = 0;
        for (int block = 0; block < blockCount; block++)
        {
            cancel.ThrowIfCancellationRequested();
            int start = (int)((long)n * block / blockCount);
            int end = (int)((long)n * (block + 1) / blockCount);
            var moments = Moments(ProbabilityTiles.From(scores, labels, scaling, rows.AsSpan(start, end - start)), factor, path, cancel);
            var statistic = UStatistic.From(moments);
            values[block] = statistic.Value;
            perTheta += statistic.PerTheta / blockCount / blockCount;
            atZero += statistic.AtZero / blockCount / blockCount;
            diagonal += (moments.FullTotal - moments.Total) / n;
        }

        var all = blockCount >= FewestSpreadBlocks ? Spread(values) : new(Intervals.Mean(values), perTheta, atZero);
        var (lower, upper) = all.Interval(level);
        double biased = n == 0 ? double.NaN : ((n > 1 ? (n - 1) * all.Value : 0) + diagonal) / n;
        return new(all.Value, biased, all.StandardError, lower, upper, level, width, n, blockCount, Words(blockCount, n / blockCount));
    }

    /// <summary>Rows of the largest blocks that the budgets allow.</summary>
    internal static int BlockRowCount(int rowCount, int classCount)
    {
        double most = Math.Min((double)MostRows * MostRows, MostProducts / classCount);
        double n = Math.Max(2, rowCount);
        return n * n <= most ? (int)n : (int)Math.Max(2, most / n);
    }

    /// <summary>Mean of the blocks' values, with the variance that they show at whatever the truth is.</summary>
    private static UStatistic Spread(double[] values)
    {
        double mean = Intervals.Mean(values);
        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return new(mean, 0, squares / (values.Length - 1) / values.Length);
    }

    private static PairMoments Moments(ProbabilityTiles tiles, double factor, VectorPath path, CancellationToken cancel)
    {
        var (sums, squareTotal) = path switch
        {
            VectorPath.Avx512 => PairKernel<Lanes512>.RowSums(tiles, factor, cancel),
            VectorPath.Avx2 => PairKernel<Lanes256>.RowSums(tiles, factor, cancel),
            _ => PairKernel<Lanes128>.RowSums(tiles, factor, cancel),
        };

        var moments = new PairMoments { SquareTotal = squareTotal };
        for (int i = 0; i < tiles.RowCount; i++)
        {
            moments.Add(1, sums[i], tiles.SquaredResidual(i));
        }

        return moments;
    }

    private static string Words(int blockCount, int length) => blockCount == 1
        ? "all pairs"
        : string.Create(CultureInfo.InvariantCulture, $"mean over {blockCount} random blocks of {length} rows");
}
