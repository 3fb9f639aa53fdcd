using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Catalog;

public sealed class ExplainerTests
{
    private static readonly ConfidenceOrder Order = MakeOrder();

    public static TheoryData<string> BinnedKeys =>
    [
        "ece-15", "ece-7-mass", "ece-15-over", "ece-15-under", "mce-15", "mce-15-mass", "mce-15-min10", "rmsce-15", "rmsce-15-mass", "l2-debiased-15", "sweep-ece",
        "guo-ece-15", "torchmetrics-ece-15", "torchmetrics-mce-15", "torchmetrics-rmsce-15", "netcal-ece-10", "netcal-mce-10", "netcal-ace-10", "netcal-ece-5-mass", "relplot-binned-ece-10",
        "verified-ece-15", "verified-ece-15-mass", "verified-l2-15", "verified-l2-debiased-15", "mapie-ece-50", "helm-ece-10",
    ];

    [Theory]
    [MemberData(nameof(BinnedKeys))]
    public void The_arithmetic_ends_in_the_value(string key)
    {
        var explanation = Explainer.Explain(new MetricSet(), key, Order);
        var arithmetic = explanation.Arithmetic!;
        double last = arithmetic.Bins[^1].Running;
        double value = arithmetic.Fold switch
        {
            BinFold.RootOfSum => Math.Sqrt(Math.Max(last, 0)),
            BinFold.Mean => last / arithmetic.Bins.Count(bin => bin.Bin.Count > 0),
            _ => last,
        };
        bool single = explanation.Metric.Info.Library is "guo" or "torchmetrics";
        Assert.Equal(explanation.Metric.Measurement.Value, value, single ? 1e-6 : 1e-13);
        Assert.True(value > 0);
        Assert.Equal(key.StartsWith("guo", StringComparison.Ordinal) ? 598 : 600, arithmetic.Bins.Sum(bin => bin.Bin.Count));
    }

    [Fact]
    public void Reasons_count_the_rows_that_matter()
    {
        // Two confidences of 0, five of 1, one on an edge of 15 bins, 1/5 in double.
        var related = Explainer.Explain(new MetricSet(), "ece-15", Order).Related.ToDictionary(one => one.Metric.Info.Key);
        Assert.Contains("2 rows have confidence exactly 0: in no bin", related["guo-ece-15"].Reasons);
        Assert.Contains("5 rows have confidence 1 in single precision: bin 16", related["torchmetrics-ece-15"].Reasons);
        Assert.Contains("5 rows have confidence exactly 1: bin 11", related["relplot-binned-ece-10"].Reasons);
        Assert.Contains("no row lies on an edge, so closed sides do not matter", related["verified-ece-15"].Reasons);
        Assert.Contains("the same number", related["verified-ece-15"].Reasons);
        Assert.Equal(0, related["verified-ece-15"].Difference, 1e-15);
        Assert.Contains("its 50 bins are 50 edges: 49 intervals, and a bin for confidence 0", related["mapie-ece-50"].Reasons);
        Assert.Contains("bins of equal mass, not of equal width", related["helm-ece-10"].Reasons);
        double fifteen = new MetricSet { Keys = ["netcal-ece-15"] }.Compute(Order)["netcal-ece-15"].Value;
        Assert.Contains(FormattableString.Invariant($"10 bins, not 15; with 15 it gives {fifteen:0.0000000000}"), related["netcal-ece-10"].Reasons);
    }

    [Fact]
    public void A_row_on_an_edge_is_seen()
    {
        var order = ConfidenceOrder.From([0.25, 0.5, 0.75], [true, false, true]);
        var related = Explainer.Explain(new MetricSet(), "ece-2", order).Related.Single(one => one.Metric.Info.Key == "netcal-ece-10");
        Assert.Contains("1 row lies on an edge, or within rounding of one, and in another bin than with ours", related.Reasons);
    }

    [Theory]
    [InlineData("smooth-ece", "relplot-smece")]
    [InlineData("l2-debiased-15", "verified-l2-debiased-15")]
    [InlineData("rmsce-15", "torchmetrics-rmsce-15,verified-l2-15")]
    [InlineData("guo-ece-15", "ece-15")]
    [InlineData("helm-ece-10", "ece-10-mass")]
    [InlineData("relplot-smece", "smooth-ece")]
    [InlineData("accuracy", "")]
    public void The_same_quantity_is_found(string key, string related) =>
        Assert.Equal(related, string.Join(',', Explainer.Explain(new MetricSet(), key, Order).Related.Select(one => one.Metric.Info.Key)));

    [Fact]
    public void A_metric_is_the_one_that_is_measured()
    {
        var (logits, labels) = Samples.Calibrated(400, 3, 1, 2, 3);
        var scores = Samples.Logits(logits, 3);
        var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, 15);
        var options = new MetricSet { ResampleCount = 100 };
        foreach (string key in new[] { "ece-15", "nll", "aurc", "verified-l2-debiased-15-marginal" })
        {
            var explained = Explainer.Explain(options, key, scores, RowScaling.None, statistics).Metric.Measurement;
            var measured = (options with { Keys = [key] }).Compute(scores, RowScaling.None, statistics)[key];
            Assert.Equal(measured.Value, explained.Value);
            Assert.Equal(measured.NoiseFloor, explained.NoiseFloor);
        }

        Assert.NotNull(Explainer.Obstacle("top5-accuracy", 3, isWeighted: false));
        Assert.Null(Explainer.Obstacle("top5-accuracy", 6, isWeighted: false));
        Assert.NotNull(Explainer.Obstacle("aurc", 6, isWeighted: true));
        Assert.Throws<ArgumentException>(() => Explainer.Explain(options, "top5-accuracy", scores, RowScaling.None, statistics));
        Assert.Throws<ArgumentException>(() => Explainer.Explain(options, "nll", Order));
        Assert.Throws<ArgumentException>(() => Explainer.Explain(options, "none", Order));
    }

    private static ConfidenceOrder MakeOrder()
    {
        var random = new SeededRandom(11);
        double[] c = [0, 0, 1, 1, 1, 1, 1, 0.2, .. Enumerable.Range(0, 592).Select(_ => 0.2 + (0.79 * random.NextDouble()))];
        return ConfidenceOrder.From(c, [.. c.Select(value => random.NextDouble() < (value > 0.5 ? value * value : Math.Sqrt(value)))]);
    }
}
