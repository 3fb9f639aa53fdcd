using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;
using MathNet.Numerics;

namespace LsCalib.Core.HypothesisTests;

/// <summary>
/// Test of whether the top-label Brier score is what the confidences promise (Spiegelhalter 1986). Gaps that leave the
/// score as expected, such as over-confidence here and under-confidence there, can escape it.
/// </summary>
public static class Spiegelhalter
{
    private const string Law = "standard normal, two-sided";

    /// <summary>
    /// z = Σ w (a−c)(1−2c) / √Σ w² (1−2c)² c(1−c) and its two-sided p-value; z is positive where the score is worse than promised.
    /// Weights w are 1 where rows are not weighted.
    /// </summary>
    /// <param name="order">Confidences c in [0,1] and outcomes a.</param>
    /// <returns>NaN where every confidence is 0, ½ or 1 and nothing contradicts it.</returns>
    /// <exception cref="ArgumentException">A confidence is outside [0,1].</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TestResult Test(ConfidenceOrder order)
    {
        TopLabel.Check(order);
        double sum = 0;
        double variance = 0;
        for (int start = 0, end; start < order.RowCount; start = end)
        {
            end = order.EndOfTies(start);
            double slope = 1 - (2 * order.Confidence[start]);
            var sums = TopLabel.Sums(order, start, end);
            sum += sums.Gap * slope;
            variance += sums.Variance * slope * slope;
        }

        if (variance == 0)
        {
            return sum == 0 ? TestResult.Undefined(Law) : TestResult.Impossible(Law);
        }

        double z = sum / Math.Sqrt(variance);
        return new(z, SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2)), Law);
    }
}
