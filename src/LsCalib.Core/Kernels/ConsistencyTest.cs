using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Kernels;

/// <summary>
/// The kernel test of calibration (Widmann, Lindsten and Zachariah 2019) by consistency resampling: labels are drawn
/// again and again from the predicted probabilities. Given the scores, that is the law of the statistic under the
/// hypothesis itself, so the level holds at any size, number of classes and bandwidth; laws of large samples hold only
/// in the limit, and a test by blocks gives most of the power away for them.
/// </summary>
public static class ConsistencyTest
{
    /// <summary>Most rows that a test rests on; of more, a seeded sample is tested.</summary>
    public const int MostRows = 2000;

    /// <summary>Draws unless another number is asked for.</summary>
    public const int DefaultDrawCount = 999;

    /// <summary>Most draws: the labels of all of them are held at once, eight bytes for each row.</summary>
    private const int MostDraws = 20_000;

    /// <summary>Tests whether the labels can have been drawn from the predicted probabilities.</summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="scaling">What logits are multiplied by; probabilities take <see cref="RowScaling.None"/> only.</param>
    /// <param name="seed">Seed of the bandwidth's sample, of the rows and of the labels drawn.</param>
    /// <param name="bandwidth">γ; null for <see cref="KernelBandwidth.Median"/>.</param>
    /// <param name="drawCount">Sets of labels to draw, 1 to 20,000.</param>
    /// <param name="cancel">Stops between tiles of rows.</param>
    /// <exception cref="ArgumentException">The lengths differ, or probabilities come with a scaling.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label, γ or the number of draws is out of range.</exception>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static KernelCalibrationTest Run(
        ScoreMatrix scores, int[] labels, RowScaling scaling, long seed, double? bandwidth = null,
        int drawCount = DefaultDrawCount, CancellationToken cancel = default) =>
        Run(scores, labels, scaling, seed, bandwidth, drawCount, VectorPaths.Best, cancel);

    internal static KernelCalibrationTest Run(
        ScoreMatrix scores, int[] labels, RowScaling scaling, long seed, double? bandwidth, int drawCount, VectorPath path, CancellationToken cancel) =>
        Draw(scores, labels, scaling, seed, bandwidth, drawCount, path, cancel).Test;

    internal static ConsistencyDraws Draw(
        ScoreMatrix scores, int[] labels, RowScaling scaling, long seed, double? bandwidth, int drawCount, VectorPath path, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(scaling);
        Labels.Check(labels, scores.RowCount, scores.ClassCount);
        KernelBandwidth.CheckScaling(scores, scaling);
        ArgumentOutOfRangeException.ThrowIfLessThan(drawCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(drawCount, MostDraws);
        double width = bandwidth ?? KernelBandwidth.Median(scores, scaling, seed);
        double factor = KernelBandwidth.Factor(width);
        var rows = RowSample.Draw(scores.RowCount, MostRows, seed);
        string method = rows.Length < scores.RowCount ? "labels drawn from the probabilities, sampled rows" : "labels drawn from the probabilities";
        int n = rows.Length;
        if (n < 2)
        {
            return new(new(double.NaN, double.NaN, width, drawCount, n, method), []);
        }

        var tiles = ProbabilityTiles.From(scores, labels, scaling, rows);
        var drawn = DrawnLabels.From(tiles, Array.ConvertAll(rows, row => labels[row]), drawCount, seed);
        double[] sums = path switch
        {
            VectorPath.Avx512 => ConsistencyKernel<Lanes512>.PairSums(tiles, drawn, factor, cancel),
            VectorPath.Avx2 => ConsistencyKernel<Lanes256>.PairSums(tiles, drawn, factor, cancel),
            _ => ConsistencyKernel<Lanes128>.PairSums(tiles, drawn, factor, cancel),
        };

        // Labels that give the observed statistic again count against rejection, also where rounding tells them apart.
        double slack = 1e-12 * n * n;
        int reached = 1;
        double pairCount = 0.5 * n * (n - 1);
        var calibrated = new double[drawCount];
        for (int draw = 1; draw <= drawCount; draw++)
        {
            reached += sums[draw] >= sums[0] - slack ? 1 : 0;
            calibrated[draw - 1] = sums[draw] / pairCount;
        }

        return new(new((double)reached / (drawCount + 1), sums[0] / pairCount, width, drawCount, n, method), calibrated);
    }
}
