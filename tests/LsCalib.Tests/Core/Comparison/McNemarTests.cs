using LsCalib.Core.Comparison;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core.Comparison;

/// <summary>Paired counts, worked by hand.</summary>
public sealed class McNemarTests
{
    [Theory]
    [InlineData(1, 5, 2 * (1 + 6) / 64.0)]
    [InlineData(5, 1, 2 * (1 + 6) / 64.0)]
    [InlineData(0, 10, 2 / 1024.0)]
    [InlineData(2, 3, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(0, 0, 1)]
    public void The_p_value_is_twice_the_binomial_tail(int lost, int won, double expected) => Assert.Equal(expected, new McNemar(lost, won).PValue, 1e-14);

    [Fact]
    public void Rows_are_counted_that_one_model_alone_has_right()
    {
        var (first, other) = Models();
        Assert.Equal(new McNemar(1, 2), McNemar.Of(first, other));
    }

    [Fact]
    public void Changes_of_outputs_are_those_of_the_rows()
    {
        var (first, other) = Models();
        var change = OutputChange.Between(first, other);
        Assert.Equal((0.1 + 0 + 0.2 + 0.3 + 0) / 5, change.MeanConfidence, 1e-15);
        Assert.Equal(0.3, change.LargestConfidence, 1e-15);
        Assert.Equal(4, change.Predictions);
        Assert.Equal(new OutputChange(0, 0, 0, new(0, 0)), OutputChange.Between(first, first));
    }

    [Fact]
    public void Holm_adjusts_each_by_those_not_smaller()
    {
        var adjusted = Holm.Adjust([0.01, 0.04, double.NaN, 0.03, 0.9]);
        Assert.Equal([0.04, 0.09, double.NaN, 0.09, 0.9], adjusted.Select(p => Math.Round(p, 12)));
        Assert.Empty(Holm.Adjust([]));
    }

    /// <summary>Labels 0 0 1 1 2; the first has rows 0 and 4 right, the other rows 1, 2 and 4.</summary>
    private static (RowResults First, RowResults Other) Models()
    {
        int[] labels = [0, 0, 1, 1, 2];
        RowResults Of(int[] predicted, double[] confidence) => new(labels, predicted, confidence, [.. confidence.Select(c => c / 2)], [.. confidence.Select(c => 1 - c)], 3);
        return (Of([0, 1, 0, 0, 2], [.5, .6, .7, .5, .9]), Of([1, 0, 1, 2, 2], [.6, .6, .5, .8, .9]));
    }
}
