using LsCalib.Core.Binless;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Binless;

public sealed class IsotonicRegressionTests
{
    [Fact]
    public void Violators_and_equals_are_pooled()
    {
        // 0 | 1, 0 violate: 1/2 | 1, 1 are equal.
        var fit = IsotonicRegression.Fit(ConfidenceOrder.From([0.2, 0.4, 0.5, 0.7, 0.9], [false, true, false, true, true]));
        IsotonicBlock[] expected = [new(0.2, 0.2, 1, 0), new(0.4, 0.5, 2, 0.5), new(0.7, 0.9, 2, 1)];
        Assert.Equal(expected, fit.Blocks);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.2, 0)]
    [InlineData(0.3, 0.25)]
    [InlineData(0.4, 0.5)]
    [InlineData(0.45, 0.5)]
    [InlineData(0.6, 0.75)]
    [InlineData(0.8, 1)]
    [InlineData(1, 1)]
    [InlineData(double.NaN, double.NaN)]
    public void Values_are_constant_in_blocks_and_linear_between(double confidence, double expected)
    {
        var fit = IsotonicRegression.Fit(ConfidenceOrder.From([0.2, 0.4, 0.5, 0.7, 0.9], [false, true, false, true, true]));
        Assert.Equal(expected, fit.ValueAt(confidence), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void Values_are_those_of_the_max_min_formula(int steps)
    {
        var (c, a) = Predictions.Sample(70, 1, 0.3, steps);
        var order = ConfidenceOrder.From(c, a);
        var fit = IsotonicRegression.Fit(order);
        var distinct = c.Distinct().Order().ToArray();
        var counts = distinct.Select(value => c.Count(x => x == value)).ToArray();
        var hits = distinct.Select(value => c.Where((x, i) => x == value && a[i]).Count()).ToArray();
        for (int i = 0; i < distinct.Length; i++)
        {
            double value = Enumerable.Range(0, i + 1).Max(s => Enumerable.Range(i, distinct.Length - i).Min(t =>
                (double)hits[s..(t + 1)].Sum() / counts[s..(t + 1)].Sum()));
            Assert.Equal(value, fit.ValueAt(distinct[i]), 1e-12);
        }

        Assert.Equal(70, fit.Blocks.Sum(block => block.Count));
        for (int i = 1; i < fit.Blocks.Length; i++)
        {
            Assert.True(fit.Blocks[i].Value > fit.Blocks[i - 1].Value);
            Assert.True(fit.Blocks[i].Lower > fit.Blocks[i - 1].Upper);
        }
    }

    [Fact]
    public void Ties_are_one_observation_in_any_order()
    {
        // In either order of rows the first two are 1/2.
        IsotonicBlock[] expected = [new(0.5, 0.5, 2, 0.5), new(0.8, 0.8, 1, 1)];
        Assert.Equal(expected, IsotonicRegression.Fit(ConfidenceOrder.From([0.5, 0.5, 0.8], [true, false, true])).Blocks);
        Assert.Equal(expected, IsotonicRegression.Fit(ConfidenceOrder.From([0.5, 0.5, 0.8], [false, true, true])).Blocks);
    }

    [Fact]
    public void No_rows_have_no_value()
    {
        var fit = IsotonicRegression.Fit(ConfidenceOrder.From([], []));
        Assert.Empty(fit.Blocks);
        Assert.Equal(double.NaN, fit.ValueAt(0.5));
        Assert.Throws<ArgumentException>(() => IsotonicRegression.Fit(ConfidenceOrder.From([2], [true])));
    }
}
