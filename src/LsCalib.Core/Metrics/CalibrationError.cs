using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>
/// Binned calibration errors. They are plug-in estimates: biased upwards, the more so with many bins and few rows, so
/// read them beside their <see cref="NoiseFloor"/>.
/// </summary>
public static class CalibrationError
{
    /// <summary>Expected calibration error: Σ_m n_m/N |gap_m| (Naeini et al. 2015; Guo et al. 2017), a fraction; NaN without rows.</summary>
    public static double Expected(ReliabilityTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        double weighted = 0;
        foreach (var bin in table.Bins)
        {
            weighted += bin.Weight > 0 ? bin.Weight * Math.Abs(bin.Gap) : 0;
        }

        return weighted / table.TotalWeight;
    }

    /// <summary>Maximum calibration error: the largest |gap| of a bin that has rows (Guo et al. 2017), a fraction.</summary>
    /// <param name="table">Bins.</param>
    /// <param name="fewestRows">Bins of fewer rows, or effective rows where they are weighted, are left out: one row alone has a gap of up to 1.</param>
    /// <returns>NaN where no bin has so many rows.</returns>
    public static double Maximum(ReliabilityTable table, int fewestRows = 1)
    {
        ArgumentNullException.ThrowIfNull(table);
        double largest = double.NaN;
        foreach (var bin in table.Bins)
        {
            double gap = Math.Abs(bin.Gap);
            largest = bin.EffectiveCount >= fewestRows && !(largest >= gap) ? gap : largest;
        }

        return largest;
    }

    /// <summary>The part of the ECE from bins whose confidence is above their accuracy, a fraction; NaN without rows.</summary>
    public static double Overconfident(ReliabilityTable table) => OneSided(table, -1);

    /// <summary>The part of the ECE from bins whose confidence is below their accuracy, a fraction; NaN without rows.</summary>
    public static double Underconfident(ReliabilityTable table) => OneSided(table, 1);

    /// <summary>Root mean square calibration error: √(Σ_m n_m/N gap_m²), a fraction; NaN without rows.</summary>
    public static double RootMeanSquare(ReliabilityTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        double weighted = 0;
        foreach (var bin in table.Bins)
        {
            weighted += bin.Weight > 0 ? bin.Weight * bin.Gap * bin.Gap : 0;
        }

        return Math.Sqrt(weighted / table.TotalWeight);
    }

    private static double OneSided(ReliabilityTable table, int sign)
    {
        ArgumentNullException.ThrowIfNull(table);
        double weighted = 0;
        foreach (var bin in table.Bins)
        {
            weighted += bin.Weight > 0 ? bin.Weight * Math.Max(sign * bin.Gap, 0) : 0;
        }

        return weighted / table.TotalWeight;
    }

    /// <summary>
    /// Classwise ECE: the mean over classes of Σ_b n_kb/N |mean p_k − frequency of k|, every row in every class, equal
    /// widths (Nixon et al. 2019; Kull et al. 2019, whose printed values are sums over classes instead). A fraction.
    /// </summary>
    public static double Classwise(ClasswiseCells cells, int rowCount)
    {
        ArgumentNullException.ThrowIfNull(cells);
        double sum = 0;
        for (int k = 0; k < cells.ClassCount; k++)
        {
            sum += OfClass(cells, k, rowCount);
        }

        return sum / cells.ClassCount;
    }

    /// <summary>The ECE of one class's probabilities against its frequency, a fraction.</summary>
    /// <param name="cells">Cell sums.</param>
    /// <param name="k">Class, 0 to K−1.</param>
    /// <param name="rowCount">N, which is also the sum of weights.</param>
    public static double OfClass(ClasswiseCells cells, int k, int rowCount)
    {
        ArgumentNullException.ThrowIfNull(cells);
        double sum = 0;
        for (int cell = k * cells.BinCount; cell < (k + 1) * cells.BinCount; cell++)
        {
            sum += Math.Abs(cells.ProbabilitySums[cell] - cells.LabelSum(cell));
        }

        return sum / rowCount;
    }
}
