using LsCalib.Core.Gates;
using LsCalib.Core.Ordering;
using LsCalib.Core.Slices;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Gates;

/// <summary>Rules about the candidate alone, and which rows a rule is about.</summary>
public sealed class GateDecideTests
{
    private static readonly GateOptions Options = new() { ResampleCount = 300 };
    private static readonly GateRule Ece = new("ece-15", RuleKind.Max, 0.05);

    [Fact]
    public void A_value_decides_at_its_limit_to_the_last_digit()
    {
        var candidate = GateCandidates.Of([2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0], [0, 0, 0, 1]);
        Assert.Equal(Decision.Pass, One(candidate, new("accuracy", RuleKind.Min, 0.75)).Decision);
        Assert.Equal(Decision.Fail, One(candidate, new("accuracy", RuleKind.Min, Math.BitIncrement(0.75))).Decision);
        double nll = One(candidate, new("nll", RuleKind.Max, 9)).Candidate.Value;
        Assert.Equal((0.75 * Math.Log(1 + (3 * Math.Exp(-2)))) + (0.25 * Math.Log(3 + Math.Exp(2))), nll, 1e-12);
        Assert.Equal(Decision.Pass, One(candidate, new("nll", RuleKind.Max, nll)).Decision);
        var failed = One(candidate, new("nll", RuleKind.Max, Math.BitDecrement(nll)));
        Assert.Equal((Decision.Fail, "the value is above the limit", 4), (failed.Decision, failed.Reason, failed.RowCount));
        Assert.Null(failed.Comparison);
    }

    [Fact]
    public void A_bound_passes_fails_or_cannot_tell()
    {
        var candidate = Calibrated(1000);
        var interval = One(candidate, Bound(0.5)).Candidate.Interval!;
        Assert.Equal(Decision.Pass, One(candidate, Bound(interval.Lower)).Decision);
        Assert.Equal(Decision.Inconclusive, One(candidate, Bound(Math.BitIncrement(interval.Lower))).Decision);
        Assert.Equal(Decision.Inconclusive, One(candidate, Bound(interval.Upper)).Decision);
        Assert.Equal(Decision.Fail, One(candidate, Bound(Math.BitIncrement(interval.Upper))).Decision);

        // Several intervals hold together: each of two is as wide as one at half the mistakes.
        var two = Decide(candidate, Bound(0.5), Ece with { Use = RuleUse.Bound });
        var alone = One(candidate, Bound(0.5), Options with { Level = 0.975 });
        Assert.Equal(alone.Candidate.Interval, two.Rules[0].Candidate.Interval);
        Assert.True(two.Rules[0].Candidate.Interval!.Lower < interval.Lower);

        // Those shown beside a value stay as they are.
        Assert.Equal(interval, One(candidate, new("accuracy", RuleKind.Min, 0.5)).Candidate.Interval);
    }

