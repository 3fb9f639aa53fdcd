using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>Passes over all rows that give the derivatives of NLL in β = 1/T.</summary>
internal sealed class NllDerivatives
{
    private const int SmallestRun = 256;
    private const int MostRuns = 16;
    private readonly Func<int, int, double, int, int, bool, NllMoments[]> _kernel;
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
        _kernel = logits switch
        {
            ScoreMatrix<float> floats => Kernel(floats, labels, folds, path),
            ScoreMatrix<double> doubles => Kernel(doubles, labels, folds, path),
            _ => throw new ArgumentException("Unknown score type.", nameof(logits)),
        };
    }

    public int RowCount { get; }

    /// <summary>Sums by fold.</summary>
    public NllMoments[] ByFold(double beta, bool higher, int stride = 1)
    {
        int runs = Math.Clamp(RowCount / (SmallestRun * stride), 1, MostRuns);
        var total = new NllMoments[_foldCount];
        foreach (var run in RowRuns.Compute(RowCount, runs, _threads, (first, end) => _kernel(Align(first, stride), end, beta, stride, _foldCount, higher), _cancel))
        {
            for (int fold = 0; fold < _foldCount; fold++)
            {
                total[fold].Add(run[fold]);
            }
        }

        return total;
    }

    /// <summary>Sums over all rows, or over all but one fold.</summary>
    public NllMoments Sum(double beta, int without = -1, bool higher = false, int stride = 1)
    {
        var total = default(NllMoments);
        var folds = ByFold(beta, higher, stride);
        for (int fold = 0; fold < folds.Length; fold++)
        {
            if (fold != without)
            {
                total.Add(folds[fold]);
            }
        }

        return total;
    }

    private static int Align(int row, int stride) => (row + stride - 1) / stride * stride;

    private static Func<int, int, double, int, int, bool, NllMoments[]> Kernel<T>(ScoreMatrix<T> logits, int[] labels, byte[]? folds, VectorPath path)
        where T : unmanaged => path switch
        {
            VectorPath.Avx512 => new NllKernel<Lanes512, T>(logits, labels, folds).Run,
            VectorPath.Avx2 => new NllKernel<Lanes256, T>(logits, labels, folds).Run,
            _ => new NllKernel<Lanes128, T>(logits, labels, folds).Run,
        };
}
