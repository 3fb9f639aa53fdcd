using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>
/// ECE over as many equal-mass bins as keep accuracy from falling with confidence (Roelofs et al. 2022): the number of
/// bins is found by the data, from two upwards until the first that breaks the order.
/// </summary>
public static class SweepError
{
    /// <summary>The table of the last number of bins that keeps the order; one bin where two break it.</summary>
    /// <param name="order">Predictions by confidence.</param>
    public static ReliabilityTable Table(ConfidenceOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var right = order.RightBefore();
        int most = order.DistinctCount();
        int bins = 1;
        while (bins < most && IsMonotone(order, right, bins + 1))
        {
            bins++;
        }

        return ReliabilityTable.From(order, Binning.EqualMass, bins);
    }

    private static bool IsMonotone(ConfidenceOrder order, int[] right, int bins)
    {
        var edges = BinEdges.EqualMassOfSorted(order.Confidence, bins);
        int start = 0;
        double before = 0;
        for (int m = 1; m < edges.Length; m++)
        {
            int end = m == edges.Length - 1 ? order.RowCount : order.PlacesUpTo(edges[m]);
            double accuracy = (double)(right[end] - right[start]) / (end - start);
            if (accuracy < before)
            {
                return false;
            }

            (start, before) = (end, accuracy);
        }

        return true;
    }
}
