using LsCalib.Core.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Gates;

/// <summary>Whether a temperature would have been enough.</summary>
public sealed class GateRepairTests
{
    private static readonly GateOptions Options = new() { ResampleCount = 300 };
    private static readonly GateRule[] Rules = [new("ece-15", RuleKind.MaxIncrease, 0.01), new("nll", RuleKind.MaxIncrease, 0.01)];
    private static readonly (float[] Logits, int[] Labels) Model = GateCandidates.Calibrated(4000);
    private static readonly GateCandidate Baseline = GateCandidates.Of(Model.Logits, Model.Labels);

    [Fact]
    public void Of_sharper_logits_a_temperature_repairs_all()
    {
        var result = Decide(GateCandidates.Sharpened(Model.Logits, 1.5f));
        Assert.Equal(Decision.Fail, result.Decision);
        Assert.Matches(@"^A temperature \(T = 1\.[45]\d, cross-fitted\) takes ece-15 from 0\.\d{4} to 0\.\d{4}", result.Repair);
        Assert.Contains(": recalibration would be enough", result.Repair, StringComparison.Ordinal);
        Assert.DoesNotContain("not calibration alone", result.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_predictions_of_other_rows_it_repairs_nothing()
    {
        // A temperature calibrates these too, by making them say nothing: the NLL stays that of a model that knows nothing.
        float[] logits = Model.Logits;
        int half = logits.Length / 2;
        var result = Decide([.. logits[..half], .. GateCandidates.Turned(logits[half..])]);
        Assert.Equal([Decision.Fail, Decision.Fail], result.Rules.Select(rule => rule.Decision));
        Assert.Matches("^A temperature .*: it is not calibration alone, the model itself is worse than the (rule allows|rules allow)$", result.Repair);

        // Where no row is known, there is no temperature to fit.
        Assert.StartsWith("It is not calibration alone, and no temperature repairs it: ", Decide(GateCandidates.Turned(logits)).Repair, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_where_nothing_failed()
    {
        Assert.Empty(Decide(Model.Logits).Repair);
        Assert.Empty(Decide(GateCandidates.Sharpened(Model.Logits, 1.1f), Rules[0] with { Limit = 0.012 }).Repair);
    }

    [Fact]
    public void Only_rules_that_failed_are_named()
    {
        var result = Decide(GateCandidates.Sharpened(Model.Logits, 1.5f), [.. Rules, new("accuracy", RuleKind.Min, 0.1), new("brier", RuleKind.Max, 2)]);
        Assert.Contains("ece-15 from", result.Repair, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", result.Repair, StringComparison.Ordinal);
        Assert.DoesNotContain("brier", result.Repair, StringComparison.Ordinal);
    }

    private static GateResult Decide(float[] logits, params GateRule[] rules) =>
        Gate.Decide(rules.Length == 0 ? Rules : rules, GateCandidates.Of(logits, Model.Labels), Baseline.Results, Options);
}
