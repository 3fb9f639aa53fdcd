namespace LsCalib.Core.Resampling;

/// <summary>Quantiles of draws.</summary>
internal static class Quantiles
{
    /// <summary>Quantile of sorted values, linear between order statistics.</summary>
    /// <param name="sorted">Ascending [B], at least one.</param>
    /// <param name="level">0 to 1.</param>
    public static double OfSorted(ReadOnlySpan<double> sorted, double level)
    {
        double position = level * (sorted.Length - 1);
        int below = (int)position;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((position - below) * (above - sorted[below]));
    }

    /// <summary>The order statistic nearest to a quantile, without sorting (Hoare's selection); puts the values in another order.</summary>
    /// <param name="values">[B], at least one.</param>
    /// <param name="level">0 to 1.</param>
    public static double Select(Span<double> values, double level)
    {
        int wanted = (int)Math.Round(level * (values.Length - 1));
        int low = 0;
        int high = values.Length - 1;
        while (low < high)
        {
            double pivot = values[(low + high) >>> 1];
            int i = low;
            int j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (wanted <= j)
            {
                high = j;
            }
            else if (wanted >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        return values[wanted];
    }
}
