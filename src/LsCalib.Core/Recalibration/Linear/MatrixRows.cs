using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>What the matrix is multiplied with.</summary>
internal enum MatrixInput
{
    /// <summary>Logits; those of probabilities are floored.</summary>
    Logits,

    /// <summary>Logarithms of probabilities, floored.</summary>
    LogProbabilities,
}

/// <summary>
/// Rows of features with a 1 behind them for the bias, filled up with zeros to whole panels and sorted by fold, so that
/// fitting without a fold reads all rows but one run of them.
/// </summary>
internal sealed class MatrixRows
{
    /// <summary>Rows of a block: features and products of one stay in the cache together.</summary>
    private const int BlockRows = 64;

    private readonly int[] _foldStarts;

    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="input">What the features are.</param>
    /// <param name="folds">Fold of each row [N].</param>
    /// <param name="foldCount">Number of folds.</param>
    public MatrixRows(ScoreMatrix logits, int[] labels, MatrixInput input, byte[] folds, int foldCount)
    {
        ClassCount = logits.ClassCount;
        Stride = MatrixKernel.Padded(ClassCount + 1);
        Features = new(logits.RowCount * Stride);
        var all = Features.Span;
        Labels = new int[labels.Length];
        _foldStarts = new int[foldCount + 1];
        foreach (byte fold in folds)
        {
            _foldStarts[fold + 1]++;
        }

        for (int fold = 0; fold < foldCount; fold++)
        {
            _foldStarts[fold + 1] += _foldStarts[fold];
        }

        var next = _foldStarts.AsSpan(0, foldCount).ToArray();
        for (int row = 0; row < labels.Length; row++)
        {
            int at = next[folds[row]]++;
            Labels[at] = labels[row];
            var features = all.Slice(at * Stride, ClassCount);
            logits.CopyRow(row, features);
            Convert(features, input, LinearMap.FloorsLogits(logits));
            all[(at * Stride) + ClassCount] = 1;
        }

        Deviations = Moments();
    }

    /// <summary>K.</summary>
    public int ClassCount { get; }

    /// <summary>From one row of features to the next.</summary>
    public int Stride { get; }

    /// <summary>[N, Stride].</summary>
    public AlignedDoubles Features { get; }

    /// <summary>True classes [N].</summary>
    public int[] Labels { get; }

    /// <summary>Standard deviation of each feature over all rows [K], 1 where it is 0.</summary>
    public double[] Deviations { get; }

    /// <summary>Mean square of the deviations.</summary>
    public double MeanVariance => Deviations.Sum(deviation => deviation * deviation) / ClassCount;

    /// <summary>Blocks of rows of one fold, or of all others.</summary>
    /// <param name="fold">A fold; −1 for all rows.</param>
    /// <param name="inside">Whether the rows of the fold are meant.</param>
    public (int Start, int Count)[] Blocks(int fold, bool inside)
    {
        var blocks = new List<(int, int)>();
        for (int f = 0; f + 1 < _foldStarts.Length; f++)
        {
            for (int row = _foldStarts[f]; (f == fold) == inside && row < _foldStarts[f + 1]; row += BlockRows)
            {
                blocks.Add((row, Math.Min(BlockRows, _foldStarts[f + 1] - row)));
            }
        }

        return [.. blocks];
    }

    /// <summary>The features of one row, as <see cref="Calibrator.Transform"/> computes them.</summary>
    public static void Convert(Span<double> row, MatrixInput input, bool floors)
    {
        if (input == MatrixInput.LogProbabilities)
        {
            LogProbabilities.InPlace(row);
        }

        if (floors || input == MatrixInput.LogProbabilities)
        {
            LinearMap.Floor(row);
        }
    }

    private double[] Moments()
    {
        var sums = new double[ClassCount];
        var squares = new double[ClassCount];
        var all = Features.Span;
        for (int row = 0; row < Labels.Length; row++)
        {
            for (int k = 0; k < ClassCount; k++)
            {
                double off = all[(row * Stride) + k] - all[k];
                sums[k] += off;
                squares[k] += off * off;
            }
        }

        for (int k = 0; k < ClassCount; k++)
        {
            double mean = sums[k] / Labels.Length;
            double variance = (squares[k] / Labels.Length) - (mean * mean);
            squares[k] = variance > 0 ? Math.Sqrt(variance) : 1;
        }

        return squares;
    }
}
