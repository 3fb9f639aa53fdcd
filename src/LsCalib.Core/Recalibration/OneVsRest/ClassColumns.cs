using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Hands out one class of all rows at a time: its probabilities, or their logarithms. As many classes are held at a time as
/// a fixed memory allows, and every row is normalised once. The values have the bits that a calibrator's Transform sees.
/// </summary>
internal sealed class ClassColumns
{
    private const int ChunkLength = 1 << 22;
    private const int RowsAtATime = 32;
    private const int MostRuns = 16;
    private readonly ScoreMatrix _logits;
    private readonly int _threads;
    private readonly CancellationToken _cancel;

    /// <param name="logits">Logits [N,K], finite; at least one row.</param>
    /// <param name="threads">Threads to use; what a class is given does not depend on it.</param>
    /// <param name="cancel">Stops between classes.</param>
    public ClassColumns(ScoreMatrix logits, int threads, CancellationToken cancel)
    {
        _logits = logits;
        _threads = threads;
        _cancel = cancel;
    }

    /// <summary>What is done with a class.</summary>
    /// <param name="k">The class.</param>
    /// <param name="values">p, or ln p, of each row [N].</param>
    /// <param name="complements">ln(1−p) of each row [N]; empty with probabilities.</param>
    public delegate void ClassWork(int k, ReadOnlySpan<double> values, ReadOnlySpan<double> complements);

    /// <summary>Runs over p of each class; several classes at a time where there are threads.</summary>
    public void Probabilities(ClassWork work)
    {
        var largest = new double[_logits.RowCount];
        var scale = new double[_logits.RowCount];
        Normalise((i, row) =>
        {
            double most = double.NegativeInfinity;
            int top = 0;
            for (int k = 0; k < row.Length; k++)
            {
                (most, top) = row[k] > most ? (row[k], k) : (most, top);
            }

            // The exponential of the largest is exactly 1.
            Softmax.InPlace(row);
            (largest[i], scale[i]) = (most, row[top]);
        });
        Run(false, (i, _, part, _) => Softmax.PartInPlace(part, largest[i], scale[i]), work);
    }

    /// <summary>Runs over ln p and ln(1−p) of each class, both floored; several classes at a time where there are threads.</summary>
    public void Logarithms(ClassWork work)
    {
        var rows = new RowLogs[_logits.RowCount];
        Normalise((i, row) => rows[i] = new(row));
        Run(
            true,
            (i, first, part, complements) =>
            {
                for (int k = 0; k < part.Length; k++)
                {
                    double z = part[k];
                    part[k] = rows[i].Log(z);
                    complements[k] = rows[i].LogComplement(first + k, z);
                }
            },
            work);
    }

    private delegate void PartOfRow(int row, int first, Span<double> values, Span<double> complements);

    private void Normalise(Action<int, double[]> read) => RowRuns.Compute(
        _logits.RowCount,
        Math.Min(_logits.RowCount, MostRuns),
        _threads,
        (first, end) =>
        {
            var row = new double[_logits.ClassCount];
            for (int i = first; i < end; i++)
            {
                _logits.CopyRow(i, row);
                read(i, row);
            }

            return true;
        },
        _cancel);

    private void Run(bool withComplements, PartOfRow map, ClassWork work)
    {
        int n = _logits.RowCount;
        int most = Math.Clamp(ChunkLength / n, 1, _logits.ClassCount);
        var values = new double[(long)most * n];
        var complements = withComplements ? new double[(long)most * n] : [];
        for (int first = 0; first < _logits.ClassCount; first += most)
        {
            int start = first;
            int count = Math.Min(most, _logits.ClassCount - first);
            RowRuns.Compute(n, Math.Min(n, MostRuns), _threads, (from, end) => Read(from, end, start, count, values, complements, map), _cancel);
            RowRuns.Compute(
                count,
                count,
                _threads,
                (local, _) =>
                {
                    work(start + local, values.AsSpan(local * n, n), withComplements ? complements.AsSpan(local * n, n) : []);
                    return true;
                },
                _cancel);
        }
    }

    /// <summary>Fills the columns of some classes for some rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Read(int from, int end, int firstClass, int count, double[] values, double[] complements, PartOfRow map)
    {
        int n = _logits.RowCount;
        var tile = new double[RowsAtATime * count];
        var other = new double[complements.Length > 0 ? RowsAtATime * count : 0];
        for (int i = from; i < end; i += RowsAtATime)
        {
            // A few rows at a time: single values would be written far apart, each to another page of memory.
            int rows = Math.Min(RowsAtATime, end - i);
            for (int row = 0; row < rows; row++)
            {
                var part = tile.AsSpan(row * count, count);
                _logits.CopyRow(i + row, firstClass, part);
                map(i + row, firstClass, part, other.Length > 0 ? other.AsSpan(row * count, count) : []);
            }

            for (int k = 0; k < count; k++)
            {
                for (int row = 0; row < rows; row++)
                {
                    values[(k * n) + i + row] = tile[(row * count) + k];
                    if (other.Length > 0)
                    {
                        complements[(k * n) + i + row] = other[(row * count) + k];
                    }
                }
            }
        }

        return true;
    }
}
