using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>Passes over all rows that give the derivatives of NLL in β = 1/T.</summary>
internal sealed class NllDerivatives
{
    private const int SmallestRun = 256;
    private const int MostRuns = 16;
    private readonly Kernel _precise;
    private readonly Kernel _rough;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly int _foldCount;
    private SlopeSeries[]? _rows;

    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="folds">Fold of each row, or null.</param>
    /// <param name="foldCount">Number of folds, 1 without.</param>
    /// <param name="threads">Threads to use; results do not depend on it.</param>
    /// <param name="path">Vector width.</param>
    /// <param name="weights">How much each row counts [N], or null: all the same.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    public NllDerivatives(ScoreMatrix logits, int[] labels, byte[]? folds, int foldCount, int threads, VectorPath path, double[]? weights = null, CancellationToken cancel = default)
    {
        RowCount = logits.RowCount;
        _threads = threads;
        _cancel = cancel;
        _foldCount = foldCount;
        _precise = logits switch
        {
            ScoreMatrix<float> floats => Precise(floats, labels, folds, weights, path),
            ScoreMatrix<double> doubles => Precise(doubles, labels, folds, weights, path),
            _ => throw new ArgumentException("Unknown score type.", nameof(logits)),
        };
        _rough = logits is ScoreMatrix<float> { ClassCount: >= StatisticsPass.FewestFloatClasses } many ? Rough(many, labels, folds, weights, path) : _precise;
    }

    private delegate NllMoments[] Kernel(int first, int end, double beta, int stride, int foldCount, SlopeSeries[]? byRow);

    public int RowCount { get; }

    /// <summary>Whether precise passes leave the derivatives of each row behind, 40 bytes each.</summary>
    public bool KeepsRows { get; init; }

    /// <summary>β of the rows kept; NaN before the first pass.</summary>
    public double KeptBeta { get; private set; } = double.NaN;

    /// <summary>Derivatives of each row at <see cref="KeptBeta"/>, weights included [N].</summary>
    public SlopeSeries[] KeptRows => _rows ?? throw new InvalidOperationException("No pass has kept its rows.");

    /// <summary>Sums by fold, all derivatives, in double precision.</summary>
    public NllMoments[] ByFold(double beta)
    {
        if (KeepsRows)
        {
            _rows ??= new SlopeSeries[RowCount];
            KeptBeta = beta;
        }

        return ByFold(_precise, beta, 1, _rows);
    }

    /// <summary>Sums over all rows, or over all but one fold; all derivatives, in double precision.</summary>
    public NllMoments Sum(double beta, int without = -1) => NllMoments.Total(ByFold(beta), without);

    /// <summary>Slope and curvature over every <paramref name="stride"/>-th row, to about 1e-6.</summary>
    public NllMoments RoughSum(double beta, int without, int stride) => NllMoments.Total(ByFold(_rough, beta, stride, null), without);

    private NllMoments[] ByFold(Kernel kernel, double beta, int stride, SlopeSeries[]? byRow)
    {
        int runs = Math.Clamp(RowCount / (SmallestRun * stride), 1, MostRuns);
        var total = new NllMoments[_foldCount];
        foreach (var run in RowRuns.Compute(RowCount, runs, _threads, (first, end) => kernel(Align(first, stride), end, beta, stride, _foldCount, byRow), _cancel))
        {
            for (int fold = 0; fold < _foldCount; fold++)
            {
                total[fold].Add(run[fold]);
            }
        }

        return total;
    }

    private static int Align(int row, int stride) => (row + stride - 1) / stride * stride;

    private static Kernel Precise<T>(ScoreMatrix<T> logits, int[] labels, byte[]? folds, double[]? weights, VectorPath path)
        where T : unmanaged => path switch
        {
            VectorPath.Avx512 => new DoubleNllKernel<Lanes512, T>(logits, labels, folds, weights).Run,
            VectorPath.Avx2 => new DoubleNllKernel<Lanes256, T>(logits, labels, folds, weights).Run,
            _ => new DoubleNllKernel<Lanes128, T>(logits, labels, folds, weights).Run,
        };

    private static Kernel Rough(ScoreMatrix<float> logits, int[] labels, byte[]? folds, double[]? weights, VectorPath path) => path switch
    {
        VectorPath.Avx512 => new FloatNllKernel<FloatLanes512, Lanes512>(logits, labels, folds, weights).Run,
        VectorPath.Avx2 => new FloatNllKernel<FloatLanes256, Lanes256>(logits, labels, folds, weights).Run,
        _ => new FloatNllKernel<FloatLanes128, Lanes128>(logits, labels, folds, weights).Run,
    };
}
