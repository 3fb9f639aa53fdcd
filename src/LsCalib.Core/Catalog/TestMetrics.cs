using LsCalib.Core.HypothesisTests;

namespace LsCalib.Core.Catalog;

/// <summary>Tests of the hypothesis that every top-label confidence is the probability of being right.</summary>
internal static class TestMetrics
{
    public static IEnumerable<MetricFamily> Families =>
    [
        Test("spiegelhalter", "Spiegelhalter's z", Better.Zero, "Σ (correct − c)(1 − 2c) / √(Σ (1 − 2c)² c (1 − c)); sees the Brier score's calibration only, so weak against gaps near c = 1/2", "Spiegelhalter 1986",
            context => Spiegelhalter.Test(context.Order), takesWeights: true),
        Test("hosmer-lemeshow", "Hosmer–Lemeshow", Better.Lower, "Σ (right − expected)² / (expected (1 − expected/n)) over 10 groups of equal mass", "Hosmer and Lemeshow 1980",
            context => HosmerLemeshow.Test(context.Order, context.Options.Seed)),
        Test("ks", "Kolmogorov–Smirnov", Better.Lower, "largest |Σ_{i ≤ k} (correct_i − c_i)| in ascending order of c, divided by √(Σ c (1 − c)); tied rows summed first", "Arrieta-Ibarra et al. 2022",
            context => KolmogorovSmirnov.Test(context.Order), takesWeights: true),
        Test("kuiper", "Kuiper", Better.Lower, "range of Σ_{i ≤ k} (correct_i − c_i) in ascending order of c, divided by √(Σ c (1 − c)); tied rows summed first", "Arrieta-Ibarra et al. 2022",
            context => Kuiper.Test(context.Order), takesWeights: true),
        Test("t-cal", "T-Cal", Better.Higher, "smallest p-value of the debiased L2 error over equal-width bins of 2, 4, 8, … up to N²/ln N, adaptively; its own p-value allows for looking at all of them", "Lee et al. 2023",
            context => TCal.Test(context.Order, context.Options.Seed, context.Cancel)),
    ];

    private static MetricFamily Test(string key, string title, Better better, string definition, string source, Func<MetricContext, TestResult> test, bool takesWeights = false) => new()
    {
        Pattern = key,
        Title = title,
        Unit = MetricFamily.Units.Statistic,
        Better = better,
        Definition = definition,
        Source = source,
        TakesWeights = takesWeights,
        Measure = (context, _) =>
        {
            var result = test(context);
            return new(result.Statistic) { PValue = result.PValue, Note = double.IsNaN(result.PValue) ? "undefined: these confidences leave nothing to chance that the test could see" : $"p-value: {result.Law}" };
        },
    };
}
