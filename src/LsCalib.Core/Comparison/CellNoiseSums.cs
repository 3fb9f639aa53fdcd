using LsCalib.Core.Resampling;

namespace LsCalib.Core.Comparison;

/// <summary>Sums of the residuals of every cell, and how they scatter.</summary>
internal sealed class CellNoiseSums
{
    private readonly double[] _squares;
    private readonly double[] _claimed;
    private readonly int[] _happened;
    private readonly int _unitCount;

    /// <param name="rows">Rows and their cells.</param>
    /// <param name="groups">Rows that are not independent, or null.</param>
    public CellNoiseSums(CellRows rows, RowGroups? groups)
    {
        Counts = new int[rows.CellCount];
        Sums = new double[rows.CellCount];
        _squares = new double[rows.CellCount];
        _claimed = new double[rows.CellCount];
        _happened = new int[rows.CellCount];
        _unitCount = groups?.Count ?? rows.RowCount;
        int[]? order = groups is null ? null : [.. Enumerable.Range(0, rows.RowCount).OrderBy(row => groups.OfRow[row])];
        var entries = new CellEntry[rows.MostOfRow];
        var ofUnit = new double[rows.CellCount];
        var touched = new List<int>();
        for (int place = 0; place < rows.RowCount; place++)
        {
            int row = order?[place] ?? place;
            int count = rows.Read(row, entries);
            foreach (var entry in entries.AsSpan(0, count))
            {
                Counts[entry.Cell]++;
                Sums[entry.Cell] += entry.Residual;
                _claimed[entry.Cell] += entry.Claimed * (1 - entry.Claimed);
                _happened[entry.Cell] += entry.Happened ? 1 : 0;
                if (groups is null)
                {
                    _squares[entry.Cell] += entry.Residual * entry.Residual;
                    continue;
                }

                ofUnit[entry.Cell] += entry.Residual;
                touched.Add(entry.Cell);
            }

            if (groups is null || (place + 1 < rows.RowCount && groups.OfRow[order![place + 1]] == groups.OfRow[row]))
            {
                continue;
            }

            // A cell that several rows of a unit are in is met again when it is 0 already.
            foreach (int cell in touched)
            {
                _squares[cell] += ofUnit[cell] * ofUnit[cell];
                ofUnit[cell] = 0;
            }

            touched.Clear();
        }
    }

    /// <summary>Rows of each cell.</summary>
    public int[] Counts { get; }

    /// <summary>Sum of the residuals of each cell.</summary>
    public double[] Sums { get; }

    /// <summary>Σ p (1 − p) of a cell.</summary>
    public double Claimed(int cell) => _claimed[cell];

    /// <summary>Share of the rows of a cell whose class it is.</summary>
    public double Frequency(int cell) => (double)_happened[cell] / Counts[cell];

    /// <summary>Standard deviation of a sum: as rows, or groups of them, scatter, and not below that of a calibrated model or of the frequency seen.</summary>
    public double Deviation(int cell)
    {
        double frequency = Frequency(cell);
        double seen = _squares[cell] - (Sums[cell] * Sums[cell] / _unitCount);
        return Math.Sqrt(Math.Max(seen, Math.Max(_claimed[cell], Counts[cell] * frequency * (1 - frequency))));
    }
}
