using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Gates;

/// <summary>Says whether a temperature would have been enough: the rules are decided once more, on rows scaled out of fold.</summary>
internal static class GateRepair
{
    /// <summary>A sentence without full stop; empty where nothing failed, or it is not known.</summary>
    public static string Of(GateResult result, GateCandidate candidate, RowResults? baseline, GateOptions options, CancellationToken cancel)
    {
        if (result.Decision != Decision.Fail || candidate is not { Scores: { } scores, Results: { } results })
        {
            return "";
        }

        var fit = TemperatureScaling.CrossFit(scores, results.Labels, options.Seed, options.Threads, candidate.Groups, cancel);
        if (fit.Failure is { } failure)
        {
            // Scores that say nothing of the labels have no temperature because it is not their scale that is wrong.
            return failure.Status is FitStatus.AntiCorrelated or FitStatus.Constant ? $"It is not calibration alone, and no temperature repairs it: {failure.Reason}" : "";
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
            return "";
        }

        string temperature = string.Create(CultureInfo.InvariantCulture, $"A temperature (T = {fit.All.Temperature:0.00}, cross-fitted)");
        string changes = string.Join(", ", after.Rules
            .Zip(failed, (now, before) => string.Create(CultureInfo.InvariantCulture, $"{Name(before.Rule)} from {before.Candidate.Value:0.0000} to {now.Candidate.Value:0.0000}"))
            .Distinct());
        int left = after.Rules.Count(rule => rule.Decision == Decision.Fail);
        return left == 0 ? $"{temperature} brings {changes}: recalibration would be enough{(after.Decision == Decision.Pass ? "" : ", as far as these rows can tell")}"
            : $"{temperature} brings {changes}, and {(left == 1 ? "a rule still fails" : string.Create(CultureInfo.InvariantCulture, $"{left} rules still fail"))}: it is not calibration alone";
    }

    private static string Name(GateRule rule) => rule.Rows is { } rows ? $"{rule.Metric}[{rows}]" : rule.Metric;
}
