using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>
/// ECE, MCE and ACE of netcal: confidences clipped into [ε, 1 − ε], ε = 2^−52, numpy's histogram [lower, upper) over
/// numpy.linspace, or over quantiles of the confidences.
/// </summary>
internal static class Netcal
{
    public const string Name = "netcal";

    private const string Rule = "[lower, upper), the last bin closed";
    private static readonly double Epsilon = Math.Pow(2, -52);

    public static LibraryBins Bins(int binCount) => Of(LibraryBins.Linspace(binCount + 1));

    /// <summary>Bins between quantiles; null where two of them are equal, for which netcal raises an error.</summary>
    public static LibraryBins? QuantileBins(ConfidenceOrder order, int binCount)
    {
        if (order.RowCount == 0)
        {
            return null;
        }

        var edges = LibraryBins.Linspace(binCount + 1);
        for (int m = 1; m < binCount; m++)
        {
            edges[m] = Quantile(order.Confidence, edges[m]);
        }

        for (int m = 0; m < binCount; m++)
        {
            if (!(edges[m] < edges[m + 1]))
            {
                return null;
            }
        }

        return Of(edges);
    }

    public static LibraryTable Table(ConfidenceOrder order, LibraryBins bins) => LibraryTable.From(order, bins, Clip);

    private static LibraryBins Of(double[] edges) =>
        new(LibraryBins.Between(edges), c => Math.Min(LibraryBins.UpTo(edges, Clip(c)) - 1, edges.Length - 2), Rule);

    private static double Clip(double confidence) => Math.Clamp(confidence, Epsilon, 1 - Epsilon);

    /// <summary>numpy.quantile, linear between order statistics, from the nearer of the two.</summary>
    private static double Quantile(double[] sorted, double level)
    {
        double place = (sorted.Length - 1) * level;
        int below = Math.Min((int)place, sorted.Length - 1);
        double fraction = place - below;
        double low = Clip(sorted[below]);
        double high = Clip(sorted[Math.Min(below + 1, sorted.Length - 1)]);
        return fraction < 0.5 ? low + ((high - low) * fraction) : high - ((high - low) * (1 - fraction));
    }
}
