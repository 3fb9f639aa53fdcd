namespace LsCalib.Core.Comparison;

/// <summary>Scatter of resamples.</summary>
internal static class Spread
{
    /// <summary>Standard deviation; NaN of fewer than two values.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        double mean = 0;
        foreach (double value in values)
        {
            mean += value / values.Length;
        }

        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return values.Length < 2 ? double.NaN : Math.Sqrt(squares / (values.Length - 1));
    }

    /// <summary>Mean of a difference; NaN where there are no draws.</summary>
    public static double MeanOfDifference(double[]? one, double[]? other) =>
        one is null || other is null ? double.NaN : one.Average() - other.Average();

    /// <summary>Standard deviation of a difference; NaN where there are no draws.</summary>
    public static double OfDifference(double[]? one, double[]? other)
    {
        if (one is null || other is null)
        {
            return double.NaN;
        }

        var differences = new double[one.Length];
        for (int b = 0; b < differences.Length; b++)
        {
            differences[b] = one[b] - other[b];
        }

        return Of(differences);
    }
}
