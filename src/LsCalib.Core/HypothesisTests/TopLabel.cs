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
