namespace LsCalib.Core.Kernels;

/// <summary>Sums over pairs of rows that a <see cref="UStatistic"/> is made of; r_i = Σ_{j≠i} h_ij.</summary>
internal struct PairMoments
{
    /// <summary>n.</summary>
    public int RowCount;

    /// <summary>Σ r_i.</summary>
    public double Total;

    /// <summary>Σ r_i².</summary>
    public double RowSquares;

    /// <summary>Σ (r_i + h_ii).</summary>
    public double FullTotal;

    /// <summary>Σ (r_i + h_ii)².</summary>
    public double FullSquares;

    /// <summary>Σ_{i≠j} h_ij².</summary>
    public double SquareTotal;

    /// <summary>Adds rows that have the same sums.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="sum">r_i.</param>
    /// <param name="own">h_ii.</param>
    public void Add(int count, double sum, double own)
    {
        RowCount += count;
        Total += count * sum;
        RowSquares += count * sum * sum;
        FullTotal += count * (sum + own);
        FullSquares += count * (sum + own) * (sum + own);
    }
}
