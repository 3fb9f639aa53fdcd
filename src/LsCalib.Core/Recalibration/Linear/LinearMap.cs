namespace LsCalib.Core.Recalibration.Linear;

/// <summary>W·x + b.</summary>
internal static class LinearMap
{
    /// <summary>Raises values below <see cref="Calibrator.LogFloor"/> to it.</summary>
    public static void Floor(Span<double> values)
    {
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = Math.Max(values[k], Calibrator.LogFloor);
        }
    }

    /// <summary>target = W·x + b.</summary>
    /// <param name="weights">W [K,K], row-major.</param>
    /// <param name="biases">b [K].</param>
    /// <param name="input">x [K].</param>
    /// <param name="target">Receives K values; not the memory of x.</param>
    public static void Apply(double[] weights, double[] biases, ReadOnlySpan<double> input, Span<double> target)
    {
        for (int k = 0; k < biases.Length; k++)
        {
            double sum = biases[k];
            var row = weights.AsSpan(k * input.Length, input.Length);
            for (int j = 0; j < row.Length; j++)
            {
                sum += row[j] * input[j];
            }

            target[k] = sum;
        }
    }
}
