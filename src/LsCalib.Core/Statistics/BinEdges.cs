using System.Runtime.CompilerServices;

namespace LsCalib.Core.Statistics;

/// <summary>
/// Edges of confidence bins (lower, upper]; the first bin includes its lower edge 0 (Guo et al. 2017, section 2).
/// A value is compared with the edge itself: multiplying it by M would misplace some (0.07 × 100 &gt; 7 in binary).
/// </summary>
public static class BinEdges
{
    /// <summary>M bins of equal width: edges m/M.</summary>
    /// <param name="binCount">M, at least 1.</param>
    /// <returns>M+1 ascending edges from 0 to 1.</returns>
    public static double[] EqualWidth(int binCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(binCount, 1);
        var edges = new double[binCount + 1];
        for (int m = 0; m <= binCount; m++)
        {
            edges[m] = (double)m / binCount;
        }

        return edges;
    }

    /// <summary>
    /// Bins of equal mass: the sorted values are cut into M runs of as equal length as can be (the first N mod M hold
    /// one more), an edge lies midway between the neighbours of each cut, and edges that coincide are merged. Tied
    /// values share a bin, so the order of rows never matters, and fewer than M bins can be left; none is empty.
    /// </summary>
    /// <param name="values">Confidences [N], in any order, each in [0,1].</param>
    /// <param name="binCount">M, at least 1.</param>
    /// <returns>Ascending edges from 0 to 1, at most M+1.</returns>
    public static double[] EqualMass(ReadOnlySpan<double> values, int binCount)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return EqualMassOfSorted(sorted, binCount);
    }

    /// <summary><see cref="EqualMass"/> of values in ascending order.</summary>
    internal static double[] EqualMassOfSorted(ReadOnlySpan<double> sorted, int binCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(binCount, 1);
        int shortest = sorted.Length / binCount;
        int longer = sorted.Length % binCount;
        var edges = new List<double>(binCount + 1) { 0 };
        int cut = 0;
        for (int m = 0; m < binCount - 1; m++)
        {
            cut += shortest + (m < longer ? 1 : 0);
            if (cut == 0 || cut >= sorted.Length)
            {
                continue;
            }

            double edge = sorted[cut - 1] + ((sorted[cut] - sorted[cut - 1]) / 2);

            // No bin is left empty: where ties lie across a cut before, all up to this cut can be below its edge.
            bool hasRows = edges.Count == 1 || sorted[cut - 1] > edges[^1];
            if (hasRows && edge > edges[^1] && edge < sorted[^1])
            {
                edges.Add(edge);
            }
        }

        edges.Add(1);
        return [.. edges];
    }

    /// <summary>
    /// Bins of equal weight: the cuts lie behind the rows at which the weights summed reach m/M of all, edges midway to
    /// the next value; those that coincide are merged.
    /// </summary>
    /// <param name="sorted">Values in ascending order [N].</param>
    /// <param name="weights">Their weights [N], 0 or more, not all 0.</param>
    /// <param name="binCount">M, at least 1.</param>
    internal static double[] EqualWeightOfSorted(ReadOnlySpan<double> sorted, ReadOnlySpan<double> weights, int binCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(binCount, 1);
        double total = 0;
        foreach (double weight in weights)
        {
            total += weight;
        }

        var edges = new List<double>(binCount + 1) { 0 };
        double sum = 0;
        int cut = 1;
        for (int i = 0; i < sorted.Length - 1; i++)
        {
            // Sums that should reach a cut may miss it by rounding.
            sum += weights[i];
            bool isCut = false;
            for (; cut < binCount && sum >= (cut * total / binCount) - (1e-9 * total); cut++)
            {
                isCut = true;
            }

            double edge = sorted[i] + ((sorted[i + 1] - sorted[i]) / 2);
            bool hasRows = edges.Count == 1 || sorted[i] > edges[^1];
            if (isCut && hasRows && edge > edges[^1] && edge < sorted[^1])
            {
                edges.Add(edge);
            }
        }

        edges.Add(1);
        return [.. edges];
    }

    /// <summary>Bin of a value: the m with edges[m] &lt; value ≤ edges[m+1]; the first bin for 0 and below.</summary>
    /// <param name="edges">Ascending edges, at least two.</param>
    /// <param name="value">A number in [0,1], up to rounding.</param>
    public static int IndexOf(ReadOnlySpan<double> edges, double value)
    {
        // Without branches, which the values of a model would have mispredicted half of the time.
        int low = 0;
        int count = edges.Length - 1;
        while (count > 1)
        {
            int half = count >>> 1;
            low += (value > edges[low + half] ? 1 : 0) * half;
            count -= half;
        }

        return low;
    }

    /// <summary><see cref="IndexOf"/> for <see cref="EqualWidth"/> edges, without a search.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int EqualWidthIndex(ReadOnlySpan<double> edges, double value)
    {
        int bins = edges.Length - 1;
        int bin = Math.Clamp((int)(value * bins), 0, bins - 1);
        if (value <= edges[bin] && bin > 0)
        {
            bin--;
        }
        else if (value > edges[bin + 1] && bin < bins - 1)
        {
            bin++;
        }

        return bin;
    }
}
