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
        double[] edges = BinEdges.EqualMassOfSorted(sorted, BinCount)[1..^1];
        for (int m = 0; m < edges.Length; m++)
        {
            edges[m] = Midway(sorted, edges[m]);
        }

        return edges;
    }

    /// <summary>An edge that parts the same rows but is none of them, as a tied value can be: rounding must not move it to the next bin.</summary>
    private static double Midway(double[] sorted, double edge)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = sorted[middle] <= edge ? (middle + 1, high) : (low, middle);
        }

        double lower = sorted[low - 1];
        double midway = lower + ((sorted[low] - lower) / 2);
        return midway < sorted[low] ? midway : lower;
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
