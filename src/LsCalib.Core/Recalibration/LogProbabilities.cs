namespace LsCalib.Core.Recalibration;

/// <summary>Logarithms of the probabilities of one row.</summary>
internal static class LogProbabilities
{
    /// <summary>Replaces logits by ln softmax.</summary>
    public static void InPlace(Span<double> row)
    {
        double largest = double.NegativeInfinity;
        foreach (double z in row)
        {
            largest = Math.Max(largest, z);
        }

        double sum = 0;
        foreach (double z in row)
        {
            sum += Math.Exp(z - largest);
        }

        double shift = largest + Math.Log(sum);
        for (int k = 0; k < row.Length; k++)
        {
            row[k] -= shift;
        }
    }
}
