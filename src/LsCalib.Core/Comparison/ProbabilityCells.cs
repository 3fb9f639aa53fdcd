using System.Runtime.InteropServices;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>Bins of the probabilities of every class: each row falls into one of each class, or into none where its probability is small.</summary>
internal sealed class ProbabilityCells : CellRows
{
    private const ushort NoBin = ushort.MaxValue;
    private const int RowsOfRun = 4096;

    /// <summary>Probabilities that are gathered by class at once.</summary>
    private const long MostValuesAtOnce = 8_000_000;
    private readonly ScoreMatrix _probabilities;
    private readonly int[] _labels;
    private readonly double[][] _edges;
    private readonly int _binCount;
    private readonly ushort[] _bins;
    private readonly double[] _row;

    private ProbabilityCells(RowResults results, double[][] edges, int binCount, double above, bool isEqualWidth, int threads)
    {
        _probabilities = results.Probabilities!;
        _labels = results.Labels;
        _edges = edges;
        _binCount = binCount;
        _row = new double[ClassCount];
        _bins = new ushort[checked(results.RowCount * ClassCount)];

        // Cells are read several times, and found once.
        int runs = Math.Max(1, results.RowCount / RowsOfRun);
        RowRuns.Compute(results.RowCount, runs, threads, (start, end) =>
        {
            var row = new double[ClassCount];
            for (int i = start; i < end; i++)
            {
                _probabilities.CopyRow(i, row);
                var bins = _bins.AsSpan(i * ClassCount, ClassCount);
                for (int k = 0; k < row.Length; k++)
                {
                    bins[k] = !(row[k] > above) ? NoBin
                        : (ushort)(isEqualWidth ? BinEdges.EqualWidthIndex(edges[k], row[k]) : BinEdges.IndexOf(edges[k], row[k]));
                }
            }

            return end;
        });
    }

    public override int RowCount => _labels.Length;

    public override int CellCount => ClassCount * _binCount;

    public override int MostOfRow => ClassCount;

    /// <summary>K.</summary>
    public int ClassCount => _edges.Length;

    /// <summary>Bins of the same width in every class.</summary>
    /// <param name="results">Predictions.</param>
    /// <param name="binCount">Bins of each class.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    public static ProbabilityCells EqualWidth(RowResults results, int binCount, int threads)
    {
        var edges = BinEdges.EqualWidth(binCount);
        return new(results, [.. Enumerable.Repeat(edges, results.ClassCount)], binCount, double.NegativeInfinity, isEqualWidth: true, threads);
    }

    /// <summary>Bins of equal mass of each class, as <see cref="MarginalErrors"/> has them.</summary>
    /// <param name="results">Predictions.</param>
    /// <param name="binCount">Bins of each class; ties can leave fewer.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="above">Probabilities up to this fall into none.</param>
    public static ProbabilityCells EqualMass(RowResults results, int binCount, int threads, double above = double.NegativeInfinity)
    {
        var edges = new double[results.ClassCount][];
        int atOnce = (int)Math.Clamp(MostValuesAtOnce / Math.Max(1, results.RowCount), 1, edges.Length);
        for (int first = 0; first < edges.Length; first += atOnce)
        {
            var columns = Columns(results.Probabilities!, first, Math.Min(atOnce, edges.Length - first), above);
            RowRuns.Compute(columns.Length, columns.Length, threads, (k, _) => edges[first + k] = Edges(columns[k], binCount));
        }

        return new(results, edges, binCount, above, isEqualWidth: false, threads);
    }

    /// <summary>Bins of the class that a cell is of, 0 where none of its probabilities is large enough.</summary>
    public int BinsOfClass(int cell) => Math.Max(0, _edges[cell / _binCount].Length - 1);

    public override int Read(int row, Span<CellEntry> entries)
    {
        _probabilities.CopyRow(row, _row);
        var bins = _bins.AsSpan(row * ClassCount, ClassCount);
        int label = _labels[row];
        int count = 0;
        for (int k = 0; k < bins.Length; k++)
        {
            if (bins[k] != NoBin)
            {
                entries[count++] = new((k * _binCount) + bins[k], _row[k], k == label);
            }
        }

        return count;
    }

    private static double[] Edges(List<double> column, int binCount)
    {
        var values = CollectionsMarshal.AsSpan(column);
        RadixSort.InPlace(values, new ulong[values.Length]);
        return values.IsEmpty ? [] : BinEdges.EqualMassOfSorted(values, binCount);
    }

    private static List<double>[] Columns(ScoreMatrix probabilities, int first, int count, double above)
    {
        var columns = new List<double>[count];
        for (int k = 0; k < count; k++)
        {
            columns[k] = new(probabilities.RowCount);
        }

        var part = new double[count];
        for (int row = 0; row < probabilities.RowCount; row++)
        {
            probabilities.CopyRow(row, first, part);
            for (int k = 0; k < count; k++)
            {
                if (part[k] > above)
                {
                    columns[k].Add(part[k]);
                }
            }
        }

        return columns;
    }
}
