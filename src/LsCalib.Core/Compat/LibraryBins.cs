using System.Collections.Immutable;

namespace LsCalib.Core.Compat;

/// <summary>How a library cuts confidences into bins.</summary>
/// <param name="Ranges">Edges of each bin, as they are compared with.</param>
/// <param name="IndexOf">Bin of a confidence; −1: the library leaves the row out.</param>
/// <param name="Rule">Closed sides, in words.</param>
internal sealed record LibraryBins(ImmutableArray<(double Lower, double Upper)> Ranges, Func<double, int> IndexOf, string Rule)
{
    /// <summary>numpy.linspace(0, 1, count): multiples of the rounded step, so that some are not the nearest numbers to i/(count − 1).</summary>
    public static double[] Linspace(int count)
    {
        var edges = new double[count];
        double step = 1.0 / (count - 1);
        for (int i = 1; i < count; i++)
        {
            edges[i] = i == count - 1 ? 1 : i * step;
        }

        return edges;
    }

    /// <summary>Ranges between neighbouring edges.</summary>
    public static ImmutableArray<(double Lower, double Upper)> Between(ReadOnlySpan<double> edges)
    {
        var ranges = ImmutableArray.CreateBuilder<(double, double)>(edges.Length);
        for (int m = 0; m + 1 < edges.Length; m++)
        {
            ranges.Add((edges[m], edges[m + 1]));
        }

        return ranges.ToImmutable();
    }

    /// <summary>Number of ascending edges below a value.</summary>
    public static int Below(ReadOnlySpan<double> edges, double value)
    {
        int low = 0;
        int high = edges.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (edges[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Number of ascending edges at or below a value.</summary>
    public static int UpTo(ReadOnlySpan<double> edges, double value)
    {
        int low = 0;
        int high = edges.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (edges[middle] <= value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
