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
    [InlineData(0.5, 0.99084300971023924, 0.99999991222227752)]
    [InlineData(1, 0.62922257020047609, 0.93663541207954943)]
    [InlineData(1.4999, 0.26726700611352192, 0.5130303049905938)]
    [InlineData(1.5001, 0.26716343039776211, 0.5128512106580404)]
    [InlineData(2, 0.091000523846366249, 0.18149433939418731)]
    [InlineData(3, 0.0053995921265203777, 0.010799168467638438)]
    [InlineData(5, 1.1466062875167756e-6, 2.2932125750335512e-6)]
    [InlineData(8, 2.4883842297087136e-15, 4.9767684594174273e-15)]
    public void Brownian_tails_are_exact_on_both_sides(double x, double ofMaximum, double ofRange)
    {
        // One series summed with 40 digits by mpmath.
        Assert.InRange(BrownianTails.OfMaximum(x) / ofMaximum, 1 - 1e-12, 1 + 1e-12);
        Assert.InRange(BrownianTails.OfRange(x) / ofRange, 1 - 1e-12, 1 + 1e-12);
    }

    [Fact]
    public void Brownian_tails_fall_from_one_to_zero()
    {
        Assert.Equal(1, BrownianTails.OfMaximum(0));
        Assert.Equal(1, BrownianTails.OfRange(0));
        Assert.Equal(1, BrownianTails.OfRange(1e-200));
        Assert.Equal(0, BrownianTails.OfMaximum(100));
        Assert.Equal(0, BrownianTails.OfRange(100));
        for (double x = 0.01; x < 6; x += 0.01)
        {
            Assert.True(BrownianTails.OfMaximum(x) <= BrownianTails.OfMaximum(x - 0.01));
            Assert.True(BrownianTails.OfRange(x) <= BrownianTails.OfRange(x - 0.01));
        }
    }

    [Fact]
    public void Brownian_tails_are_those_of_a_long_walk()
    {
        // A walk of 2,000 Gaussian steps misses its continuous extremes by some 0.58/√2000 = 0.013 on each side.
        var random = new SeededRandom(17);
        int aboveMaximum = 0;
        int aboveRange = 0;
        const int Walks = 2000;
        for (int walk = 0; walk < Walks; walk++)
        {
            double position = 0;
            double lowest = 0;
            double highest = 0;
            for (int i = 0; i < 2000; i++)
            {
                position += random.NextGaussian() / Math.Sqrt(2000);
                lowest = Math.Min(lowest, position);
                highest = Math.Max(highest, position);
            }

            aboveMaximum += Math.Max(highest, -lowest) > 1.3 - 0.013 ? 1 : 0;
            aboveRange += highest - lowest > 1.6 - 0.026 ? 1 : 0;
        }

        // Four standard errors of a proportion are 0.045 at most.
        Assert.Equal(BrownianTails.OfMaximum(1.3), aboveMaximum / (double)Walks, 0.045);
        Assert.Equal(BrownianTails.OfRange(1.6), aboveRange / (double)Walks, 0.045);
    }

    [Fact]
    public void Dense_groups_take_chi_squared()
    {
        // Ten groups of 40 rows at c = 0.25, 0.3, …, 0.7, each two correct rows off: Σ 4 / (40 c(1−c)).
        var confidences = new List<double>();
        var correct = new List<int>();
        double statistic = 0;
        for (int group = 0; group < 10; group++)
        {
            double c = (25 + (5 * group)) / 100.0;
            statistic += 4 / (40 * c * (1 - c));
            for (int i = 0; i < 40; i++)
            {
                confidences.Add(c);
                correct.Add(i < (40 * c) + (group % 2 == 0 ? 2 : -2) - 0.5 ? 1 : 0);
            }
        }

        var result = HosmerLemeshow.Test(Order([.. confidences], [.. correct]), seed: 1);
        Assert.Equal(statistic, result.Statistic, 1e-11);

        // scipy.stats.chi2.sf(4.406249306249306, 10).
        Assert.Equal(0.9271653240553944, result.PValue, Exact);
        Assert.Equal("chi-squared, 10 degrees of freedom", result.Law);
    }

    [Fact]
    public void Sparse_groups_are_simulated_exactly()
    {
        // Two rows in each of ten groups: 4^10 outcomes, their statistics added up group by group.
        double[] confidences = [.. Enumerable.Range(0, 20).Select(i => 0.52 + (i * 0.0237))];
        int[] correct = [.. Enumerable.Range(0, 20).Select(i => i % 4 == 1 ? 0 : 1)];
        var result = HosmerLemeshow.Test(Order(confidences, correct), seed: 2);
        Assert.Equal("9999 draws of the outcomes", result.Law);

        double Above(int group, double left, double probability)
        {
            if (group == 10)
            {
                return left <= 1e-9 ? probability : 0;
            }

            double first = confidences[2 * group];
            double second = confidences[(2 * group) + 1];
            double sum = 0;
            for (int outcome = 0; outcome < 4; outcome++)
            {
                double gap = (outcome & 1) + (outcome >> 1) - first - second;
                double p = ((outcome & 1) == 1 ? first : 1 - first) * (outcome >> 1 == 1 ? second : 1 - second);
                sum += Above(group + 1, left - (gap * gap / ((first + second) * (1 - ((first + second) / 2)))), probability * p);
            }

            return sum;
        }

        // Four standard errors of 9,999 draws.
        double exact = Above(0, result.Statistic, 1);
        Assert.InRange(exact, 0.05, 0.95);
        Assert.Equal(exact, result.PValue, 4 * Math.Sqrt(exact * (1 - exact) / 9999));
    }

    [Fact]
    public void Debiased_errors_of_a_worked_case()
    {
        // u = −0.2, 0.6, 0.4, 0.1. One bin: (0.9² − 0.57)/4 = 0.06. Two: (0.4² − 0.4)/2 = −0.12 and (0.5² − 0.17)/2 = 0.04. Four
        // bins hold one row each. All divided by 4.
        var order = Order([0.2, 0.4, 0.6, 0.9], [0, 1, 1, 1]);
        Assert.Equal(0.015, TCal.DebiasedError(order, 1), Exact);
        Assert.Equal(-0.02, TCal.DebiasedError(order, 2), Exact);
        Assert.Equal(0, TCal.DebiasedError(order, 4), Exact);
    }

    [Fact]
    public void Debiased_errors_put_an_edge_into_the_bin_below()
    {
        // 0.5 belongs to (0, 0.5], with 0.25; 0 belongs to it, too: u = 0, −0.25, 0.5.
        var order = Order([0, 0.25, 0.5, 0.75], [0, 0, 1, 1]);
        Assert.Equal(((0.25 * 0.25) - 0.3125) / 3 / 4, TCal.DebiasedError(order, 2), Exact);
    }

    [Theory]
    [InlineData(1, 0.00019605709876543395)]
    [InlineData(2, -0.000615164416387662)]
    [InlineData(4, -0.0011385315965683183)]
    [InlineData(8, -0.0025939671908750852)]
    [InlineData(15, -0.00656127250997865)]
    [InlineData(16, -0.007069833089668614)]
    public void Debiased_errors_of_240_rows_are_those_of_numpy(int binCount, double expected) =>
        Assert.Equal(expected, TCal.DebiasedError(Order240(), binCount), Exact);

    [Fact]
    public void Fine_scales_agree_with_debiased_errors()
    {
        var random = new SeededRandom(19);
        double[] confidences = [.. Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? 1 - Math.Exp(-20 * random.NextDouble()) : Math.Round(random.NextDouble(), 1))];
        var order = Order(confidences, [.. confidences.Select(c => random.NextDouble() < c ? 1 : 0)]);
        var scales = new TCalScales(order);
        var errors = Enumerable.Range(0, scales.Count).Select(_ => new double[1]).ToArray();
        scales.OfOutcomes(order.Correct, errors);
        double[] distinct = [.. Enumerable.Range(1, 14).Select(scale => TCal.DebiasedError(order, 1 << scale))];
        Assert.InRange(scales.Count, 10, 15);
        for (int scale = 0; scale < Math.Min(scales.Count, 14); scale++)
        {
            Assert.Contains(distinct, error => Math.Abs(error - errors[scale][0]) < 1e-9);
        }
    }

    [Fact]
    public void T_cal_has_the_exact_p_value_of_a_tiny_case()
    {
        // Four rows at 0.5, all right: only all right or all wrong is as extreme, 2 of 16 outcomes, at every number of bins.
        var result = TCal.Test(Order([0.5, 0.5, 0.5, 0.5], [1, 1, 1, 1]), seed: 3);
        Assert.Equal(0.125, result.Statistic, 0.025);
        Assert.Equal(result.Statistic, result.PValue);
    }

    [Fact]
    public void T_cal_can_be_as_sure_as_its_draws_allow()
    {
        var result = TCal.Test(Model(3000, gap: -0.2, seed: 4), seed: 5, drawCount: 499);
        Assert.Equal(1 / 500.0, result.PValue, Exact);
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
    public void A_group_of_ones_adds_nothing_unless_one_is_wrong()
    {
        double[] confidences = [.. Enumerable.Repeat(1.0, 50), .. Enumerable.Repeat(0.5, 50)];
        int[] correct = [.. Enumerable.Repeat(1, 50), .. Enumerable.Range(0, 50).Select(i => i % 2)];
        Assert.Equal((0, 1), Values(HosmerLemeshow.Test(Order(confidences, correct), seed: 1)));
        correct[3] = 0;
        Assert.Equal((double.PositiveInfinity, 0), Values(HosmerLemeshow.Test(Order(confidences, correct), seed: 1)));
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

    private static (double Statistic, double PValue) Values(TestResult result) => (result.Statistic, result.PValue);

    private static ConfidenceOrder Order240()
    {
        double[] confidences = [.. Enumerable.Range(0, 240).Select(i => 0.15 + (0.8 * (i * 89 % 240) / 240))];
        return ConfidenceOrder.From(confidences, [.. confidences.Select((c, i) => ((i * 53) + 7) % 101 / 101.0 < Math.Pow(c, 1.15))]);
    }

    private static ConfidenceOrder Order(double[] confidences, int[] correct) =>
        ConfidenceOrder.From(confidences, [.. correct.Select(value => value == 1)]);
}
