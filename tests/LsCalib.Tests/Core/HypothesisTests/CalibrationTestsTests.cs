using LsCalib.Core.HypothesisTests;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.HypothesisTests;

/// <summary>Statistics and p-values of the tests of calibration on given rows.</summary>
public sealed class CalibrationTestsTests
{
    private const double Exact = 1e-12;

    public static TheoryData<string> Names => ["Spiegelhalter", "Hosmer-Lemeshow", "Kolmogorov-Smirnov", "Kuiper", "T-Cal"];

    [Fact]
    public void Spiegelhalter_of_the_published_example()
    {
        var result = Spiegelhalter.Test(Order([0.1, 0.2, 0.4, 0.6, 0.8, 0.9], [0, 0, 1, 1, 1, 1]));
        Assert.Equal(-0.7205767, result.Statistic, 1e-7);

        // 2Φ(−0.7205767), by scipy.
        Assert.Equal(0.47116999, result.PValue, 1e-7);
    }

    [Fact]
    public void Cumulative_gap_of_a_worked_case()
    {
        // Sums of a−c: −0.2, 0.4, 0.8, 0.9; Σ c(1−c) = 0.16 + 0.24 + 0.24 + 0.09 = 0.73.
        var order = Order([0.9, 0.4, 0.2, 0.6], [1, 1, 0, 1]);
        Assert.Equal(0.9 / Math.Sqrt(0.73), KolmogorovSmirnov.Test(order).Statistic, Exact);
        Assert.Equal(1.1 / Math.Sqrt(0.73), Kuiper.Test(order).Statistic, Exact);
    }

    [Fact]
    public void Equal_confidences_are_one_step_of_the_cumulative_gap()
    {
        var order = Order([0.5, 0.5, 0.5, 0.5], [1, 1, 0, 0]);
        Assert.Equal((0, 1), (KolmogorovSmirnov.Test(order).Statistic, KolmogorovSmirnov.Test(order).PValue));
        Assert.Equal((0, 1), (Kuiper.Test(order).Statistic, Kuiper.Test(order).PValue));
    }

    [Fact]
    public void Statistics_of_240_rows_are_those_of_numpy()
    {
        var order = Order240();
        Assert.Equal(-0.062053468614204965, Spiegelhalter.Test(order).Statistic, Exact);
        Assert.Equal(0.9505202522090097, Spiegelhalter.Test(order).PValue, Exact);
        Assert.Equal(4.00009272829336, HosmerLemeshow.Test(order, seed: 1).Statistic, 1e-11);
        Assert.Equal(1.2890505392170373, KolmogorovSmirnov.Test(order).Statistic, Exact);
        Assert.Equal(0.394540806418182, KolmogorovSmirnov.Test(order).PValue, Exact);
        Assert.Equal(1.4427994675977138, Kuiper.Test(order).Statistic, Exact);
        Assert.Equal(0.565234415910422, Kuiper.Test(order).PValue, Exact);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_of_rows_does_not_matter(string name)
    {
        var random = new SeededRandom(23);
        double[] confidences = [.. Enumerable.Range(0, 200).Select(_ => Math.Round(random.NextDouble(), 2))];
        int[] correct = [.. confidences.Select(c => random.NextDouble() < c ? 1 : 0)];
        var places = Enumerable.Range(0, 200).ToArray();
        random.Shuffle<int>(places);
        var result = Run(name, Order(confidences, correct));
        Assert.Equal(result, Run(name, Order([.. places.Select(i => confidences[i])], [.. places.Select(i => correct[i])])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Over_and_under_confidence_are_found(string name)
    {
        Assert.InRange(Run(name, Model(3000, gap: -0.1, seed: 6)).PValue, 0, 0.002);
        Assert.InRange(Run(name, Model(3000, gap: 0.1, seed: 7)).PValue, 0, 0.002);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Certain_predictions_are_refuted_or_say_nothing(string name)
    {
        Assert.Equal((double.PositiveInfinity, 0), Values(Run(name, Order([1, 1, 0], [1, 0, 0]))));
        Assert.Equal((double.NaN, double.NaN), Values(Run(name, Order([1, 1, 0], [1, 1, 0]))));
        Assert.Equal((double.NaN, double.NaN), Values(Run(name, Order([], []))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Confidences_outside_the_unit_interval_are_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => Run(name, Order([0.5, 1.1], [1, 1])));
        Assert.Throws<ArgumentException>(() => Run(name, Order([0.5, -0.1], [1, 1])));
    }

    [Fact]
    public void One_row_is_tested_without_failing()
    {
        var order = Order([0.75], [1]);

        // z = 0.25 · (−0.5) / √(0.25 · 0.1875); a group of one row with O − E = 0.25.
        Assert.Equal(-0.125 / Math.Sqrt(0.046875), Spiegelhalter.Test(order).Statistic, Exact);
        Assert.Equal(0.0625 / 0.1875, HosmerLemeshow.Test(order, seed: 1).Statistic, Exact);
        Assert.Equal(1, HosmerLemeshow.Test(order, seed: 1).PValue);
        Assert.Equal(0.25 / Math.Sqrt(0.1875), Kuiper.Test(order).Statistic, Exact);
        Assert.Equal(double.NaN, TCal.Test(order, seed: 1).PValue);
    }

    /// <summary>A test by its name.</summary>
    internal static TestResult Run(string name, ConfidenceOrder order, long seed = 1) => name switch
    {
        "Spiegelhalter" => Spiegelhalter.Test(order),
        "Hosmer-Lemeshow" => HosmerLemeshow.Test(order, seed),
        "Kolmogorov-Smirnov" => KolmogorovSmirnov.Test(order),
        "Kuiper" => Kuiper.Test(order),
        _ => TCal.Test(order, seed, drawCount: 999),
    };

    /// <summary>A model whose accuracy is its confidence, 0.25 to 1, plus a gap.</summary>
    internal static ConfidenceOrder Model(int rows, double gap, long seed)
    {
        var random = new SeededRandom(seed);
        double[] confidences = [.. Enumerable.Range(0, rows).Select(_ => 0.25 + (0.375 * (random.NextDouble() + random.NextDouble())))];
        return ConfidenceOrder.From(confidences, [.. confidences.Select(c => random.NextDouble() < c + gap)]);
    }

    internal static ConfidenceOrder Order240()
    {
        double[] confidences = [.. Enumerable.Range(0, 240).Select(i => 0.15 + (0.8 * (i * 89 % 240) / 240))];
        return ConfidenceOrder.From(confidences, [.. confidences.Select((c, i) => ((i * 53) + 7) % 101 / 101.0 < Math.Pow(c, 1.15))]);
    }

    internal static ConfidenceOrder Order(double[] confidences, int[] correct) =>
        ConfidenceOrder.From(confidences, [.. correct.Select(value => value == 1)]);

    internal static (double Statistic, double PValue) Values(TestResult result) => (result.Statistic, result.PValue);
}
