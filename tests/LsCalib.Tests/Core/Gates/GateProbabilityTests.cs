using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Gates;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Gates;

/// <summary>Rules against a baseline that keeps the probabilities of all classes.</summary>
public sealed class GateProbabilityTests
{
    private const int Rows = 900;
    private const int Classes = 7;
    private static readonly GateOptions Options = new() { ResampleCount = 200 };
    private static readonly (float[] Logits, int[] Labels) Model = Samples.Calibrated(Rows, Classes, 1, 2, 5);
    private static readonly RowResults Baseline = Kept(Model.Logits);

    private static readonly string[] Keys = [.. PairedRows.ProbabilityPatterns.Select(pattern => pattern.Replace("#", "15", StringComparison.Ordinal))];

    public static TheoryData<string> AllKeys => [.. Keys];

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void The_same_predictions_pass_and_much_worse_ones_fail(string key)
    {
        var rule = new GateRule(key, KindOf(key), 0);
        var same = Gate.Decide([rule], Of([.. Model.Logits]), Baseline, Options).Rules[0];
        Assert.Equal((Decision.Pass, "every prediction is the same as the baseline's"), (same.Decision, same.Reason));

        // Of rows that it knows nothing of, a model is surer than it can be; top-five accuracy and ranks suffer as well.
        float[] turned = [.. Model.Logits[Classes..].Concat(Model.Logits[..Classes]).Select(z => 1.5f * z)];
        var result = Gate.Decide([rule], Of(turned), Baseline, Options);
        var worse = result.Rules[0];
        Assert.True(worse.Decision == Decision.Fail, $"{worse.Comparison}");
        Assert.True(worse.Comparison!.Detectable > 0);
        Assert.NotEmpty(result.Repair);
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void A_new_runtime_with_the_last_digits_changed_passes(string key)
    {
        var other = Of([.. Model.Logits.Select((z, i) => z + (i % 2 == 0 ? 1e-6f : -1e-6f))]);
        var rule = Gate.Decide([new(key, KindOf(key), 0.002)], other, Baseline, Options).Rules[0];
        Assert.True(rule.Decision == Decision.Pass, $"{rule.Reason}: {rule.Comparison!.Interval}");
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void A_baseline_without_probabilities_is_refused_with_what_would_help(string key)
    {
        var exception = Assert.Throws<RuleException>(() => Gate.Decide([new(key, KindOf(key), 0.1)], Of(Model.Logits), Baseline.With(null), Options));
        Assert.False(exception.IsOfData);
        Assert.Equal($"{key}: needs the probabilities of all classes, and the baseline keeps none of them; save it --with-probabilities", exception.Message);
    }

    [Fact]
    public void Rows_of_a_class_take_their_probabilities_with_them()
    {
        var candidate = Of(GateCandidates.Sharpened(Model.Logits, 2));
        var result = Gate.Decide([new("classwise-ece-10", RuleKind.MaxIncrease, 0.5) { Rows = new(null, "3") }], candidate, Baseline, Options).Rules[0];
        int[] rows = [.. Enumerable.Range(0, Rows).Where(row => Baseline.Predicted[row] == 3)];
        double Of3(RowResults results)
        {
            var part = results.Take(rows);
            var statistics = StatisticsPass.Run(part.Probabilities!, part.Labels, RowScaling.None, 10);
            return new MetricSet { Keys = ["classwise-ece-10"] }.Compute(part.Probabilities!, RowScaling.None, statistics)["classwise-ece-10"].Value;
        }

        Assert.Equal(rows.Length, result.RowCount);
        Assert.Equal(Of3(Baseline), result.Comparison!.Baseline, 1e-12);
        Assert.Equal(Of3(Kept(GateCandidates.Sharpened(Model.Logits, 2))), result.Candidate.Value, 1e-12);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused()
    {
        var (logits, labels) = GateCandidates.Calibrated(200);
        var four = GateCandidates.Of(logits, labels);
        string Refusal(GateRule rule, GateCandidate candidate) => Assert.Throws<RuleException>(() => Gate.Decide([rule], candidate, candidate.WithProbabilities, Options)).Message;
        Assert.Equal("top5-accuracy: cannot be measured here: it needs more than five classes", Refusal(new("top5-accuracy", RuleKind.MaxDecrease, 0.1), four));
        var grouped = GateCandidates.Of(logits, labels, groups: RowGroups.From("g", [.. Enumerable.Range(0, 200).Select(row => row / 10)]));
        Assert.StartsWith("skce: has no known interval of a difference where rows are grouped", Refusal(new("skce", RuleKind.MaxIncrease, 0.1), grouped), StringComparison.Ordinal);
        Assert.StartsWith("skce-test: has no known interval", Refusal(new("skce-test", RuleKind.MaxIncrease, 0.1), four), StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_change_nothing_and_skce_says_what_it_rests_on()
    {
        GateRule[] rules = [.. Keys.Select(key => new GateRule(key, KindOf(key), 0.01))];
        var candidate = Of(GateCandidates.Sharpened(Model.Logits, 1.2f));
        var one = Gate.Decide(rules, candidate, Baseline, Options);
        var eight = Gate.Decide(rules, candidate, Baseline, Options with { Threads = 8 });
        Assert.Equal(one.Rules.Select(rule => (rule.Decision, rule.Candidate, rule.Comparison)), eight.Rules.Select(rule => (rule.Decision, rule.Candidate, rule.Comparison)));
        Assert.Matches(@"^γ = 0\.\d+; all pairs$", one.Rules.First(rule => rule.Rule.Metric == "skce").Candidate.Note);
    }

    private static RuleKind KindOf(string key) => MetricCatalog.Find(key)!.Better == Better.Higher ? RuleKind.MaxDecrease : RuleKind.MaxIncrease;

    private static GateCandidate Of(float[] logits)
    {
        var scores = Samples.Logits(logits, Classes);
        return new(scores, StatisticsPass.Run(scores, Model.Labels, RowScaling.None, 15), RowScaling.None);
    }

    /// <summary>Row results with probabilities, as a baseline of float logits keeps them.</summary>
    private static RowResults Kept(float[] logits) => Of(logits).WithProbabilities!;
}
