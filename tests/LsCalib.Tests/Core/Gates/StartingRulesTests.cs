using System.Collections.Immutable;
using LsCalib.Core.Catalog;
using LsCalib.Core.Gates;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Gates;

public sealed class StartingRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Limits_are_the_present_values_with_room()
    {
        var rules = StartingRules.For(Measured(new("accuracy", 0.9, 0.8712, 0.92, null), new("ece-15", 0.0312, 0, 0.0412, 0.0587), new("nll", 0.4, 0.38, 0.4205, null)), hasBaseline: false);
        Assert.Equal([new("accuracy", RuleKind.Min, 0.87), new("nll", RuleKind.Max, 0.43), new("ece-15", RuleKind.Max, 0.059)], rules.Select(rule => rule.Rule));
        Assert.Equal("the value is 0.0312, its interval reaches 0.0412, a calibrated model stays below 0.0587 in 95 of 100 samples; rounded up", rules[2].Reason);
        Assert.Equal("the value is 0.9, its interval reaches 0.8712; rounded down", rules[0].Reason);
    }

    [Fact]
    public void Without_an_interval_a_tenth_is_room()
    {
        var rules = StartingRules.For(Measured(new("accuracy", 0.9, double.NaN, double.NaN, null), new("nll", 0.4, double.NaN, double.NaN, null)), hasBaseline: true);
        Assert.Equal([new("accuracy", RuleKind.Min, 0.81), new("nll", RuleKind.Max, 0.45)], rules.Select(rule => rule.Rule));
    }

    [Fact]
    public void A_baseline_may_be_missed_by_half_an_interval()
    {
        var rules = StartingRules.For(Measured(new("accuracy", 0.9, 0.87, 0.92, null), new("nll", 0.4, 0.38, 0.43, null)), hasBaseline: true);
        Assert.Equal([new("accuracy", RuleKind.MaxDecrease, 0.026), new("nll", RuleKind.MaxIncrease, 0.025)], rules.Select(rule => rule.Rule).Where(rule => rule.NeedsBaseline).Select(rule => rule with { Limit = Math.Round(rule.Limit, 4) }));
    }

    [Fact]
    public void What_is_undefined_or_would_never_fail_gets_no_rule() => Assert.Empty(StartingRules.For(
        Measured(new("accuracy", 0, 0, 0.1, null), new("nll", double.PositiveInfinity, 1, 2, null), new("ece-15", double.NaN, 0, 1, null)), hasBaseline: false));

    [Fact]
    public void The_predictions_that_rules_were_derived_from_pass_them()
    {
        string csv = _folder.Write("p.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat(".2,.8,1\n.5,.5,0\n.9,.1,1\n.7,.3,0\n", 30)));
        ReportOf.Use(csv, report =>
        {
            var rules = StartingRules.For(report.Evaluation, hasBaseline: true);
            Assert.Equal(["accuracy", "nll", "brier", "ece-15", "accuracy", "nll", "ece-15"], rules.Select(rule => rule.Rule.Metric));
            Assert.All(rules, rule => Assert.Null(RuleChecks.Problem(rule.Rule, RuleText.Word)));
            Assert.All(rules.Where(rule => !rule.Rule.NeedsBaseline), rule =>
            {
                double value = report.Evaluation[rule.Rule.Metric].Value;
                Assert.True(rule.Rule.Kind == RuleKind.Min ? value >= rule.Rule.Limit : value <= rule.Rule.Limit, $"{rule.Rule}: {value}");
            });
            Assert.Null(RuleChecks.Contradiction([.. rules.Select(rule => rule.Rule)]));
        }, metrics: new MetricSet { ResampleCount = 200 });
    }

    private sealed record Value(string Key, double Estimate, double Lower, double Upper, double? Noise);

    private static Evaluation Measured(params Value[] values)
    {
        var order = ConfidenceOrder.From([0.9, 0.8], [true, false]);
        return new MetricSet().Compute(order) with
        {
            Metrics =
            [
                .. values.Select(value => new MetricResult(MetricCatalog.Find(value.Key)!, new(
                    value.Estimate,
                    double.IsNaN(value.Lower) ? null : new(value.Lower, value.Upper, "by hand"),
                    value.Noise is { } noise ? new(noise / 2, noise / 2, noise) : null))),
            ],
            Basis = ImmutableArray<MetricResult>.Empty,
        };
    }
}
