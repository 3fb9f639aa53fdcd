using LsCalib.Cli.Gating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Gates;
using LsCalib.Core.Ordering;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli.Gating;

public sealed class StartingTextTests
{
    [Fact]
    public void What_is_printed_can_be_saved_as_a_file_of_rules()
    {
        using var folder = new TemporaryFolder();
        var order = ConfidenceOrder.From([.. Enumerable.Range(0, 200).Select(i => 0.6 + (0.002 * (i % 100)))], [.. Enumerable.Range(0, 200).Select(i => i % 5 != 0)]);
        var evaluation = new MetricSet { ResampleCount = 200 }.Compute(order);
        var (json, text) = StartingText.Of(evaluation, hasBaseline: true);
        Assert.Contains($"\n\n{json}\n", text, StringComparison.Ordinal);
        var rules = RulesFile.Read(folder.Write("g.json", json)).Rules;
        Assert.Equal(["accuracy", "ece-15", "accuracy", "ece-15"], rules.Select(rule => rule.Metric));
        Assert.All(rules, rule => Assert.Contains($"\n  {RuleText.Of(rule)}: ", text, StringComparison.Ordinal));
        Assert.EndsWith("; rounded up.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Undefined_metrics_give_no_rules()
    {
        var evaluation = new MetricSet { Keys = ["gap"] }.Compute(ConfidenceOrder.From([0.9], [true])) with { Basis = [] };
        Assert.Contains("None could be derived", StartingText.Of(evaluation, hasBaseline: false).Whole, StringComparison.Ordinal);
    }
}
