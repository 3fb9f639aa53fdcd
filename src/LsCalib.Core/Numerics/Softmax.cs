namespace LsCalib.Core.Numerics;

/// <summary>Probabilities of single rows; whole matrices go through the fused pass.</summary>
public static class Softmax
{
    /// <summary>Replaces logits by softmax(factor × logits), the largest subtracted first.</summary>
    /// <param name="values">Logits [K], overwritten by probabilities.</param>
    /// <param name="factor">1/T.</param>
    public static void InPlace(Span<double> values, double factor = 1)
    {
        double largest = double.NegativeInfinity;
        foreach (double value in values)
        {
            largest = Math.Max(largest, value);
        }

        double sum = 0;
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = Math.Exp((values[k] - largest) * factor);
            sum += values[k];
        }

        for (int k = 0; k < values.Length; k++)
        {
            values[k] /= sum;
        }
    }
}
