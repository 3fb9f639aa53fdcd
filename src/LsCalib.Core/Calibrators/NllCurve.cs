using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>Sums over rows at several β = 1/T, weights included.</summary>
internal sealed class NllCurveSums(int pointCount)
{
    /// <summary>Σ NLL at each β.</summary>
    public double[] Nll { get; } = new double[pointCount];

    /// <summary>Σ ∂NLL/∂β at each β.</summary>
    public double[] Slope { get; } = new double[pointCount];

    public void Add(NllCurveSums other)
    {
        for (int point = 0; point < Nll.Length; point++)
        {
            Nll[point] += other.Nll[point];
            Slope[point] += other.Slope[point];
        }
    }
}

/// <summary>What rows predict at several β: classes do not depend on it, confidences do.</summary>
internal sealed class CurvePredictions(int pointCount, int rowCount)
{
    /// <summary>Whether each row is right [n].</summary>
    public bool[] Correct { get; } = new bool[rowCount];

    /// <summary>Confidence of each row at each β, [points][n].</summary>
    public double[][] Confidence { get; } = [.. Enumerable.Range(0, pointCount).Select(_ => new double[rowCount])];
}

/// <summary>Passes over rows that give NLL at several β = 1/T, the same bits for any number of threads and any vector width.</summary>
internal sealed class NllCurve
{
    private const int SmallestRun = 256;
    private const int MostRuns = 16;
    private readonly Kernel _kernel;
    private readonly int _threads;
    private readonly CancellationToken _cancel;

    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="weights">How much each row counts [N], or null.</param>
    /// <param name="rows">Rows to look at, or null: all.</param>
    /// <param name="threads">Threads to use; results do not depend on it.</param>
    /// <param name="path">Vector width.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    public NllCurve(ScoreMatrix logits, int[] labels, double[]? weights, int[]? rows, int threads, VectorPath path, CancellationToken cancel)
    {
        RowCount = rows?.Length ?? logits.RowCount;
        _threads = threads;
        _cancel = cancel;
        _kernel = logits switch
        {
            ScoreMatrix<float> floats => Of(floats, labels, weights, rows, path),
            ScoreMatrix<double> doubles => Of(doubles, labels, weights, rows, path),
            _ => throw new ArgumentException("Unknown score type.", nameof(logits)),
        };
    }

    private delegate NllCurveSums Kernel(int first, int end, double[] betas, CurvePredictions? predictions);

    /// <summary>Rows looked at.</summary>
    public int RowCount { get; }

    /// <summary>Sums over all rows looked at.</summary>
    /// <param name="betas">β of each point, positive.</param>
    /// <param name="predictions">Receives what each row predicts; null: it is not wanted.</param>
    public NllCurveSums At(double[] betas, CurvePredictions? predictions = null)
    {
        int runs = Math.Clamp(RowCount / SmallestRun, 1, MostRuns);
        var total = new NllCurveSums(betas.Length);
        foreach (var run in RowRuns.Compute(RowCount, runs, _threads, (first, end) => _kernel(first, end, betas, predictions), _cancel))
        {
            total.Add(run);
        }

        return total;
    }

    private static Kernel Of<T>(ScoreMatrix<T> logits, int[] labels, double[]? weights, int[]? rows, VectorPath path)
        where T : unmanaged => path switch
        {
            VectorPath.Avx512 => new NllCurveKernel<Lanes512, T>(logits, labels, weights, rows).Run,
            VectorPath.Avx2 => new NllCurveKernel<Lanes256, T>(logits, labels, weights, rows).Run,
            _ => new NllCurveKernel<Lanes128, T>(logits, labels, weights, rows).Run,
        };
}
