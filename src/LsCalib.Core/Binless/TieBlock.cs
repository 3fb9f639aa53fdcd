using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>Reads an order of predictions block by block of equal confidences.</summary>
internal static class TieBlock
{
    /// <exception cref="ArgumentException">A confidence lies outside [0,1], which an order itself allows.</exception>
    public static void RequireProbabilities(ConfidenceOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.RowCount > 0 && !(order.Confidence[0] >= 0 && order.Confidence[^1] <= 1))
        {
            throw new ArgumentException(
                $"Confidences run from {order.Confidence[0]} to {order.Confidence[^1]}; they are probabilities, in [0,1].", nameof(order));
        }
    }

    /// <summary>Correct rows of the block that starts at <paramref name="start"/>.</summary>
    /// <param name="order">Predictions.</param>
    /// <param name="start">First place of a block.</param>
    /// <param name="end">First place of the next block.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hits(ConfidenceOrder order, int start, out int end)
    {
        double[] confidence = order.Confidence;
        bool[] correct = order.Correct;
        double value = confidence[start];
        int hits = correct[start] ? 1 : 0;
        int next = start + 1;
        for (; next < confidence.Length && confidence[next] == value; next++)
        {
            hits += correct[next] ? 1 : 0;
        }

        end = next;
        return hits;
    }
}
