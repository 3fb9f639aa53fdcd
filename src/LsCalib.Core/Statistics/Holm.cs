namespace LsCalib.Core.Statistics;

/// <summary>Holm's step-down adjustment (1979) of p-values that are looked at together.</summary>
public static class Holm
{
    /// <summary>Adjusted p-values in the order given; undefined ones (NaN) stay so and do not count.</summary>
    /// <param name="values">p-values, 0 to 1 or NaN.</param>
    public static double[] Adjust(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int[] tested = [.. Enumerable.Range(0, values.Count).Where(i => !double.IsNaN(values[i])).OrderBy(i => values[i])];
        var adjusted = new double[values.Count];
        Array.Fill(adjusted, double.NaN);
        double largest = 0;
        for (int rank = 0; rank < tested.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (tested.Length - rank) * values[tested[rank]]));
            adjusted[tested[rank]] = largest;
        }

        return adjusted;
    }
}
