namespace LsCalib.Core.Statistics;

/// <summary>What <see cref="ClasswiseCells"/> hold besides where rows are weighted.</summary>
/// <param name="cellCount">K·M.</param>
internal sealed class CellWeights(int cellCount)
{
    /// <summary>Σ w over the rows of each cell.</summary>
    public double[] Rows { get; } = new double[cellCount];

    /// <summary>Σ w².</summary>
    public double[] RowSquares { get; } = new double[cellCount];

    /// <summary>Σ w over the rows whose label is the cell's class.</summary>
    public double[] Labels { get; } = new double[cellCount];

    /// <summary>Σ w² p (1 − p): variance of <see cref="Labels"/> under calibration.</summary>
    public double[] Variances { get; } = new double[cellCount];

    public void Add(CellWeights other)
    {
        for (int cell = 0; cell < Rows.Length; cell++)
        {
            Rows[cell] += other.Rows[cell];
            RowSquares[cell] += other.RowSquares[cell];
            Labels[cell] += other.Labels[cell];
            Variances[cell] += other.Variances[cell];
        }
    }
}
