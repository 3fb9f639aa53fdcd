using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>A step function of one class's probability: bin m is (Edges[m−1], Edges[m]], the first begins at 0.</summary>
/// <param name="Edges">Inner edges, ascending [M−1].</param>
/// <param name="Values">Value of each bin, in [0,1] [M].</param>
public sealed record ClassSteps(double[] Edges, double[] Values)
{
    private const int BinCount = 15;

    /// <summary>The value at p.</summary>
    internal double At(double p) => Values[BinOf(Edges, p)];

    /// <summary>Bin of p.</summary>
    internal static int BinOf(double[] edges, double p)
    {
        int place = Array.BinarySearch(edges, p);
        return place < 0 ? ~place : place;
    }

    /// <summary>Inner edges of 15 bins of equal mass, midway between rows; fewer where rows are few or tied.</summary>
    internal static double[] EqualMassEdges(ReadOnlySpan<double> values)
    {
        var sorted = new double[values.Length];
        RadixSort.Ascending(values, sorted, new int[values.Length]);
        return BinEdges.EqualMassOfSorted(sorted, BinCount)[1..^1];
    }

    /// <summary>Mean of the values in each bin, NaN without any, and their count.</summary>
    internal static (double[] Means, int[] Counts) Means(double[] edges, ReadOnlySpan<double> values)
    {
        var means = new double[edges.Length + 1];
        var counts = new int[edges.Length + 1];
        foreach (double value in values)
        {
            int bin = BinOf(edges, value);
            means[bin] += value;
            counts[bin]++;
        }

        for (int bin = 0; bin < means.Length; bin++)
        {
            means[bin] /= counts[bin];
        }

        return (means, counts);
    }
}
