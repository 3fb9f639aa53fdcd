using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.HypothesisTests;

/// <summary>
/// The walk Σ (a−c) over rows in ascending order of confidence, looked at after each block of equal confidences only, in
/// units of its standard deviation at the end (Arrieta-Ibarra et al. 2022). A weighted row makes a step of its weight: the
/// walk of many rows is Brownian motion all the same, in the time that the summed variance tells.
/// </summary>
/// <param name="Lowest">Lowest point, at most 0: the walk starts there.</param>
/// <param name="Highest">Highest point, at least 0.</param>
/// <param name="Deviation">√Σ w² c(1−c), in rows.</param>
internal readonly record struct CumulativeGap(double Lowest, double Highest, double Deviation)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static CumulativeGap From(ConfidenceOrder order)
    {
        double lowest = 0;
        double highest = 0;
        double position = 0;
        double variance = 0;
        for (int start = 0, end; start < order.RowCount; start = end)
        {
            end = order.EndOfTies(start);
            var sums = TopLabel.Sums(order, start, end);
            position += sums.Gap;
            variance += sums.Variance;
            lowest = Math.Min(lowest, position);
            highest = Math.Max(highest, position);
        }

        return new(lowest, highest, Math.Sqrt(variance));
    }

    /// <summary>Result of a statistic given in rows.</summary>
    public TestResult Result(double statistic, Func<double, double> tail, string law)
    {
        if (Deviation == 0)
        {
            return statistic == 0 ? TestResult.Undefined(law) : TestResult.Impossible(law);
        }

        return new(statistic / Deviation, tail(statistic / Deviation), law);
    }
}
