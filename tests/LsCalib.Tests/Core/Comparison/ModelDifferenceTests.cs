using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Statistics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Tests.Core.Comparison;

public sealed class ModelDifferenceTests
{
    private static readonly string[] Keys = ["accuracy", "nll", "brier", "ece-15", "ece-15-mass", "smooth-ece", "l2-debiased-15", "aurc"];

    [Fact]
    public void The_numbers_of_means_are_those_of_paired_rows()
    {
        var (first, other) = Pairs.Of(500, 1, noise: 0.5, candidate: 1.4);
        var found = Compare(first, other);
        double[] Nll(RowResults rows) => [.. Enumerable.Range(0, 500).Select(rows.Nll)];
        var mean = PairedMean.Of(Nll(other), Nll(first));
        var nll = found["nll"];
        Assert.Equal(mean.Value, nll.Value, 1e-14);
        Assert.Equal(mean.At(0.9)!.Upper, nll.Interval!.Upper, 1e-14);
        Assert.Equal(2 * Normal.CDF(0, 1, -Math.Abs(mean.Value / mean.StandardError)), nll.PValue, 1e-12);

        // More is better: the interval is that of other − first all the same.
        double[] Right(RowResults rows) => [.. Enumerable.Range(0, 500).Select(row => rows.IsCorrect(row) ? 1.0 : 0)];
        var accuracy = found["accuracy"];
        var change = PairedMean.Of(Right(other), Right(first));
        Assert.Equal(change.Value, accuracy.Value, 1e-14);
        Assert.Equal(change.At(0.9)!.Lower, accuracy.Interval!.Lower, 1e-14);
        Assert.Equal(McNemar.Of(first, other).PValue, accuracy.PValue);
        Assert.Equal(Holm.Adjust([.. found.Values.Select(one => one.PValue)]), found.Values.Select(one => one.AdjustedPValue));
    }

    [Fact]
    public void A_p_value_is_below_a_level_where_the_interval_leaves_out_0()
    {
        for (long seed = 0; seed < 12; seed++)
        {
            var (first, other) = Pairs.Of(300, seed, noise: 0.3, candidate: 1 + (0.15 * seed));
            foreach (var one in Compare(first, other).Values.Where(one => one.Info.Key != "accuracy"))
            {
                bool isOut = one.Interval!.Lower > 0 || one.Interval.Upper < 0;
                Assert.True(isOut == one.PValue < 0.1, $"{one.Info.Key}: {one.Interval}, p = {one.PValue}");
            }
        }
    }

    [Fact]
    public void A_model_does_not_differ_from_itself()
    {
        var (first, _) = Pairs.Of(300, 3);
        Assert.All(Compare(first, first).Values, one =>
        {
            Assert.Equal(0, one.Value);
            Assert.Equal((0, 0), (one.Interval!.Lower, one.Interval.Upper));
            Assert.Equal((1, 1), (one.PValue, one.AdjustedPValue));
            Assert.Null(one.IsBetter);
        });
    }

    [Fact]
    public void What_a_second_candidate_is_compared_with_is_not_drawn_anew()
    {
        var (first, other) = Pairs.Of(300, 4, candidate: 2);
        var rows = new PairedRows(first, first, new() { ResampleCount = 200, Threads = 1 });
        ModelDifference.Of(rows.With(first, null), Keys, 0.9);
        var again = ModelDifference.Of(rows.With(other, null), Keys, 0.9);
        Assert.Equal(Compare(first, other).Values, again);
    }

    private static Dictionary<string, ModelDifference> Compare(RowResults first, RowResults other) => ModelDifference
        .Of(new PairedRows(first, other, new MetricSet { ResampleCount = 200, Threads = 1 }), Keys, 0.9)
        .ToDictionary(one => one.Info.Key);
}
