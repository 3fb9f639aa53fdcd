using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>The cells that rows fall into, by which an error is made of gaps: what happened less what was claimed.</summary>
internal abstract class CellRows
{
    /// <summary>N.</summary>
    public abstract int RowCount { get; }

    /// <summary>Cells, empty ones too.</summary>
    public abstract int CellCount { get; }

    /// <summary>Cells that a row falls into, at most.</summary>
    public abstract int MostOfRow { get; }

    /// <summary>One row.</summary>
    /// <param name="row">Row index.</param>
    /// <param name="entries">Receives its cells, as many as <see cref="MostOfRow"/> at most.</param>
    /// <returns>How many.</returns>
    public abstract int Read(int row, Span<CellEntry> entries);
}

/// <summary>A row in one of its cells.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Claimed">Probability that was claimed.</param>
/// <param name="Happened">Whether it came true.</param>
internal readonly record struct CellEntry(int Cell, double Claimed, bool Happened)
{
    /// <summary>What happened less what was claimed.</summary>
    public double Residual => (Happened ? 1 : 0) - Claimed;
}

/// <summary>Bins of the probabilities of every class: each row falls into one of each class, or into none where its probability is small.</summary>
internal sealed class ProbabilityCells : CellRows
{
    private readonly ScoreMatrix _probabilities;
    private readonly int[] _labels;
    private readonly double[][] _edges;
    private readonly int _binCount;
    private readonly double _above;
    private readonly double[] _row;

    private ProbabilityCells(ScoreMatrix probabilities, int[] labels, double[][] edges, int binCount, double above)
    {
        _probabilities = probabilities;
        _labels = labels;
        _edges = edges;
        _binCount = binCount;
        _above = above;
        _row = new double[probabilities.ClassCount];
    }

    public override int RowCount => _labels.Length;

    public override int CellCount => ClassCount * _binCount;

    public override int MostOfRow => ClassCount;

    /// <summary>K.</summary>
    public int ClassCount => _edges.Length;

    /// <summary>Bins of the same width in every class.</summary>
    public static ProbabilityCells EqualWidth(RowResults results, int binCount)
    {
        var edges = BinEdges.EqualWidth(binCount);
        return new(results.Probabilities!, results.Labels, [.. Enumerable.Repeat(edges, results.ClassCount)], binCount, double.NegativeInfinity);
    }

    /// <summary>Bins of equal mass of each class, as <see cref="MarginalErrors"/> has them.</summary>
    /// <param name="results">Predictions.</param>
    /// <param name="binCount">Bins of each class; ties can leave fewer.</param>
    /// <param name="above">Probabilities up to this fall into none.</param>
    public static ProbabilityCells EqualMass(RowResults results, int binCount, double above = double.NegativeInfinity)
    {
        var probabilities = results.Probabilities!;
        var edges = new double[results.ClassCount][];
        var column = new double[results.RowCount];
        for (int k = 0; k < edges.Length; k++)
        {
            int count = 0;
            for (int row = 0; row < results.RowCount; row++)
            {
                probabilities.CopyRow(row, k, column.AsSpan(count, 1));
                count += column[count] > above ? 1 : 0;
            }

            edges[k] = count == 0 ? [] : BinEdges.EqualMass(column.AsSpan(0, count), binCount);
        }

        return new(probabilities, results.Labels, edges, binCount, above);
    }

    /// <summary>Bins of the class that a cell is of, 0 where none of its probabilities is large enough.</summary>
    public int BinsOfClass(int cell) => Math.Max(0, _edges[cell / _binCount].Length - 1);

    public override int Read(int row, Span<CellEntry> entries)
    {
        _probabilities.CopyRow(row, _row);
        int count = 0;
        for (int k = 0; k < _row.Length; k++)
        {
            if (_row[k] > _above)
            {
                entries[count++] = new((k * _binCount) + BinEdges.IndexOf(_edges[k], _row[k]), _row[k], k == _labels[row]);
            }
        }

        return count;
    }
}

/// <summary>Bins of the confidence of each predicted class: a row falls into one.</summary>
/// <param name="results">Predictions.</param>
/// <param name="binCount">Bins of equal width of each class.</param>
internal sealed class PredictedCells(RowResults results, int binCount) : CellRows
{
    private readonly double[] _edges = BinEdges.EqualWidth(binCount);

    public override int RowCount => results.RowCount;

    public override int CellCount => results.ClassCount * (_edges.Length - 1);

    public override int MostOfRow => 1;

    public override int Read(int row, Span<CellEntry> entries)
    {
        double confidence = results.Confidence[row];
        entries[0] = new((results.Predicted[row] * (_edges.Length - 1)) + BinEdges.EqualWidthIndex(_edges, confidence), confidence, results.IsCorrect(row));
        return 1;
    }
}
