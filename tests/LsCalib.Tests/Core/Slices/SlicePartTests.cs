using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using static LsCalib.Tests.Core.Slices.SliceTableTests;

namespace LsCalib.Tests.Core.Slices;

/// <summary>Slices of rows that are grouped or weighted.</summary>
public sealed class SlicePartTests
{
    private const int Rows = 480;
    private const int OfGroup = 8;
    private readonly double[] _confidences = new double[Rows];
    private readonly bool[] _correct = new bool[Rows];
    private readonly string[] _slices = new string[Rows];
    private readonly int[] _groups = new int[Rows];

    public SlicePartTests()
    {
        // 60 groups of eight rows that are right or wrong together; every third group is of slice b.
        var random = new SeededRandom(9);
        for (int first = 0; first < Rows; first += OfGroup)
        {
            double confidence = 0.5 + (0.4 * random.NextDouble());
            bool correct = random.NextDouble() < confidence;
            for (int row = first; row < first + OfGroup; row++)
            {
                (_confidences[row], _correct[row], _groups[row]) = (confidence, correct, first / OfGroup);
                _slices[row] = _groups[row] % 3 == 0 ? "b" : "a";
            }
        }
    }

    private ConfidenceOrder Order => ConfidenceOrder.From(_confidences, _correct);

    [Fact]
    public void A_slice_is_measured_as_its_rows_with_their_groups_alone()
    {
        var options = new MetricSet { ResampleCount = 400, Groups = RowGroups.From("g", _groups) };
        var slice = SliceTable.Compute(options, Order, [Column("s", _slices)]).Single(slice => slice.Value == "b");
        int[] rows = [.. Enumerable.Range(0, Rows).Where(row => _slices[row] == "b")];
        var alone = (options with { Groups = RowGroups.From("g", Array.ConvertAll(rows, row => _groups[row])) }).Compute(
            ConfidenceOrder.From(Array.ConvertAll(rows, row => _confidences[row]), Array.ConvertAll(rows, row => _correct[row])));
        Assert.Equal(160, slice.Count);
        foreach (var (key, measured) in new[] { ("accuracy", slice.Accuracy), ("mean-confidence", slice.MeanConfidence), ("gap", slice.Gap), ("ece-15", slice.Ece) })
        {
            Assert.Equal(alone[key].Value, measured.Value, 1e-12);
            Assert.Equal(alone[key].Interval!.Lower, measured.Interval!.Lower, 1e-12);
            Assert.Equal(alone[key].Interval!.Upper, measured.Interval!.Upper, 1e-12);
        }
    }

    [Fact]
    public void Intervals_of_slices_respect_groups()
    {
        var options = new MetricSet { ResampleCount = 400 };
        double Width(MetricSet set) => SliceTable.Compute(set, Order, [Column("s", _slices)]).Select(slice => slice.Accuracy.Interval!).Sum(interval => interval.Upper - interval.Lower);
        double rows = Width(options);
        double groups = Width(options with { Groups = RowGroups.From("g", _groups) });
        Assert.Equal(rows * Math.Sqrt(OfGroup), groups, 0.2 * groups);
    }

    [Fact]
    public void A_slice_of_one_group_has_numbers_and_no_interval()
    {
        string[] slices = [.. _groups.Select(group => group == 7 ? "one" : "rest")];
        var options = new MetricSet { ResampleCount = 200, Groups = RowGroups.From("g", _groups) };
        var table = SliceTable.Compute(options, Order, [Column("s", slices)]);
        var one = table.Single(slice => slice.Value == "one");
        Assert.Equal(OfGroup, one.Count);
        Assert.Equal(_correct[7 * OfGroup] ? 1 : 0, one.Accuracy.Value);
        Assert.All(new[] { one.Accuracy, one.MeanConfidence, one.Gap, one.Ece }, measured => Assert.Null(measured.Interval));
        Assert.True(one.Ece.NoiseFloor!.Mean > 0);
        Assert.NotNull(table.Single(slice => slice.Value == "rest").Gap.Interval);
    }

    [Fact]
    public void The_weights_of_a_slice_are_those_of_its_rows()
    {
        var weights = RowWeights.From("w", Array.ConvertAll(_groups, group => group % 5 * 1.0));
        var places = Enumerable.Range(0, Rows).Where(place => _slices[Order.Row[place]] == "b").ToList();
        var part = SlicePart.From(new MetricSet { Weights = weights, Groups = RowGroups.From("g", _groups) }, Order, places);
        double mean = places.Average(place => _groups[Order.Row[place]] % 5);
        Assert.Equal(places.Count, part.Weights!.OfRow.Length);
        for (int i = 0; i < places.Count; i++)
        {
            Assert.Equal(_groups[Order.Row[places[i]]] % 5 / mean, part.Weights.OfRow[i], 1e-12);
            Assert.Equal(_groups[Order.Row[places[i]]] / 3, part.Groups!.OfRow[i]);
        }

        Assert.Equal("w", part.Weights.Name);
    }

    [Fact]
    public void A_slice_without_weight_is_counted_and_comes_last_without_numbers()
    {
        var weights = RowWeights.From("w", Array.ConvertAll(_slices, slice => slice == "b" ? 0.0 : 1));
        var table = SliceTable.Compute(new MetricSet { ResampleCount = 200, Weights = weights }, Order, [Column("s", _slices)]);
        Assert.Equal(["a", "b"], table.Select(slice => slice.Value));
        Assert.Equal(160, table[1].Count);
        Assert.All(new[] { table[1].Accuracy, table[1].MeanConfidence, table[1].Gap, table[1].Ece }, measured => Assert.Equal(new Measurement(double.NaN), measured));
        Assert.True(double.IsNaN(table[1].PValue) && double.IsNaN(table[1].AdjustedPValue) && double.IsNaN(table[1].ExcessEce));
        Assert.True(table[0].Accuracy.Value > 0);
    }

    [Fact]
    public void Values_that_no_row_has_are_no_slices()
    {
        var slices = SliceTable.Compute(new MetricSet(), Order, [new SliceColumn("s", ["x", "nobody", "y"], Array.ConvertAll(_slices, slice => slice == "a" ? 0 : 2))]);
        Assert.Equal(["x", "y"], slices.Select(slice => slice.Value).Order());
    }
}