    [Fact]
    public void A_limit_within_the_noise_is_warned_about()
    {
        var candidate = Calibrated(400);
        var floor = One(candidate, Ece).Candidate.NoiseFloor!;
        Assert.Empty(One(candidate, Ece with { Limit = floor.Q95 }).Warnings);
        string warning = Assert.Single(One(candidate, Ece with { Limit = Math.BitDecrement(floor.Q95) }).Warnings);
        Assert.StartsWith(FormattableString.Invariant($"the limit is within the noise: on 400 rows a perfectly calibrated model shows {floor.Median:0.0000}"), warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_keep_their_order_and_the_worst_decides()
    {
        var candidate = Calibrated(400, new SliceColumn("site", ["a", "b"], [.. Enumerable.Range(0, 400).Select(row => row % 4 == 0 ? 1 : 0)]));
        var result = Gate.Decide(
            [Ece with { Rows = new("site", "b"), Limit = 1 }, new("accuracy", RuleKind.Min, 0.999), Ece with { Rows = new(null, "2"), Limit = 1 }, Ece with { Limit = 1 }], candidate, null, Options);
        Assert.Equal(Decision.Fail, result.Decision);
        Assert.Equal([Decision.Pass, Decision.Fail, Decision.Pass, Decision.Pass], result.Rules.Select(rule => rule.Decision));
        Assert.Equal([100, 400, candidate.Results!.Predicted.Count(k => k == 2), 400], result.Rules.Select(rule => rule.RowCount));
        Assert.Equal((0, 300, 0.95), (result.Seed, result.ResampleCount, result.Level));

        // A slice is measured as if its rows were all there are.
        int[] rows = [.. Enumerable.Range(0, 100).Select(i => 4 * i)];
        var (logits, labels) = GateCandidates.Calibrated(400);
        var part = GateCandidates.Of([.. rows.SelectMany(row => logits[(4 * row)..((4 * row) + 4)])], Array.ConvertAll(rows, row => labels[row]));
        Assert.Equal(One(part, Ece).Candidate, result.Rules[0].Candidate);
    }

    [Fact]
    public void What_selects_no_row_or_has_no_number_is_never_green()
    {
        var candidate = Calibrated(50, new SliceColumn("site", ["north", "south"], new int[50]));
        string Refused(GateRule rule, bool ofData = false, GateCandidate? of = null)
        {
            var exception = Assert.Throws<RuleException>(() => Gate.Decide([rule], of ?? candidate, null, Options));
            Assert.Equal(ofData, exception.IsOfData);
            return exception.Message;
        }

        Assert.Equal("sight=a: no column \"sight\" was read to slice by; the columns are: site; --slice-column reads one", Refused(Ece with { Rows = new("sight", "a") }));
        Assert.Equal("site=nort: no row has this value; nearest: \"north\"", Refused(Ece with { Rows = new("site", "nort") }));
        Assert.Equal("site=south: there is no such row", Refused(Ece with { Rows = new("site", "south") }));
        Assert.Equal("class=dogg: there is no such class; nearest: \"dog\"; classes are those of --class-names, or 0 to 3", Refused(Ece with { Rows = new(null, "dogg") }));
        Assert.StartsWith("class=4: there is no such class", Refused(Ece with { Rows = new(null, "4") }), StringComparison.Ordinal);
        Assert.Contains("there is none", Refused(new("nll", RuleKind.MaxIncrease, 0.1)), StringComparison.Ordinal);

        var right = GateCandidates.Of([5, 0, 0, 0, 0, 5, 0, 0], [0, 1]);
        Assert.Equal("auroc-correctness: is undefined on these 2 rows, so no rule about it can hold", Refused(new("auroc-correctness", RuleKind.Min, 0.5), ofData: true, right));

        var top = new GateCandidate(ConfidenceOrder.From([0.9, 0.6], [true, false]));
        Assert.Contains("cannot be measured here", Refused(new("nll", RuleKind.Max, 1), of: top), StringComparison.Ordinal);
        Assert.Contains("only confidence and outcome are known", Refused(Ece with { Rows = new(null, "0") }, of: top), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Gate.Decide([], candidate, null, Options));
    }

    [Fact]
    public void Confidence_and_outcome_are_enough_for_rules_without_baseline()
    {
        var candidate = new GateCandidate(ConfidenceOrder.From([0.8, 0.62, 0.8, 0.9, 0.8, 0.8], [true, true, false, false, true, true]))
        {
            Slices = [new SliceColumn("site", ["a", "b"], [0, 1, 0, 1, 0, 0])],
        };
        var rule = One(candidate, Ece with { Rows = new("site", "a") });
        Assert.Equal((0.05, 4), (Math.Round(rule.Candidate.Value, 12), rule.RowCount));
    }

    private static GateRule Bound(double limit) => new("accuracy", RuleKind.Min, limit) { Use = RuleUse.Bound };

    private static GateCandidate Calibrated(int rows, params SliceColumn[] slices)
    {
        var (logits, labels) = GateCandidates.Calibrated(rows);
        return GateCandidates.Of(logits, labels, slices);
    }

    private static GateResult Decide(GateCandidate candidate, params GateRule[] rules) => Gate.Decide(rules, candidate, null, Options);

    private static RuleResult One(GateCandidate candidate, GateRule rule, GateOptions? options = null) => Gate.Decide([rule], candidate, null, options ?? Options).Rules[0];
}
