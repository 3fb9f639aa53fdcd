using LsCalib.Core.Comparison;
using LsCalib.Core.Gates;
using LsCalib.Core.Resampling;
using LsCalib.Core.Slices;
using LsCalib.Tests.Support;
using MathNet.Numerics.Distributions;

namespace LsCalib.Tests.Core.Gates;

/// <summary>Rules against a baseline.</summary>
public sealed class GateBaselineTests
{
    private const int Rows = 1500;
    private static readonly GateOptions Options = new() { ResampleCount = 300 };
    private static readonly (float[] Logits, int[] Labels) Model = GateCandidates.Calibrated(Rows);
    private static readonly GateCandidate Baseline = GateCandidates.Of(Model.Logits, Model.Labels);
    private static readonly GateCandidate Worse = GateCandidates.Of(Noisy(Model.Logits), Model.Labels);

    public static TheoryData<string> AllKeys => [.. PairedRows.Patterns.Select(pattern => pattern.Replace("#", "15", StringComparison.Ordinal))];

    /// <summary>Tolerances are put where each rule alone has the p-value wanted; (1 − level) / 2 is 0.025.</summary>
    [Theory]
    [InlineData(0.004, 0.011, 0.03, 0.012, 0.022, 0.03, "fail fail inconclusive")]
    [InlineData(0.01, 0.02, 0.2, 0.03, 0.04, 0.2, "inconclusive inconclusive inconclusive")]
    [InlineData(0.001, 0.02, 0.002, 0.003, 0.02, 0.004, "fail fail fail")]
    public void Rules_share_the_chance_of_a_mistake_by_holm(double first, double second, double third, double ofFirst, double ofSecond, double ofThird, string decisions)
    {
        var result = Gate.Decide(
            [
                new("nll", RuleKind.MaxIncrease, Tolerance(row => Worse.Results!.Nll(row) - Baseline.Results!.Nll(row), first)),
                new("brier", RuleKind.MaxIncrease, Tolerance(row => Worse.Results!.Brier[row] - Baseline.Results!.Brier[row], second)),
                new("accuracy", RuleKind.MaxDecrease, Tolerance(row => (Baseline.Results!.IsCorrect(row) ? 1 : 0) - (Worse.Results!.IsCorrect(row) ? 1 : 0), third)),
            ],
            Worse, Baseline.Results, Options);
        double[] expected = [ofFirst, ofSecond, ofThird];
        Assert.All(result.Rules.Zip(expected), each => Assert.Equal(each.Second, each.First.Comparison!.AdjustedPValue!.Value, 1e-9));
        Assert.Equal(decisions, string.Join(' ', result.Rules.Select(rule => rule.Decision.Word())));
    }

    [Fact]
    public void A_rule_that_fails_alone_says_which_rows_it_takes_among_others()
    {
        GateRule Rule(string metric, Func<int, double> worsening, double p) => new(metric, RuleKind.MaxIncrease, Tolerance(worsening, p));
        var rules = new[]
        {
            Rule("nll", row => Worse.Results!.Nll(row) - Baseline.Results!.Nll(row), 0.02),
            Rule("brier", row => Worse.Results!.Brier[row] - Baseline.Results!.Brier[row], 0.3),
        };
        var alone = Gate.Decide([rules[0]], Worse, Baseline.Results, Options).Rules[0];
        Assert.Equal((Decision.Fail, null), (alone.Decision, alone.Comparison!.RowsToDecide));
        var both = Gate.Decide(rules, Worse, Baseline.Results, Options);
        Assert.Equal([Decision.Inconclusive, Decision.Inconclusive], both.Rules.Select(rule => rule.Decision));
        Assert.Contains("(Holm)", both.Rules[0].Reason, StringComparison.Ordinal);

        // A p-value of 0.0125 is needed of the smaller: (2.2414 / 2.0537)² times the rows.
        Assert.Equal(1787.0, (double)both.Rules[0].Comparison!.RowsToDecide!, 1.0);
        Assert.Contains("1,500 rows cannot tell", both.Rules[1].Reason, StringComparison.Ordinal);
        Assert.True(both.Rules[1].Comparison!.RowsToDecide > Rows);
    }

