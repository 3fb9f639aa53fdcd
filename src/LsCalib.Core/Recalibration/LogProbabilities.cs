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
        var row = new RowLogs(logits);
        for (int k = 0; k < logits.Length; k++)
        {
            double z = logits[k];
            log[k] = row.Log(z);
            logComplement[k] = row.LogComplement(k, z);
        }
    }
}
