using LsCalib.Core.Metrics;

namespace LsCalib.Core.Statistics;

/// <summary>95 % intervals of means.</summary>
public static class Intervals
{
    /// <summary>97.5 % point of the standard normal distribution.</summary>
    public const double NormalQuantile = 1.959963984540054;

    /// <summary>Wilson's score interval of a proportion (Wilson 1927).</summary>
    /// <param name="successes">Count of successes.</param>
    /// <param name="count">N, at least 1.</param>
    public static Interval Wilson(int successes, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        const double Square = NormalQuantile * NormalQuantile;
        double p = (double)successes / count;
        double centre = (p + (Square / (2.0 * count))) / (1 + (Square / count));
        double half = NormalQuantile / (1 + (Square / count)) * Math.Sqrt((p * (1 - p) / count) + (Square / (4.0 * count * count)));
        return new(Math.Max(0, centre - half), Math.Min(1, centre + half), "Wilson");
    }

    /// <summary>Mean ± 1.96 standard errors.</summary>
    /// <param name="values">[N], at least 2.</param>
    /// <returns>The mean, and its interval or null below two values.</returns>
    public static Measurement OfMean(ReadOnlySpan<double> values)
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

        double half = NormalQuantile * Math.Sqrt(squares / (values.Length - 1) / values.Length);
        return new(mean, new(mean - half, mean + half, "normal"));
    }

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
