namespace LsCalib.Core.Scores;

/// <summary>
/// A classifier's scores [N,K], row-major, held as row blocks so that they can grow while a model runs or lie in a
/// mapped file. Every block but the last has <see cref="BlockRowCount"/> rows.
/// </summary>
public abstract class ScoreMatrix
{
    private protected ScoreMatrix(ScoreKind kind, long rowCount, int classCount, int blockRowCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockRowCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowCount, int.MaxValue);
        Kind = kind;
        RowCount = (int)rowCount;
        ClassCount = classCount;
        BlockRowCount = blockRowCount;
    }

    /// <summary>Logits or probabilities.</summary>
    public ScoreKind Kind { get; }

    /// <summary>N, the number of rows.</summary>
    public int RowCount { get; }

    /// <summary>K, the number of classes; at least 2.</summary>
    public int ClassCount { get; }

    /// <summary>Rows in each block but the last.</summary>
    public int BlockRowCount { get; }

    /// <summary>
    /// What replaces a true-class probability of exactly 0 in a log loss: the spacing of the element type at 1
    /// (1.19e-7 for float32, 2.2e-16 for float64).
    /// </summary>
    public abstract double ZeroReplacement { get; }

    /// <summary>Whether the logits are logarithms of probabilities, so that some may stand for a probability of 0.</summary>
    public bool AreLogarithms { get; internal init; }

    /// <summary>
    /// Logits below stand for a probability of exactly 0, which stays 0 at every temperature: −∞ for a model's own logits,
    /// none of which does.
    /// </summary>
    public double ZeroBelow => AreLogarithms ? 0.5 * LogOfZero : double.NegativeInfinity;

    /// <summary>Log loss of a true class of probability 0, nats; at every temperature the same.</summary>
    public double ZeroLoss => -Math.Log(ZeroReplacement);

    /// <summary>One row as doubles.</summary>
    /// <param name="row">Row index, 0 to N−1.</param>
    /// <param name="target">Receives K values.</param>
    public void CopyRow(int row, Span<double> target) => CopyRow(row, 0, target[..ClassCount]);

    /// <summary>Some classes of one row as doubles.</summary>
    /// <param name="row">Row index, 0 to N−1.</param>
    /// <param name="first">First class.</param>
    /// <param name="target">Receives as many values as it is long.</param>
    public abstract void CopyRow(int row, int first, Span<double> target);

    /// <summary>Some rows as a matrix of their own, in the order given.</summary>
    /// <param name="rows">Row indices.</param>
    public ScoreMatrix Take(int[] rows) => ScoreRows.Take(this, rows);

    /// <summary>
    /// The same scores as logits: itself, or the logarithms of the probabilities. A probability of 0 becomes
    /// <see cref="LogOfZero"/>, low enough to stay 0 at any temperature in use.
    /// </summary>
    public abstract ScoreMatrix ToLogits();

    /// <summary>The logit that stands for a probability of exactly zero.</summary>
    public const double LogOfZero = -1e6;

    /// <summary>A matrix over one array.</summary>
    /// <param name="kind">Logits or probabilities.</param>
    /// <param name="values">[N,K], row-major; its length must be a multiple of <paramref name="classCount"/>.</param>
    /// <param name="classCount">K, at least 2.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of K.</exception>
    public static ScoreMatrix<T> From<T>(ScoreKind kind, T[] values, int classCount)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        if (values.Length % classCount != 0)
        {
            throw new ArgumentException($"{values.Length} scores are not a whole number of rows of {classCount}.", nameof(values));
        }

        int rows = values.Length / classCount;
        return new ScoreMatrix<T>(kind, [values], rows, classCount, Math.Max(1, rows));
    }
}
