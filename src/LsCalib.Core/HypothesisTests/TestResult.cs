namespace LsCalib.Core.HypothesisTests;

/// <summary>Outcome of a test of the hypothesis that every confidence is the probability of being right.</summary>
/// <param name="Statistic">The test statistic; NaN where the test says nothing, ∞ where what happened is impossible under the hypothesis.</param>
/// <param name="PValue">Probability of a statistic at least as extreme under the hypothesis, 0 to 1; NaN with the statistic.</param>
/// <param name="Law">How the p-value was computed.</param>
public sealed record TestResult(double Statistic, double PValue, string Law)
{
    /// <summary>A test that has nothing to go by.</summary>
    internal static TestResult Undefined(string law) => new(double.NaN, double.NaN, law);

    /// <summary>An outcome of probability 0 under the hypothesis.</summary>
    internal static TestResult Impossible(string law) => new(double.PositiveInfinity, 0, law);
}
