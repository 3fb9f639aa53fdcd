using LsCalib.Core.Catalog;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core.Resampling;

/// <summary>Groups are few, or few of them have a wrong row.</summary>
public sealed class FewGroupsTests
{
    [Theory]
    [InlineData(12, 250)]
    [InlineData(40, 500)]
    public void A_few_groups_of_many_rows_show_how_they_scatter(int groupCount, int rows)
    {
        // Every group has wrong rows, so few as there are: no interval is that of so many single rows.
        var random = new SeededRandom(groupCount);
        int n = groupCount * rows;
        var correct = new bool[n];
        for (int i = 0; i < n; i++)
        {
            correct[i] = random.NextDouble() < 0.9 + (0.02 * ((i / rows % 3) - 1));
        }

        var order = ConfidenceOrder.From([.. Enumerable.Range(0, n).Select(i => 0.93 + (0.04 * i / n))], correct);
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, n).Select(i => i / rows)]);
        var evaluation = new MetricSet { Keys = ["gap", "ece-15", "accuracy"], ResampleCount = 1000, Groups = groups }.Compute(order);
        var accuracy = evaluation["accuracy"].Interval!;
        var gap = evaluation["gap"].Interval!;
        Assert.InRange((gap.Upper - gap.Lower) / (accuracy.Upper - accuracy.Lower), 0.7, 1.4);
        Assert.True(evaluation["ece-15"].Interval!.Upper < evaluation["ece-15"].Value + (accuracy.Upper - accuracy.Lower));
    }

    [Fact]
    public void Wrong_rows_in_few_groups_count_as_so_many_outcomes()
    {
        // Three of 50 groups hold all wrong rows, 20 each: 3 outcomes among 3/0.06 rows.
        bool[] correct = [.. Enumerable.Range(0, 1000).Select(i => i % 50 >= 3)];
        var order = ConfidenceOrder.From([.. Enumerable.Repeat(0.95, 1000)], correct);
        var set = new MetricSet { Keys = ["gap"], ResampleCount = 1000, Groups = RowGroups.From("g", [.. Enumerable.Range(0, 1000).Select(i => i % 50)]) };
        var interval = set.Compute(order)["gap"].Interval!;
        Assert.Equal(Intervals.Wilson(0.94, 50, 0.95).Lower - 0.95, interval.Lower, 1e-9);
    }
}
