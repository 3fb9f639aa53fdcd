using System.Collections.Immutable;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>
/// binnedECE of relplot: the bin of a confidence is the whole part of its quotient by 1/M, so bins are [lower, upper),
/// confidence 1 has a bin of its own, and a quotient that rounds down moves a row.
/// </summary>
internal static class Relplot
{
    public const string Name = "relplot";

    public static LibraryBins Bins(int binCount)
    {
        double width = 1.0 / binCount;
        int count = (int)(1 / width) + 1;
        var ranges = ImmutableArray.CreateBuilder<(double, double)>(count);
        for (int m = 0; m < count; m++)
        {
            ranges.Add(((double)m / binCount, Math.Min((m + 1.0) / binCount, 1)));
        }

        return new(ranges.MoveToImmutable(), c => (int)(c / width), "[lower, upper), by dividing; 1 alone in one more bin");
    }

    public static LibraryTable Table(ConfidenceOrder order, int binCount) => LibraryTable.From(order, Bins(binCount));
}
