using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;

namespace LsCalib.Core.ProperScores;

/// <summary>
/// Out-of-fold losses of one-against-rest isotonic recalibration, class by class: a class is sorted once for all folds,
/// and only three sums for each row are kept from it.
/// </summary>
internal sealed class OneVsRestIsotonic
{
    /// <summary>Probabilities held at a time: as many classes of all rows as that is.</summary>
    private const int ChunkLength = 2_000_000;
    private const int RowsAtATime = 32;

    private readonly int[] _labels;
    private readonly byte[] _folds;
    private readonly FoldIsotonic _fit;
    private readonly int[] _places;
    private readonly double[] _sum;
    private readonly double[] _squareSum;
    private readonly double[] _ofLabel;

    private OneVsRestIsotonic(int[] labels, byte[] folds, int foldCount)
    {
        _labels = labels;
        _folds = folds;
        _fit = new FoldIsotonic(labels.Length, foldCount);
        _places = new int[labels.Length];
        _sum = new double[labels.Length];
        _squareSum = new double[labels.Length];
        _ofLabel = new double[labels.Length];
    }

    /// <summary>Losses of every row after recalibration by the maps fitted without its fold.</summary>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static (double[] Nll, double[] Brier) OutOfFold(
        ScoreMatrix scores, int[] labels, byte[] folds, int foldCount, CancellationToken cancel)
    {
        var isotonic = new OneVsRestIsotonic(labels, folds, foldCount);
        switch (scores)
        {
            case ScoreMatrix<float> floats:
                isotonic.AddAll(floats, cancel);
                break;
            case ScoreMatrix<double> doubles:
                isotonic.AddAll(doubles, cancel);
                break;
            default:
                throw new ArgumentException("Unknown score type.", nameof(scores));
        }

        return isotonic.Losses();
    }

    private void AddAll<T>(ScoreMatrix<T> scores, CancellationToken cancel)
        where T : unmanaged
    {
        int n = scores.RowCount;
        var (largest, scale) = Normalisers(scores);
        int most = Math.Clamp(ChunkLength / n, 1, scores.ClassCount);
        var chunk = new double[(long)most * n];
        for (int first = 0; first < scores.ClassCount; first += most)
        {
            int count = Math.Min(most, scores.ClassCount - first);
            ReadClasses(scores, largest, scale, first, count, chunk);
            for (int k = 0; k < count; k++)
            {
                cancel.ThrowIfCancellationRequested();
                AddClass(first + k, chunk.AsSpan(k * n, n));
            }
        }
    }

    /// <summary>Largest logit of each row, and what exponentials or probabilities are multiplied by to sum to one.</summary>
    private static (double[] Largest, double[] Scale) Normalisers<T>(ScoreMatrix<T> scores)
        where T : unmanaged
    {
        var largest = new double[scores.RowCount];
        var scale = new double[scores.RowCount];
        var row = new double[scores.ClassCount];
        for (int i = 0; i < largest.Length; i++)
        {
            scores.CopyRow(i, row);
            (largest[i], scale[i]) = Normaliser(scores, i, row);
        }

        return (largest, scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Largest, double Scale) Normaliser(ScoreMatrix scores, int index, double[] row)
    {
        double largest = double.NegativeInfinity;
        double sum = 0;
        for (int k = 0; k < row.Length; k++)
        {
            if (!double.IsFinite(row[k]))
            {
                throw new NonFiniteScoreException(index, k, row[k]);
            }

            largest = Math.Max(largest, row[k]);
            sum += row[k];
        }

        if (scores.Kind == ScoreKind.Probabilities)
        {
            return (0, Math.Abs(sum - 1) <= ProbabilityRows.RoundingOf(scores) ? 1 : 1 / sum);
        }

        sum = 0;
        foreach (double z in row)
        {
            sum += Math.Exp(z - largest);
        }

        return (largest, 1 / sum);
    }

    /// <summary>Probabilities of some classes, one class after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadClasses<T>(ScoreMatrix<T> scores, double[] largest, double[] scale, int first, int count, double[] target)
        where T : unmanaged
    {
        int n = scores.RowCount;
        bool isLogits = scores.Kind == ScoreKind.Logits;
        for (int i = 0; i < n;)
        {
            // A few rows at a time: single values would be written far apart, each to another page of memory.
            var rows = scores.Rows(i, RowsAtATime);
            int rowCount = rows.Length / scores.ClassCount;
            for (int k = 0; k < count; k++)
            {
                for (int row = 0; row < rowCount; row++)
                {
                    int place = (row * scores.ClassCount) + first + k;
                    double value = typeof(T) == typeof(float) ? MemoryMarshal.Cast<T, float>(rows)[place] : MemoryMarshal.Cast<T, double>(rows)[place];
                    target[(k * n) + i + row] = (isLogits ? Math.Exp(value - largest[i + row]) : value) * scale[i + row];
                }
            }

            i += rowCount;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddClass(int k, ReadOnlySpan<double> probabilities)
    {
        RadixSort.Ascending(probabilities, _fit.Sorted, _places);
        for (int i = 0; i < _places.Length; i++)
        {
            _fit.IsClass[i] = _labels[_places[i]] == k;
            _fit.Fold[i] = _folds[_places[i]];
        }

        _fit.Recalibrate();
        for (int i = 0; i < _places.Length; i++)
        {
            int row = _places[i];
            double q = _fit.Recalibrated[i];
            _sum[row] += q;
            _squareSum[row] += q * q;
            if (_fit.IsClass[i])
            {
                _ofLabel[row] = q;
            }
        }
    }

    private (double[] Nll, double[] Brier) Losses()
    {
        var nll = new double[_sum.Length];
        var brier = new double[_sum.Length];
        for (int i = 0; i < nll.Length; i++)
        {
            double p = _ofLabel[i] / _sum[i];
            nll[i] = Math.Max(0, -Math.Log(p));
            brier[i] = Math.Max(0, (_squareSum[i] / _sum[i] / _sum[i]) - (2 * p) + 1);
        }

        return (nll, brier);
    }
}
