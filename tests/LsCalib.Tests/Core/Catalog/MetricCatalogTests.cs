using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Catalog;

public sealed class MetricCatalogTests
{
    [Fact]
    public void Keys_are_unique_and_find_themselves()
    {
        var all = MetricCatalog.All();
        Assert.Equal(all.Count, all.Select(info => info.Key).Distinct().Count());
        Assert.Equal(all.Count, all.Select(info => info.Title).Distinct().Count());
        Assert.DoesNotContain(all, info => info.Library is not null);
        var compat = MetricCatalog.Libraries.SelectMany(MetricCatalog.OfLibrary).ToList();
        Assert.All(MetricCatalog.Libraries, library => Assert.Contains(compat, info => info.Library == library && info.Key.StartsWith(library, StringComparison.Ordinal)));
        Assert.Equal(compat.Count, compat.Select(info => info.Key).Concat(compat.Select(info => info.Title)).Distinct().Count() / 2);
        foreach (var info in all.Concat(MetricCatalog.All(7)).Concat(compat))
        {
            Assert.Equal(info, MetricCatalog.Find(info.Key));
            Assert.DoesNotContain('#', info.Key + info.Title + info.Definition);
            Assert.InRange(info.Title.Length, 2, 27);
            Assert.False(info.Definition.EndsWith('.'));
        }
    }

    [Theory]
    [InlineData("ece")]
    [InlineData("ece-")]
    [InlineData("ece-0")]
    [InlineData("ece-015")]
    [InlineData("ece-1001")]
    [InlineData("ece-99999999999999999999")]
    [InlineData("ECE-15")]
    [InlineData("ece-15-")]
    [InlineData("mce-15-min11")]
    [InlineData("accuracy-15")]
    [InlineData("")]
    public void Other_words_name_no_metric(string key) => Assert.Null(MetricCatalog.Find(key));

    [Theory]
    [InlineData("ece15", "ece-15")]
    [InlineData("ece-20-mas", "ece-20-mass")]
    [InlineData("acuracy", "accuracy")]
    [InlineData("classwise-ece", "classwise-ece-15")]
    [InlineData("NLL", "nll")]
    [InlineData("ece", "ece-15")]
    [InlineData("guo-ece", "guo-ece-15")]
    [InlineData("netcal-ece20", "netcal-ece-20")]
    public void The_nearest_key_is_suggested(string word, string key) => Assert.Equal(key, MetricCatalog.Nearest(word));

    [Fact]
    public void The_default_set_is_in_the_catalog()
    {
        foreach (string key in new MetricSet(20, Binning.EqualMass).DefaultKeys)
        {
            Assert.NotNull(MetricCatalog.Find(key));
        }
    }

    [Fact]
    public void A_metric_does_not_depend_on_the_others_wanted()
    {
        var random = new SeededRandom(1);
        var confidences = Enumerable.Range(0, 400).Select(_ => random.NextDouble()).ToArray();
        var order = ConfidenceOrder.From(confidences, [.. confidences.Select(c => random.NextDouble() < c * c)]);
        var all = new MetricSet { Keys = [.. MetricCatalog.All().Select(info => info.Key)], ResampleCount = 100 }.Compute(order);
        Assert.NotEmpty(all.Omitted);
        foreach (var (info, measurement) in all.Metrics)
        {
            var alone = new MetricSet { Keys = [info.Key], ResampleCount = 100 }.Compute(order)[info.Key];
            Assert.Equal(measurement.Value, alone.Value);
            Assert.Equal(measurement.NoiseFloor, alone.NoiseFloor);
            double moved = Math.Max(
                Math.Abs((measurement.Interval?.Lower ?? 0) - (alone.Interval?.Lower ?? 0)),
                Math.Abs((measurement.Interval?.Upper ?? 0) - (alone.Interval?.Upper ?? 0)));
            Assert.True(moved < 1e-4, $"{info.Key} by {moved}");
        }
    }
}
