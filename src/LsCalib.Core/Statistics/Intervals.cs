using LsCalib.Core.Metrics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Statistics;

/// <summary>Intervals of means.</summary>
public static class Intervals
{
    /// <summary>97.5 % point of the standard normal distribution.</summary>
    public const double NormalQuantile = 1.959963984540054;

    /// <summary>Wilson's score interval of a proportion (Wilson 1927).</summary>
    /// <param name="successes">Count of successes.</param>
    /// <param name="count">N, at least 1.</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    public static Interval Wilson(int successes, int count, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Wilson((double)successes / count, count, level);
    }

    /// <summary>The same of a share and a number of rows that need not be whole, such as an effective count.</summary>
    /// <param name="p">Share, 0 to 1.</param>
    /// <param name="count">Rows, above 0.</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    public static Interval Wilson(double p, double count, double level)
    {
        double z = Quantile(level);
        double square = z * z;
        double centre = (p + (square / (2.0 * count))) / (1 + (square / count));
        double half = z / (1 + (square / count)) * Math.Sqrt((Math.Max(p * (1 - p), 0) / count) + (square / (4.0 * count * count)));
        return new(Math.Max(0, centre - half), Math.Min(1, centre + half), "Wilson");
    }

    /// <summary>Mean ± a normal quantile times its standard error.</summary>
    /// <param name="values">[N], at least 2.</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    /// <returns>The mean, and its interval or null below two values.</returns>
    public static Measurement OfMean(ReadOnlySpan<double> values, double level = 0.95)
    {
        double mean = Mean(values);
        if (values.Length < 2)
        {
            return new(mean);
        }

        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return OfMean(mean, squares, values.Length, level);
    }

    /// <summary>The same of sums.</summary>
    /// <param name="mean">Mean of the values.</param>
    /// <param name="squares">Sum of their squared differences from it.</param>
    /// <param name="count">N.</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    internal static Measurement OfMean(double mean, double squares, int count, double level)
    {
        double half = Quantile(level) * Math.Sqrt(squares / (count - 1) / count);
        return new(mean, count < 2 ? null : new(mean - half, mean + half, "normal"));
    }

    /// <summary>Half width of a two-sided normal interval, in standard errors.</summary>
    internal static double Quantile(double level) => level == 0.95 ? NormalQuantile : Normal.InvCDF(0, 1, (1 + level) / 2);

    /// <summary>Arithmetic mean; NaN of nothing.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
