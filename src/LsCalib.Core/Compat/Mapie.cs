using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>
/// expected_calibration_error of MAPIE with correctness as the outcome: its 50 bins are 50 edges, which leave 49
/// intervals (lower, upper] and a bin for confidence 0.
/// </summary>
internal static class Mapie
{
    public const string Name = "mapie";

    public static LibraryBins Bins(int binCount)
    {
        // A single edge, 0, leaves every positive confidence without a bin.
        double[] edges = binCount == 1 ? [0] : LibraryBins.Linspace(binCount);
        return new(
            [(0, 0), .. LibraryBins.Between(edges)],
            c => LibraryBins.Below(edges, c) is var bin && bin < binCount ? bin : -1,
            "(lower, upper], and a bin for confidence 0 alone");
    }

    /// <summary>The table of the rows that are in a bin, which are those that its weights add up to.</summary>
    public static LibraryTable Table(ConfidenceOrder order, int binCount)
    {
        var table = LibraryTable.From(order, Bins(binCount));
        return table with { RowCount = table.KeptCount };
    }
}
