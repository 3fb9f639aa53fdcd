using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Gates;

/// <summary>Says whether a temperature would have been enough: the rules are decided once more, on rows scaled out of fold.</summary>
internal static class GateRepair
{
    /// <summary>A sentence without full stop; empty where nothing failed, or it is not known.</summary>
    public static (string Text, bool IsEnough) Of(GateResult result, GateCandidate candidate, RowResults? baseline, GateOptions options, CancellationToken cancel)
    {
        if (result.Decision != Decision.Fail || candidate is not { Scores: { } scores, Results: { } results })
        {
            return ("", false);
        }

        var fit = TemperatureScaling.CrossFit(scores, results.Labels, options.Seed, options.Threads, candidate.Groups, cancel);
        if (fit.Failure is { } failure)
        {
            // Scores that say nothing of the labels have no temperature because it is not their scale that is wrong.
            return failure.Status is FitStatus.AntiCorrelated or FitStatus.Constant ? ($"It is not calibration alone, and no temperature repairs it: {failure.Reason}", false) : ("", false);
        }

        // Only those that failed: the others hold as they are, and what a temperature does to them is told by their own gate.
        var failed = result.Rules.Where(rule => rule.Decision == Decision.Fail).ToList();
        var scaled = candidate.Scaled(RowScaling.ByGroup([.. fit.Folds.Select(fold => fold.Temperature)], fit.FoldOfRow), options.Threads, cancel);
        GateResult after;
        try
        {
            after = Gate.Results([.. failed.Select(rule => rule.Rule)], scaled, baseline, options, cancel);
        }
        catch (RuleException)
        {
            return ("", false);
        }

        string temperature = string.Create(CultureInfo.InvariantCulture, $"A temperature (T = {fit.All.Temperature:0.00}, cross-fitted)");
        var pairs = after.Rules.Zip(failed, (now, before) => (Now: now, Before: before)).ToList();
        string changes = Listed(pairs.Where(pair => Moves(pair.Now, pair.Before)).Select(pair => string.Create(
            CultureInfo.InvariantCulture, $"{Name(pair.Before.Rule)} from {pair.Before.Candidate.Value:0.0000} to {pair.Now.Candidate.Value:0.0000}")));
        string kept = Listed(pairs.Where(pair => !Moves(pair.Now, pair.Before)).Select(pair => Name(pair.Before.Rule)));
        string what = changes.Length == 0 ? $"{temperature} leaves {kept} as it is"
            : kept.Length == 0 ? $"{temperature} takes {changes}"
            : $"{temperature} takes {changes}, and leaves {kept} as it is";
        var left = pairs.Where(pair => pair.Now.Decision == Decision.Fail).ToList();
        if (left.Count == 0)
        {
            return ($"{what}: recalibration would be enough{(after.Decision == Decision.Pass ? "" : ", as far as these rows can tell")}", true);
        }

        string still = left.Count == pairs.Count ? "" : $", and {Listed(left.Select(pair => Name(pair.Before.Rule)))} still {(left.Count == 1 ? "fails" : "fail")}";
        string why = left.All(pair => IsNoise(pair.Now)) ? "what is left is no more than noise alone shows on so many rows, and the limit asks for less"
            : left.All(pair => pair.Now.Candidate.NoiseFloor is not null) ? "a temperature alone is not enough"
            : $"it is not calibration alone, the model itself is worse than the {(left.Count == 1 ? "rule allows" : "rules allow")}";
        return ($"{what}{still}: {why}", false);
    }

    /// <summary>Whether a temperature can move the metric: it leaves the order of classes, and so the accuracy, as it is.</summary>
    private static bool Moves(RuleResult now, RuleResult before) => now.Candidate.Value != before.Candidate.Value;

    /// <summary>Whether a fixed limit is broken by no more than a calibrated model shows in 95 of 100 samples.</summary>
    private static bool IsNoise(RuleResult result) =>
        result is { Comparison: null, Rule.Kind: RuleKind.Max, Candidate: { NoiseFloor: { } floor } candidate } && candidate.Value <= floor.Q95;

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Distinct());

    private static string Name(GateRule rule) => rule.Rows is { } rows ? $"{rule.Metric}[{rows}]" : rule.Metric;
}
