using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.HypothesisTests;

/// <summary>
/// Test of calibration in the large: whether as many rows are right as their confidences promise. It holds for any number of
/// rows, where laws of many rows promise too small p-values; gaps of opposite signs that cancel escape it.
/// </summary>
public static class RightRows
{
    private const int DrawCount = 9_999;

    /// <summary>Twice the smaller tail of the number of right rows (Poisson binomial), or of their weight, at most 1.</summary>
    /// <param name="order">Confidences c in [0,1] and outcomes; with weights, the tails are those of 9,999 draws.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>1 without rows.</returns>
    /// <exception cref="ArgumentException">A confidence is outside [0,1].</exception>
    public static double PValue(ConfidenceOrder order, long seed)
    {
        TopLabel.Check(order);
        if (order.Weight is { } weights)
        {
            return OfWeights(order, weights, seed);
        }

        var (atMost, atLeast) = new CountLaw(order.Confidence, CountLaw.ExactVariance).Tails(order.CorrectCount);
        return Math.Min(1, 2 * Math.Min(atMost, atLeast));
    }

    private static double OfWeights(ConfidenceOrder order, double[] weights, long seed)
    {
        double right = 0;
        double total = 0;
        for (int place = 0; place < order.RowCount; place++)
        {
            right += order.Correct[place] ? weights[place] : 0;
            total += weights[place];
        }

        var law = new WeightLaw(order.Confidence, weights);
        var random = new SeededRandom(seed, stream: 52);
        double rounding = 1e-9 * total;
        int atMost = 1;
        int atLeast = 1;
        for (int draw = 0; draw < DrawCount; draw++)
        {
            double sum = law.Draw(random);
            atMost += sum <= right + rounding ? 1 : 0;
            atLeast += sum >= right - rounding ? 1 : 0;
        }

        return Math.Min(1, 2.0 * Math.Min(atMost, atLeast) / (DrawCount + 1));
    }
}
