using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>Accuracy against confidence in a library's own bins.</summary>
/// <param name="RowCount">N, with the rows that are left out.</param>
/// <param name="Rule">Closed sides, in words.</param>
/// <param name="Bins">The bins in the library's order.</param>
internal sealed record LibraryTable(int RowCount, string Rule, ImmutableArray<ReliabilityBin> Bins)
{
    /// <summary>Rows that are in a bin.</summary>
    public int KeptCount => Bins.Sum(bin => bin.Count);

    /// <summary>Σ n_m/N |gap_m|; NaN without rows.</summary>
    public double Expected => Sum(Math.Abs) / RowCount;

    /// <summary>Σ n_m/N gap_m²; NaN without rows.</summary>
    public double MeanSquare => Sum(gap => gap * gap) / RowCount;

    /// <summary>Largest |gap|; NaN without rows.</summary>
    public double Maximum => Bins.Where(bin => bin.Count > 0).Select(bin => Math.Abs(bin.Gap)).DefaultIfEmpty(double.NaN).Max();

    /// <summary>Mean |gap| of the bins that have rows, whatever their counts; NaN without rows.</summary>
    public double Average => Bins.Where(bin => bin.Count > 0).Select(bin => Math.Abs(bin.Gap)).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Σ n_m/N (gap_m² − accuracy_m (1 − accuracy_m)/(n_m − 1)) over bins of two rows and more; NaN without rows.</summary>
    public double DebiasedSquare
    {
        get
        {
            double sum = 0;
            foreach (var bin in Bins)
            {
                sum += bin.Count > 1 ? bin.Count * ((bin.Gap * bin.Gap) - (bin.Accuracy * (1 - bin.Accuracy) / (bin.Count - 1))) : 0;
            }

            return sum / RowCount;
        }
    }

    /// <summary>The table of top-label predictions.</summary>
    /// <param name="order">Predictions by confidence.</param>
    /// <param name="bins">The library's bins.</param>
    /// <param name="clip">What the library does to a confidence first; null: nothing.</param>
    public static LibraryTable From(ConfidenceOrder order, LibraryBins bins, Func<double, double>? clip = null) =>
        From(order.Confidence, order.Correct, bins, clip);

    /// <summary>The table of probabilities against outcomes.</summary>
    /// <param name="probabilities">[N].</param>
    /// <param name="outcomes">[N].</param>
    /// <param name="bins">The library's bins.</param>
    /// <param name="clip">What the library does to a probability first; null: nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LibraryTable From(double[] probabilities, bool[] outcomes, LibraryBins bins, Func<double, double>? clip = null)
    {
        var counts = new int[bins.Ranges.Length];
        var hits = new int[counts.Length];
        var sums = new double[counts.Length];
        for (int i = 0; i < probabilities.Length; i++)
        {
            double c = clip is null ? probabilities[i] : clip(probabilities[i]);
            int bin = bins.IndexOf(c);
            if (bin >= 0)
            {
                counts[bin]++;
                hits[bin] += outcomes[i] ? 1 : 0;
                sums[bin] += c;
            }
        }

        var rows = ImmutableArray.CreateBuilder<ReliabilityBin>(counts.Length);
        for (int m = 0; m < counts.Length; m++)
        {
            rows.Add(new(bins.Ranges[m].Lower, bins.Ranges[m].Upper, counts[m], sums[m] / counts[m], (double)hits[m] / counts[m]));
        }

        return new(probabilities.Length, bins.Rule, rows.MoveToImmutable());
    }

    private double Sum(Func<double, double> of)
    {
        double sum = 0;
        foreach (var bin in Bins)
        {
            sum += bin.Count > 0 ? bin.Count * of(bin.Gap) : 0;
        }

        return sum;
    }
}
