using LsCalib.Core.HypothesisTests;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.HypothesisTests;

public sealed class RightRowsTests
{
    [Fact]
    public void Hand_worked()
    {
        // .9 and .5: P(0) = .05, P(1) = .5, P(2) = .45. None right: 2 × .05; one right: more than half on either side.
        Assert.Equal(0.1, RightRows.PValue(ConfidenceOrder.From([0.9, 0.5], [false, false]), 0), 12);
        Assert.Equal(1, RightRows.PValue(ConfidenceOrder.From([0.9, 0.5], [true, false]), 0), 12);
        Assert.Equal(0.9, RightRows.PValue(ConfidenceOrder.From([0.9, 0.5], [true, true]), 0), 12);
        Assert.Equal(0, RightRows.PValue(ConfidenceOrder.From([1, 1], [true, false]), 0));
        Assert.Equal(1, RightRows.PValue(ConfidenceOrder.From([1, 0], [true, false]), 0));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(50, false)]
    [InlineData(50, true)]
    [InlineData(3000, false)]
    public void Calibrated_models_have_small_values_no_more_often_than_they_should(int rows, bool weighted)
    {
        // Confident rows, of which hardly any is wrong.
        int trials = weighted ? 400 : 4000;
        int below5 = 0;
        int below1 = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            var random = new SeededRandom(trial);
            var confidence = Enumerable.Range(0, rows).Select(_ => 1 - (0.4 * Math.Pow(random.NextDouble(), 8))).ToArray();
            var order = ConfidenceOrder.From(confidence, [.. confidence.Select(c => random.NextDouble() < c)]);
            double p = RightRows.PValue(weighted ? order.Weighted(RowWeights.From("w", [.. confidence.Select(_ => Math.Exp(random.NextGaussian()))])) : order, trial);
            below5 += p <= 0.05 ? 1 : 0;
            below1 += p <= 0.01 ? 1 : 0;
        }

        // Four standard errors above the level; counts are discrete, so far fewer are right too.
        Assert.InRange(below5 / (double)trials, 0, 0.05 + (4 * Math.Sqrt(0.05 * 0.95 / trials)));
        Assert.InRange(below1 / (double)trials, 0, 0.01 + (4 * Math.Sqrt(0.01 * 0.99 / trials)));
    }

    [Fact]
    public void Large_numbers_follow_the_normal_law_and_see_overconfidence()
    {
        var confidence = Enumerable.Range(0, 4000).Select(i => 0.3 + (0.6 * i / 4000)).ToArray();
        Assert.InRange(RightRows.PValue(ConfidenceOrder.From(confidence, [.. confidence.Select((c, i) => i % 2 == 0)]), 0), 0, 1e-10);
        var random = new SeededRandom(3);
        Assert.InRange(RightRows.PValue(ConfidenceOrder.From(confidence, [.. confidence.Select(c => random.NextDouble() < c)]), 0), 0.01, 1);
    }
}