    [Fact]
    public void So_many_rules_detect_less_and_say_so()
    {
        GateRule nll = new("nll", RuleKind.MaxIncrease, 0);
        GateRule[] others = [new("brier", RuleKind.MaxIncrease, 1), new("aurc", RuleKind.MaxIncrease, 1), new("accuracy", RuleKind.MaxDecrease, 1)];
        double alone = Gate.Decide([nll], Worse, Baseline.Results, Options).Rules[0].Comparison!.Detectable!.Value;
        double among = Gate.Decide([nll, .. others], Worse, Baseline.Results, Options).Rules[0].Comparison!.Detectable!.Value;

        // One error in 160 to each of four, not one in 40: (2.4977 + 0.8416) standard errors, not (1.9600 + 0.8416).
        Assert.Equal(1.19194, among / alone, 1e-4);
    }

    [Fact]
    public void The_interval_of_a_percentage_lies_to_its_tolerance_as_the_decision_says()
    {
        // Twice as sharp: a tolerance near the worsening seen, of which the share is as uncertain as the baseline's value.
        foreach (double share in new[] { 0.001, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6 })
        {
            var rule = Gate.Decide([new("nll", RuleKind.MaxIncrease, share, true)], Worse, Baseline.Results, Options).Rules[0];
            var (interval, tolerance) = (rule.Comparison!.Interval!, rule.Comparison.Tolerance);
            Assert.Equal(rule.Decision, interval.Lower > tolerance ? Decision.Fail : interval.Upper <= tolerance ? Decision.Pass : Decision.Inconclusive);
            Assert.InRange(rule.Comparison.Worsening, interval.Lower, interval.Upper);

            double[] tested = [.. Enumerable.Range(0, Rows).Select(row => Worse.Results!.Nll(row) - ((1 + share) * Baseline.Results!.Nll(row)))];
            double mean = tested.Average();
            double deviation = Math.Sqrt(tested.Sum(d => (d - mean) * (d - mean)) / (Rows - 1) / Rows);
            Assert.Equal(2 * 1.959963985 * deviation, interval.Upper - interval.Lower, 1e-9);
            Assert.Equal(tolerance + (2.801585218 * deviation), rule.Comparison.Detectable!.Value, 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void The_same_predictions_pass_with_no_tolerance_at_all(string key)
    {
        var kind = LsCalib.Core.Catalog.MetricCatalog.Find(key)!.Better == LsCalib.Core.Catalog.Better.Higher ? RuleKind.MaxDecrease : RuleKind.MaxIncrease;
        var same = GateCandidates.Of([.. Model.Logits], Model.Labels);
        var rule = Gate.Decide([new(key, kind, 0)], same, Baseline.Results, Options).Rules[0];
        Assert.Equal((Decision.Pass, "every prediction is the same as the baseline's"), (rule.Decision, rule.Reason));
        Assert.Equal((0, 0, 0), (rule.Comparison!.Worsening, rule.Comparison.Interval!.Lower, rule.Comparison.Interval.Upper));
        Assert.Equal(rule.Comparison.Baseline, rule.Candidate.Value);

        // What is worse on nearly every row does not pass with none.
        Assert.NotEqual(Decision.Pass, Gate.Decide([new(key, kind, 0)], Worse, Baseline.Results, Options).Rules[0].Decision);
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void A_new_runtime_with_the_last_digits_changed_passes(string key)
    {
        var kind = LsCalib.Core.Catalog.MetricCatalog.Find(key)!.Better == LsCalib.Core.Catalog.Better.Higher ? RuleKind.MaxDecrease : RuleKind.MaxIncrease;
        var other = GateCandidates.Of([.. Model.Logits.Select((z, i) => z + (i % 2 == 0 ? 1e-6f : -1e-6f))], Model.Labels);
        var rule = Gate.Decide([new(key, kind, 0.002)], other, Baseline.Results, Options).Rules[0];
        Assert.True(rule.Decision == Decision.Pass, $"{rule.Reason}: {rule.Comparison!.Interval}");
    }

    [Fact]
    public void A_percentage_is_of_the_baseline()
    {
        var result = Gate.Decide([new("nll", RuleKind.MaxIncrease, 0.5, true), new("ece-15", RuleKind.MaxIncrease, 8, true)], Worse, Baseline.Results, Options);
        Assert.All(result.Rules, rule => Assert.Equal(rule.Rule.Limit * rule.Comparison!.Baseline, rule.Comparison.Tolerance, 1e-15));
        Assert.Equal(Enumerable.Range(0, Rows).Average(Baseline.Results!.Nll), result.Rules[0].Comparison!.Baseline, 1e-12);
        Assert.Equal(Decision.Fail, Gate.Decide([new("nll", RuleKind.MaxIncrease, 0.0001, true)], Worse, Baseline.Results, Options).Decision);
        Assert.Equal(Decision.Pass, Gate.Decide([new("nll", RuleKind.MaxIncrease, 5, true)], Worse, Baseline.Results, Options).Decision);
    }

    [Fact]
    public void Rows_of_a_class_are_those_that_the_baseline_predicts_as_it()
    {
        var old = GateCandidates.Of(Model.Logits, Model.Labels);
        var result = Gate.Decide([new("brier", RuleKind.MaxIncrease, 0.5) { Rows = new(null, "cat") }], Worse, old.Results, Options).Rules[0];
        int[] rows = [.. Enumerable.Range(0, Rows).Where(row => old.Results!.Predicted[row] == 2)];
        Assert.NotEqual(Worse.Results!.Predicted.Count(k => k == 2), rows.Length);
        Assert.Equal(rows.Length, result.RowCount);
        Assert.Equal(rows.Average(row => old.Results!.Brier[row]), result.Comparison!.Baseline, 1e-12);
        Assert.Equal(rows.Average(row => Worse.Results.Brier[row]), result.Candidate.Value, 1e-12);
    }

    [Fact]
    public void Rows_of_a_group_are_no_independent_witnesses()
    {
        var site = new SliceColumn("site", ["a", "b"], [.. Enumerable.Range(0, Rows).Select(row => row < Rows / 2 ? 0 : 1)]);
        var groups = RowGroups.From("patient", [.. Enumerable.Range(0, Rows).Select(row => (long)(row / 50))]);
        var rule = new GateRule("nll", RuleKind.MaxIncrease, 0.1);
        RuleResult With(RowGroups? of, GateRule each) => Gate.Decide([each], GateCandidates.Of(Noisy(Model.Logits), Model.Labels, [site], of), Baseline.Results, Options).Rules[0];
        Assert.NotEqual(With(null, rule).Comparison!.Interval, With(groups, rule).Comparison!.Interval);
        Assert.Equal(With(null, rule).Comparison!.Worsening, With(groups, rule).Comparison!.Worsening, 1e-12);
        var part = rule with { Rows = new("site", "b") };
        Assert.NotEqual(With(null, part).Comparison!.Interval, With(groups, part).Comparison!.Interval);
    }

    [Fact]
    public void A_metric_without_known_difference_is_refused_with_those_that_have_one()
    {
        var exception = Assert.Throws<RuleException>(() => Gate.Decide([new("nll", RuleKind.MaxIncrease, 0.1), new("l1-debiased-15", RuleKind.MaxIncrease, 0.1)], Worse, Baseline.Results, Options));
        Assert.False(exception.IsOfData);
        Assert.Equal($"l1-debiased-15: has no known interval of a difference between two models; known are {string.Join(", ", PairedRows.Patterns)}, and of a baseline saved --with-probabilities {string.Join(", ", PairedRows.ProbabilityPatterns)}", exception.Message);
    }

    [Fact]
    public void Threads_change_nothing()
    {
        GateRule[] rules = [new("ece-15", RuleKind.MaxIncrease, 0.01), new("smooth-ece", RuleKind.MaxIncrease, 0.01), new("ece-15", RuleKind.Max, 0.01), new("nll", RuleKind.MaxIncrease, 0.02, true)];
        var one = Gate.Decide(rules, Worse, Baseline.Results, Options);
        var eight = Gate.Decide(rules, Worse, Baseline.Results, Options with { Threads = 8 });
        Assert.Equal(one.Rules.Select(rule => (rule.Decision, rule.Candidate, rule.Comparison)), eight.Rules.Select(rule => (rule.Decision, rule.Candidate, rule.Comparison)));
        Assert.Equal(one.Repair, eight.Repair);
    }

    /// <summary>The tolerance at which a mean's worsening has a p-value: so many standard errors below it.</summary>
    private static double Tolerance(Func<int, double> worsening, double p)
    {
        double[] values = [.. Enumerable.Range(0, Rows).Select(worsening)];
        double mean = values.Average();
        double error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (Rows - 1) / Rows);
        return mean - (error * Normal.InvCDF(0, 1, 1 - p));
    }

    private static float[] Noisy(float[] logits)
    {
        var random = new LsCalib.Core.Numerics.SeededRandom(9);
        return Array.ConvertAll(logits, z => 2 * (z + (1.5f * (float)random.NextGaussian())));
    }
}
