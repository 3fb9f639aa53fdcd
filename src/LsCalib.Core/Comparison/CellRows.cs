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
