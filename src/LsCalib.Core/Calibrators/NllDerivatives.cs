using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>Passes over all rows that give the derivatives of NLL in β = 1/T.</summary>
internal sealed class NllDerivatives
{
    private const int SmallestRun = 256;
    private const int MostRuns = 16;
    private readonly Func<int, int, double, int, int, NllMoments[]> _precise;
    private readonly Func<int, int, double, int, int, NllMoments[]> _rough;
    private readonly Func<int, int, double, double[], double> _byRow;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly int _foldCount;

    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="folds">Fold of each row, or null.</param>
    /// <param name="foldCount">Number of folds, 1 without.</param>
    /// <param name="threads">Threads to use; results do not depend on it.</param>
    /// <param name="path">Vector width.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    public NllDerivatives(ScoreMatrix logits, int[] labels, byte[]? folds, int foldCount, int threads, VectorPath path, CancellationToken cancel = default)
    {
        RowCount = logits.RowCount;
        _threads = threads;
        _cancel = cancel;
        _foldCount = foldCount;
        (_precise, _byRow) = logits switch
        {
            ScoreMatrix<float> floats => Precise(floats, labels, folds, path),
            ScoreMatrix<double> doubles => Precise(doubles, labels, folds, path),
            _ => throw new ArgumentException("Unknown score type.", nameof(logits)),
        };
        _rough = logits is ScoreMatrix<float> { ClassCount: >= StatisticsPass.FewestFloatClasses } many ? Rough(many, labels, folds, path) : _precise;
    }

    public int RowCount { get; }

    /// <summary>Sums by fold, all derivatives, in double precision.</summary>
    public NllMoments[] ByFold(double beta) => ByFold(_precise, beta, 1);

    /// <summary>Sums over all rows, or over all but one fold; all derivatives, in double precision.</summary>
    public NllMoments Sum(double beta, int without = -1) => NllMoments.Total(ByFold(beta), without);

    /// <summary>Slope of each row [N], and the sum of all curvatures, in double precision.</summary>
    public (double[] Slopes, double Curvature) ByRow(double beta)
    {
        var slopes = new double[RowCount];
        int runs = Math.Clamp(RowCount / SmallestRun, 1, MostRuns);
        return (slopes, RowRuns.Compute(RowCount, runs, _threads, (first, end) => _byRow(first, end, beta, slopes), _cancel).Sum());
    }

    /// <summary>Slope and curvature over every <paramref name="stride"/>-th row, to about 1e-6.</summary>
    public NllMoments RoughSum(double beta, int without, int stride) => NllMoments.Total(ByFold(_rough, beta, stride), without);

    private NllMoments[] ByFold(Func<int, int, double, int, int, NllMoments[]> kernel, double beta, int stride)
    {
        int runs = Math.Clamp(RowCount / (SmallestRun * stride), 1, MostRuns);
        var total = new NllMoments[_foldCount];
        foreach (var run in RowRuns.Compute(RowCount, runs, _threads, (first, end) => kernel(Align(first, stride), end, beta, stride, _foldCount), _cancel))
        {
            for (int fold = 0; fold < _foldCount; fold++)
            {
                total[fold].Add(run[fold]);
            }
        }

        return total;
    }

    private static int Align(int row, int stride) => (row + stride - 1) / stride * stride;

    private static (Func<int, int, double, int, int, NllMoments[]> Sums, Func<int, int, double, double[], double> ByRow) Precise<T>(
        ScoreMatrix<T> logits, int[] labels, byte[]? folds, VectorPath path)
        where T : unmanaged
    {
        NllKernel<T> kernel = path switch
        {
            VectorPath.Avx512 => new DoubleNllKernel<Lanes512, T>(logits, labels, folds),
            VectorPath.Avx2 => new DoubleNllKernel<Lanes256, T>(logits, labels, folds),
            _ => new DoubleNllKernel<Lanes128, T>(logits, labels, folds),
        };
        return (kernel.Run, kernel.Slopes);
    }

    private static Func<int, int, double, int, int, NllMoments[]> Rough(ScoreMatrix<float> logits, int[] labels, byte[]? folds, VectorPath path) =>
        path switch
        {
            VectorPath.Avx512 => new FloatNllKernel<FloatLanes512, Lanes512>(logits, labels, folds).Run,
            VectorPath.Avx2 => new FloatNllKernel<FloatLanes256, Lanes256>(logits, labels, folds).Run,
            _ => new FloatNllKernel<FloatLanes128, Lanes128>(logits, labels, folds).Run,
        };
}
