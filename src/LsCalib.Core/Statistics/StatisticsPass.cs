using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>Reads all scores once and leaves what every metric is computed from.</summary>
public static class StatisticsPass
{
    /// <summary>Fewest rows worth a run of their own.</summary>
    private const int SmallestRun = 256;

    /// <summary>
    /// Float logits of at least so many classes are exponentiated in single precision: with fewer, a row's errors have
    /// less to cancel against, and there is little to gain.
    /// </summary>
    internal const int FewestFloatClasses = 64;

    /// <summary>Runs the fused pass.</summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N], each 0 to K−1.</param>
    /// <param name="scaling">What logits are multiplied by; probabilities take <see cref="RowScaling.None"/> only.</param>
    /// <param name="classwiseBinCount">M of the classwise tables.</param>
    /// <param name="threads">Threads to use, at least 1; the result does not depend on it.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    /// <exception cref="ArgumentException">A label is out of range, or the lengths differ.</exception>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static PredictionStatistics Run(
        ScoreMatrix scores, int[] labels, RowScaling scaling, int classwiseBinCount, int threads = 1, CancellationToken cancel = default) =>
        Run(scores, labels, scaling, classwiseBinCount, threads, VectorPaths.Best, cancel);

    internal static PredictionStatistics Run(
        ScoreMatrix scores, int[] labels, RowScaling scaling, int classwiseBinCount, int threads, VectorPath path, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(scaling);
        Labels.Check(labels, scores.RowCount, scores.ClassCount);
        if (scores.Kind == ScoreKind.Probabilities && scaling != RowScaling.None)
        {
            throw new ArgumentException("Probabilities are scaled as logits: call ToLogits first.", nameof(scaling));
        }

        var result = new PredictionStatistics(labels, scores.ClassCount, classwiseBinCount);
        Func<int, int, RunSums> kernel = scores switch
        {
            ScoreMatrix<float> { Kind: ScoreKind.Logits, ClassCount: >= FewestFloatClasses } floats => FloatKernel(floats, scaling, result, path),
            ScoreMatrix<float> floats => DoubleKernel(floats, scaling, result, path),
            ScoreMatrix<double> doubles => DoubleKernel(doubles, scaling, result, path),
            _ => throw new ArgumentException("Unknown score type.", nameof(scores)),
        };

        int runCount = RunCount(scores.RowCount, scores.ClassCount * classwiseBinCount);
        foreach (var sums in RowRuns.Compute(scores.RowCount, runCount, threads, kernel, cancel))
        {
            sums.AddTo(result);
        }

        return result;
    }

    /// <summary>Runs that the rows are cut into: a function of the sizes alone, so that sums do not depend on threads.</summary>
    private static int RunCount(int rows, int cells)
    {
        const int MostCellsInAll = 4_000_000;
        int most = Math.Clamp(MostCellsInAll / Math.Max(1, cells), 1, 16);
        return Math.Clamp(rows / SmallestRun, 1, most);
    }

    private static Func<int, int, RunSums> DoubleKernel<T>(ScoreMatrix<T> scores, RowScaling scaling, PredictionStatistics result, VectorPath path)
        where T : unmanaged => path switch
        {
            VectorPath.Avx512 => new DoubleRowKernel<Lanes512, T>(scores, scaling, result).Run,
            VectorPath.Avx2 => new DoubleRowKernel<Lanes256, T>(scores, scaling, result).Run,
            _ => new DoubleRowKernel<Lanes128, T>(scores, scaling, result).Run,
        };

    private static Func<int, int, RunSums> FloatKernel(ScoreMatrix<float> logits, RowScaling scaling, PredictionStatistics result, VectorPath path) =>
        path switch
        {
            VectorPath.Avx512 => new FloatRowKernel<FloatLanes512, Lanes512>(logits, scaling, result).Run,
            VectorPath.Avx2 => new FloatRowKernel<FloatLanes256, Lanes256>(logits, scaling, result).Run,
            _ => new FloatRowKernel<FloatLanes128, Lanes128>(logits, scaling, result).Run,
        };
}
