using LsCalib.Core.HypothesisTests;
using LsCalib.Core.Numerics;
using static LsCalib.Tests.Core.HypothesisTests.CalibrationTestsTests;

namespace LsCalib.Tests.Core.HypothesisTests;

/// <summary>Debiased errors at every scale, and the test that looks at all of them.</summary>
public sealed class TCalTests
{
    private const double Exact = 1e-12;

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
}
