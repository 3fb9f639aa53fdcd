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

    /// <summary>ln p and ln(1−p) of every class, each raised to <see cref="Calibrator.LogFloor"/>; ln(1−p) is exact near p = 1 too.</summary>
    /// <param name="logits">Logits [K].</param>
    /// <param name="log">Receives ln p [K]; may be the memory of the logits.</param>
    /// <param name="logComplement">Receives ln(1−p) [K].</param>
    public static void WithComplements(ReadOnlySpan<double> logits, Span<double> log, Span<double> logComplement)
    {
        logits.CopyTo(log);
        int top = 0;
        for (int k = 1; k < logits.Length; k++)
        {
            top = log[k] > log[top] ? k : top;
        }

        double largest = log[top];
        double others = 0;
        for (int k = 0; k < logits.Length; k++)
        {
            others += k == top ? 0 : Math.Exp(log[k] - largest);
        }

        double all = 1 + others;
        double shift = Math.Log(all);
        for (int k = 0; k < logits.Length; k++)
        {
            double value = log[k] - largest;

            // Only the largest p can be so near 1 that 1 − p would cancel.
            double complement = k == top ? Math.Log(others) - shift : Math.Log(Math.Max(0, all - Math.Exp(value))) - shift;
            log[k] = Math.Max(value - shift, Calibrator.LogFloor);
            logComplement[k] = Math.Max(complement, Calibrator.LogFloor);
        }
    }
}
