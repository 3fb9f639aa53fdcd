using System.Runtime.CompilerServices;
using LsCalib.Core.Binless;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Isotonic regression of every class against the rest in two passes over the rows, without sorting them: a step can only
/// rise at the probability of a row of the class, so rows are counted between those (K·N searches among N numbers in all).
/// Counts and largest values are the same in any order of rows, so threads do not matter.
/// </summary>
internal sealed class IsotonicPass
{
    private readonly ScoreMatrix _logits;

    // Rises: the distinct probabilities of the rows of each class, ascending, one class after the other.
    private readonly int[] _starts;
    private readonly double[] _rises;
    private readonly int[] _hits;
    private readonly double[] _lowest;

    private IsotonicPass(ScoreMatrix logits, int[] labels, double[] ofLabel)
    {
        _logits = logits;
        _starts = new int[logits.ClassCount + 1];
        _rises = new double[labels.Length];
        _hits = new int[labels.Length];
        _lowest = new double[logits.ClassCount];
        var classes = (int[])labels.Clone();
        var values = (double[])ofLabel.Clone();
        Array.Sort(classes, values);
        for (int i = 0, kept = 0, k = 0; k < logits.ClassCount; k++)
        {
            int first = i;
            while (i < classes.Length && classes[i] == k)
            {
                i++;
            }

            Array.Sort(values, first, i - first);
            _starts[k] = kept;
            for (int row = first; row < i; row++)
            {
                if (row == first || values[row] > values[row - 1])
                {
                    _rises[kept++] = values[row];
                }

                _hits[kept - 1]++;
            }

            _starts[k + 1] = kept;
            _lowest[k] = first < i ? values[first] : double.PositiveInfinity;
        }
    }

    /// <summary>The curve of each class [K].</summary>
    /// <param name="logits">Logits [N,K], finite; at least one row.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    public static ClassCurve[] Run(ScoreMatrix logits, int[] labels, int threads, CancellationToken cancel)
    {
        var ofLabel = new double[labels.Length];
        int runs = Math.Min(labels.Length, Math.Max(threads, 1));
        RowRuns.Compute(labels.Length, runs, threads, (first, end) => ReadLabels(logits, labels, first, end, ofLabel, cancel), cancel);
        var pass = new IsotonicPass(logits, labels, ofLabel);
        var parts = RowRuns.Compute(labels.Length, runs, threads, (first, end) => pass.Count(first, end, cancel), cancel);
        var sum = parts[0];
        foreach (var part in parts.AsSpan(1))
        {
            sum.Add(part);
        }

        var pool = new ViolatorPool();
        var curves = new ClassCurve[logits.ClassCount];
        for (int k = 0; k < curves.Length; k++)
        {
            curves[k] = pass.Curve(k, sum, pool);
        }

        return curves;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool ReadLabels(ScoreMatrix logits, int[] labels, int first, int end, double[] ofLabel, CancellationToken cancel)
    {
        var row = new double[logits.ClassCount];
        for (int i = first; i < end; i++)
        {
            cancel.ThrowIfCancellationRequested();
            logits.CopyRow(i, row);
            Softmax.InPlace(row);
            ofLabel[i] = row[labels[i]];
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Counts Count(int first, int end, CancellationToken cancel)
    {
        var counts = new Counts(_logits.ClassCount, _rises.Length);
        var row = new double[_logits.ClassCount];
        for (int i = first; i < end; i++)
        {
            cancel.ThrowIfCancellationRequested();
            _logits.CopyRow(i, row);
            Softmax.InPlace(row);
            for (int k = 0; k < row.Length; k++)
            {
                double p = row[k];
                if (p < _lowest[k])
                {
                    counts.Below[k] = Math.Max(counts.Below[k], p);
                    continue;
                }

                int low = _starts[k];
                int high = _starts[k + 1];
                while (high - low > 1)
                {
                    int middle = (low + high) >>> 1;
                    (low, high) = p < _rises[middle] ? (low, middle) : (middle, high);
                }

                counts.Rows[low]++;
                counts.Last[low] = Math.Max(counts.Last[low], p);
            }
        }

        return counts;
    }

    private ClassCurve Curve(int k, Counts counts, ViolatorPool pool)
    {
        // Place 0 are the rows below all rises, place j those from rise j − 1 to the next.
        int start = _starts[k];
        int rises = _starts[k + 1] - start;
        int below = _logits.RowCount;
        for (int j = start; j < start + rises; j++)
        {
            below -= counts.Rows[j];
        }

        pool.Clear();
        if (below > 0)
        {
            pool.Add(0, 0, below, 0);
        }

        for (int j = 0; j < rises; j++)
        {
            pool.Add(j + 1, j + 1, counts.Rows[start + j], _hits[start + j]);
        }

        var knots = new List<double>(2 * pool.Size);
        var values = new List<double>(2 * pool.Size);
        for (int block = 0; block < pool.Size; block++)
        {
            double value = (double)pool.Hits[block] / pool.Counts[block];
            double lower = pool.First[block] == 0 ? counts.Below[k] : _rises[start + pool.First[block] - 1];
            double upper = pool.Last[block] == 0 ? counts.Below[k] : counts.Last[start + pool.Last[block] - 1];

            // Beyond its first and last knot a curve is constant: of the outermost blocks the inner ends say all.
            bool isFirst = block == 0;
            bool isLast = block == pool.Size - 1;
            if (!isFirst || isLast)
            {
                knots.Add(lower);
                values.Add(value);
            }

            if (!isLast && (isFirst || upper > lower))
            {
                knots.Add(upper);
                values.Add(value);
            }
        }

        return new([.. knots], [.. values]);
    }

    /// <summary>Rows of a run: how many from each rise to the next and the largest of them, and the largest below all rises by class.</summary>
    private sealed class Counts(int classCount, int riseCount)
    {
        public int[] Rows { get; } = new int[riseCount];

        public double[] Last { get; } = new double[riseCount];

        public double[] Below { get; } = new double[classCount];

        public void Add(Counts other)
        {
            for (int j = 0; j < Rows.Length; j++)
            {
                Rows[j] += other.Rows[j];
                Last[j] = Math.Max(Last[j], other.Last[j]);
            }

            for (int k = 0; k < Below.Length; k++)
            {
                Below[k] = Math.Max(Below[k], other.Below[k]);
            }
        }
    }
}
