namespace LsCalib.Core.Resampling;

/// <summary>What a bootstrap leaves of each resample b = 0 to B−1. Where rows are weighted, they count by their weights.</summary>
internal sealed class BootstrapSums(int resampleCount, int cellCount, int columnCount)
{
    /// <summary>B.</summary>
    public int ResampleCount { get; } = resampleCount;

    /// <summary>C.</summary>
    public int CellCount { get; } = cellCount;

    /// <summary>Rows drawn in each cell [B,C].</summary>
    public double[] Counts { get; } = new double[resampleCount * cellCount];

    /// <summary>Rows drawn that are right, less the sum of their cell's confidences [B,C].</summary>
    public double[] Gaps { get; } = new double[resampleCount * cellCount];

    /// <summary>Mean of each column [V][B].</summary>
    public double[][] Means { get; } = [.. Enumerable.Range(0, columnCount).Select(_ => new double[resampleCount])];

    /// <summary>Fraction of rows that are right [B].</summary>
    public double[] Accuracy { get; } = new double[resampleCount];

    /// <summary>Accuracy − mean confidence [B].</summary>
    public double[] Gap { get; } = new double[resampleCount];

    /// <summary>Area under the risk–coverage curve [B], rows of a segment taken as tied.</summary>
    public double[] Aurc { get; } = new double[resampleCount];

    /// <summary>AURC less that of the best order [B].</summary>
    public double[] ExcessAurc { get; } = new double[resampleCount];

    /// <summary>Area under the generalised risk–coverage curve [B].</summary>
    public double[] Augrc { get; } = new double[resampleCount];

    /// <summary>AUROC of correctness [B]; NaN where all rows are right or all wrong.</summary>
    public double[] Auroc { get; } = new double[resampleCount];
}
