using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.HypothesisTests;

/// <summary>What every test asks of its rows. Rows of equal confidence are counted before anything is summed, so that their order does not show in the last digit.</summary>
internal static class TopLabel
{
    /// <summary>Throws unless all confidences are probabilities.</summary>
    /// <exception cref="ArgumentException">A confidence is outside [0,1].</exception>
    public static void Check(ConfidenceOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.RowCount > 0 && (order.Confidence[0] < 0 || order.Confidence[^1] > 1))
        {
            double outside = order.Confidence[0] < 0 ? order.Confidence[0] : order.Confidence[^1];
            throw new ArgumentException($"A confidence is {outside}; tests of calibration take probabilities, 0 to 1.", nameof(order));
        }
    }

    /// <summary>Σ w (a − c) and Σ w² c (1 − c) of the rows of one confidence c at places [start, end); w is 1 where rows are not weighted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (double Gap, double Variance) Sums(ConfidenceOrder order, int start, int end)
    {
        double c = order.Confidence[start];
        if (order.Weight is not { } weights)
        {
            return (CorrectCount(order, start, end) - ((end - start) * c), (end - start) * c * (1 - c));
        }

        double gap = 0;
        double squares = 0;
        for (int i = start; i < end; i++)
        {
            gap += weights[i] * ((order.Correct[i] ? 1 : 0) - c);
            squares += weights[i] * weights[i];
        }

        return (gap, squares * c * (1 - c));
    }

    /// <summary>Correct rows at places [start, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CorrectCount(ConfidenceOrder order, int start, int end)
    {
        int count = 0;
        for (int i = start; i < end; i++)
        {
            count += order.Correct[i] ? 1 : 0;
        }

        return count;
    }
}
