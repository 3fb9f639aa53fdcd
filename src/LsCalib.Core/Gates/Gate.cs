using System.Collections.Immutable;
using LsCalib.Core.Comparison;

namespace LsCalib.Core.Gates;

/// <summary>
/// Decides rules. A rule against a baseline is a test of non-inferiority: it fails where the true worsening is above the tolerance
/// for sure, passes where it is at or below it for sure, and is inconclusive else.
/// </summary>
public static class Gate
{
    /// <summary>Decides every rule.</summary>
    /// <param name="rules">Rules, at least one.</param>
    /// <param name="candidate">The predictions.</param>
    /// <param name="baseline">Row results of the baseline on the same rows in the same order; null without one.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="RuleException">A rule cannot be decided on these predictions.</exception>
    /// <exception cref="ArgumentException">There are no rules.</exception>
    public static GateResult Decide(
        IReadOnlyList<GateRule> rules, GateCandidate candidate, RowResults? baseline, GateOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(options);
        if (rules.Count == 0)
        {
            throw new ArgumentException("A gate has at least one rule.", nameof(rules));
        }

        var result = Results(rules, candidate, baseline, options, cancel);
        var (repair, isEnough) = GateRepair.Of(result, candidate, baseline, options, cancel);
        return result with { Repair = repair, RepairIsEnough = isEnough };
    }

    /// <summary>The same without a word on repair.</summary>
    internal static GateResult Results(
        IReadOnlyList<GateRule> rules, GateCandidate candidate, RowResults? baseline, GateOptions options, CancellationToken cancel)
    {
        var results = new RuleResult[rules.Count];
        var tests = new ToleranceTest?[rules.Count];
        foreach (var selection in rules.Select(rule => rule.Rows).Distinct())
        {
            cancel.ThrowIfCancellationRequested();
            int[]? rows = candidate.Select(selection, baseline);
            var own = Enumerable.Range(0, rules.Count).Where(i => rules[i].Rows == selection).ToList();
            AbsoluteRules.Decide([.. own.Where(i => !rules[i].NeedsBaseline)], rules, candidate, rows, options, results, cancel);
            BaselineRules.Measure([.. own.Where(i => rules[i].NeedsBaseline)], rules, candidate, baseline, rows, options, results, tests, cancel);
        }

        BaselineRules.Decide(results, tests, options);
        return new(ImmutableArray.Create(results), options.Level, options.Seed, options.ResampleCount);
    }

    /// <summary>Refuses what is no number.</summary>
    internal static double Known(double value, GateRule rule, int rowCount) => double.IsNaN(value)
        ? throw new RuleException(FormattableString.Invariant($"{rule.Metric}{(rule.Rows is { } rows ? $"[{rows}]" : "")}: is undefined on {(rowCount == 1 ? "this row" : FormattableString.Invariant($"these {rowCount:N0} rows"))}, so no rule about it can hold")) { IsOfData = true }
        : value;
}
