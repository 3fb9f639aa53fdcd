using LsCalib.Core.Catalog;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Slices;

namespace LsCalib.Tests.Core.Slices;

public sealed class SliceTableTests
{
    /// <summary>A column of one text a row.</summary>
    internal static SliceColumn Column(string name, string[] ofRow)
    {
        string[] values = [.. ofRow.Distinct().Order(StringComparer.Ordinal)];
        return new(name, [.. values], Array.ConvertAll(ofRow, text => Array.IndexOf(values, text)));
    }

    [Fact]
    public void The_slice_that_is_wrong_comes_first_and_alone_is_significant()
    {
        // Ten slices of 200 rows; only that of value 7 claims .15 too much.
        var random = new SeededRandom(3);
        var values = Enumerable.Range(0, 2000).Select(i => $"{i % 10}").ToArray();
        var confidences = values.Select(_ => 0.5 + (0.4 * random.NextDouble())).ToArray();
        var correct = confidences.Select((c, i) => random.NextDouble() < c - (values[i] == "7" ? 0.15 : 0)).ToArray();
        var slices = SliceTable.Compute(new MetricSet { ResampleCount = 100 }, ConfidenceOrder.From(confidences, correct), [Column("site", values)]);
        Assert.Equal(10, slices.Length);
        Assert.Equal("7", slices[0].Value);
        Assert.True(slices[0].AdjustedPValue < 0.01);
        Assert.All(slices.Skip(1), slice => Assert.True(slice.AdjustedPValue > 0.05, $"{slice.Value}: {slice.AdjustedPValue}"));
        Assert.All(slices, slice => Assert.Equal(200, slice.Count));
        Assert.Equal(correct.Where((_, i) => values[i] == "7").Count(right => right) / 200.0, slices[0].Accuracy.Value, 1e-12);
        Assert.InRange(slices[0].Ece.Interval!.Lower, 0.02, slices[0].Ece.Value);
    }

    [Fact]
    public void P_values_are_adjusted_over_all_columns_by_Holm()
    {
        var random = new SeededRandom(5);
        var confidences = Enumerable.Range(0, 600).Select(_ => 0.5 + (0.4 * random.NextDouble())).ToArray();
        var correct = confidences.Select(c => random.NextDouble() < c).ToArray();
        var slices = SliceTable.Compute(
            new MetricSet(),
            ConfidenceOrder.From(confidences, correct),
            [Column("a", [.. Enumerable.Range(0, 600).Select(i => $"{i % 2}")]), Column("b", [.. Enumerable.Range(0, 600).Select(i => $"{i % 3}")])]);
        Assert.Equal(5, slices.Length);
        var byP = slices.OrderBy(slice => slice.PValue).ToList();
        Assert.Equal(Math.Min(1, 5 * byP[0].PValue), byP[0].AdjustedPValue, 1e-12);
        for (int i = 1; i < 5; i++)
        {
            Assert.Equal(Math.Max(byP[i - 1].AdjustedPValue, Math.Min(1, (5 - i) * byP[i].PValue)), byP[i].AdjustedPValue, 1e-12);
        }
    }

    [Fact]
    public void A_slice_of_one_row_is_measured_and_makes_no_number_up()
    {
        var slices = SliceTable.Compute(
            new MetricSet { ResampleCount = 100 }, ConfidenceOrder.From([0.9, 0.8, 0.7], [true, false, true]), [Column("c", ["x", "x", "y"])]);
        var one = slices.Single(slice => slice.Count == 1);
        Assert.Equal(1, one.Accuracy.Value);
        Assert.Equal(0.3, one.Ece.Value, 1e-12);
        Assert.InRange(one.PValue, 0.2, 1);
        Assert.Null(one.Gap.Interval);
    }

    [Fact]
    public void Too_many_values_are_refused()
    {
        var confidences = Enumerable.Repeat(0.5, 1001).ToArray();
        var order = ConfidenceOrder.From(confidences, new bool[1001]);
        var values = Enumerable.Range(0, 1001).Select(i => $"{i}").ToArray();
        Assert.Throws<ArgumentException>(() => SliceTable.Compute(new MetricSet(), order, [Column("id", values)]));
        Assert.Throws<ArgumentException>(() => SliceTable.Compute(new MetricSet(), order, [Column("id", values[..5])]));
    }
}
