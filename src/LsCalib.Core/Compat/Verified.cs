using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>
/// The errors of verified_calibration, the package uncertainty-calibration (Kumar, Liang and Ma 2019): bins (lower,
/// upper] of equal width or mass; edges of equal mass lie midway between the neighbours of each cut, equal ones merged.
/// </summary>
internal static class Verified
{
    public const string Name = "verified";

    private const string Rule = "(lower, upper], the first with 0";

    public static LibraryBins WidthBins(int binCount)
    {
        var edges = new double[binCount];
        for (int m = 0; m < binCount; m++)
        {
            edges[m] = (m + 1.0) / binCount;
        }

        return Of(edges);
    }

    public static LibraryBins MassBins(ConfidenceOrder order, int binCount) => MassBins(order.Confidence, binCount);

    /// <summary>Bins of equal mass of ascending values.</summary>
    public static LibraryBins MassBins(ReadOnlySpan<double> sorted, int binCount)
    {
        int parts = Math.Min(binCount, sorted.Length);
        var edges = new SortedSet<double> { 1 };
        int cut = 0;
        for (int m = 0; m < parts - 1; m++)
        {
            cut += (sorted.Length / parts) + (m < sorted.Length % parts ? 1 : 0);
            edges.Add((sorted[cut - 1] + sorted[cut]) / 2);
        }

        return Of([.. edges]);
    }

    /// <summary>Whether get_calibration_error would take the distinct values of a column as bins: fewer than a quarter of the rows.</summary>
    public static bool IsDiscrete(ReadOnlySpan<double> sorted)
    {
        int distinct = sorted.Length == 0 ? 0 : 1;
        for (int i = 1; i < sorted.Length; i++)
        {
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        }

        return distinct < sorted.Length / 4.0;
    }

    private static LibraryBins Of(double[] upper) =>
        new(LibraryBins.Between([0, .. upper]), c => LibraryBins.Below(upper, c), Rule);
}
