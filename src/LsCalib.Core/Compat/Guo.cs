using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>
/// ECE of the code of Guo et al. 2017 (gpleiss/temperature_scaling) for double logits: edges rounded to float32,
/// bins (lower, upper], confidence 0 in none of them, and the sum over bins in float32.
/// </summary>
internal static class Guo
{
    public const string Name = "guo";

    public static LibraryBins Bins(int binCount)
    {
        var edges = Torch.Linspace(binCount);
        return new(LibraryBins.Between(edges), c => LibraryBins.Below(edges, c) - 1, "(lower, upper]; confidence 0 is in no bin");
    }

    /// <summary>The ECE, a float32 number; NaN without rows.</summary>
    public static double Expected(ConfidenceOrder order, int binCount)
    {
        if (order.RowCount == 0)
        {
            return double.NaN;
        }

        float sum = 0;
        foreach (var bin in LibraryTable.From(order, Bins(binCount)).Bins)
        {
            if (bin.Count > 0)
            {
                float share = bin.Count / (float)order.RowCount;
                sum += (float)(Math.Abs(bin.MeanConfidence - (float)bin.Accuracy) * share);
            }
        }

        return sum;
    }
}
