using LsCalib.Core.Ordering;

namespace LsCalib.Core.HypothesisTests;

/// <summary>
/// Test of calibration without bins by the range of the cumulative gap (ECCE-R of Arrieta-Ibarra et al. 2022): the largest
/// gap over any interval of confidences.
/// </summary>
public static class Kuiper
{
    /// <summary>
    /// (max_k − min_k) Σ_{i≤k} (a−c) / √Σ c(1−c) in ascending order of c, k = 0 included, and its p-value by the law of the
    /// range of Brownian motion on [0,1]: the limit for many rows. With few expected errors the walk
    /// has few steps that matter: middling p-values are then too large, and very small ones too small.
    /// </summary>
    /// <param name="order">Confidences c in [0,1] and outcomes a; equal confidences are added as one step.</param>
    /// <returns>NaN where every confidence is 0 or 1 and nothing contradicts it.</returns>
    /// <exception cref="ArgumentException">A confidence is outside [0,1].</exception>
    public static TestResult Test(ConfidenceOrder order)
    {
        TopLabel.Check(order);
        var gap = CumulativeGap.From(order);
        return gap.Result(gap.Highest - gap.Lowest, BrownianTails.OfRange, "range of Brownian motion on [0,1]");
    }
}
