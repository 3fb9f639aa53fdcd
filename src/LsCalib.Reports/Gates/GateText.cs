using LsCalib.Core.Gates;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Gates;

/// <summary>What the outputs of a gate say in the same words.</summary>
public static class GateText
{
    /// <summary>How many rules say what: 3 rules: 1 failed, 2 passed.</summary>
    public static string Counts(GateResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string[] parts =
        [
            .. new[] { (Decision.Fail, "failed"), (Decision.Inconclusive, "inconclusive"), (Decision.Pass, "passed") }
                .Select(each => (Count: Count(result, each.Item1), Word: each.Item2))
                .Where(each => each.Count > 0)
                .Select(each => Text($"{each.Count:N0} {each.Word}")),
        ];
        return Text($"{result.Rules.Length:N0} {(result.Rules.Length == 1 ? "rule" : "rules")}: {string.Join(", ", parts)}");
    }

    /// <summary>What decisions and intervals rest on: 95 % two-sided, 2,000 resamples, seed 0.</summary>
    public static string Basis(GateResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string resamples = result.ResampleCount > 0 ? Text($"{result.ResampleCount:N0} resamples, ") : "";
        return Text($"{100 * result.Level:0.###}% two-sided, {resamples}seed {result.Seed}");
    }

    /// <summary>What was gated: name, rows and classes.</summary>
    public static string Rows(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Text($"n = {report.RowCount:N0}{(report.ClassCount is { } classes ? Text($", K = {classes}") : "")}");
    }

    /// <summary>What an inconclusive gate counts as, a sentence without full stop.</summary>
    public static string CountsAs(Decision decision) => $"the gate is inconclusive, which counts as {decision.Word()} here (on-inconclusive)";

    /// <summary>By how much a candidate is worse than its baseline, or better, with its interval.</summary>
    public static string Change(RuleComparison comparison, NumberText numbers)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(numbers);
        if (!(comparison.Worsening < 0))
        {
            return $"worse by {numbers.Difference(comparison.Worsening, comparison.Interval)}";
        }

        var gain = comparison.Interval is { } interval ? interval with { Lower = -interval.Upper, Upper = -interval.Lower } : null;
        return $"better by {numbers.Difference(-comparison.Worsening, gain).TrimStart('+')}";
    }

    /// <summary>A number of rows: 1 row, 5,000 rows.</summary>
    internal static string RowsOf(long count) => Text($"{count:N0} {(count == 1 ? "row" : "rows")}");

    /// <summary>Of an inconclusive rule against a baseline: what the rows can tell, without full stop; else empty.</summary>
    public static string Power(RuleResult rule, NumberText numbers)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(numbers);
        if (rule.Decision != Decision.Inconclusive || rule.Comparison is not { } comparison)
        {
            return "";
        }

        string detectable = comparison.Detectable is { } least && double.IsFinite(least)
            ? $"{RowsOf(rule.RowCount)} {(rule.RowCount == 1 ? "detects" : "detect")} a worsening of {numbers.Of(least)} and more"
            : "the smallest worsening that these rows detect is not known";
        return comparison.RowsToDecide is { } rows ? Text($"{detectable}; about {rows:N0} rows would decide")
            : comparison.Interval is null ? $"{detectable}; nor how many rows would decide"
            : $"{detectable}; no number of rows would decide at the worsening seen";
    }

    /// <summary>What to do about the decision, in whole sentences; empty where all rules passed.</summary>
    public static IReadOnlyList<string> Advice(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var advice = new List<string>();
        var failed = report.Result.Rules.Where(rule => rule.Decision == Decision.Fail).ToList();
        var open = report.Result.Rules.Where(rule => rule.Decision == Decision.Inconclusive).ToList();
        if (report.Result.Repair.Length > 0)
        {
            advice.Add($"{report.Result.Repair.TrimEnd('.')}.");
        }

        if (failed.Count > 0)
        {
            string place = report.RulesFile is { } file ? PlainText.OneLine(file.Path) : "the command line";
            string mend = report.Result.RepairIsEnough ? "Recalibrate it (ls-calib calibrate), or mend the model" : "Mend the model";
            advice.Add(failed.Any(rule => rule.Rule.NeedsBaseline)
                ? $"{mend}; if the change is meant, save a new baseline (ls-calib baseline update) or allow more in {place}."
                : $"{mend}, or, if the limit is too tight for it, change it in {place}.");
        }

        if (open.Count > 0)
        {
            long? most = open.All(rule => rule.Comparison?.RowsToDecide is not null) ? open.Max(rule => rule.Comparison!.RowsToDecide) : null;
            string rows = most is { } count ? Text($"Test on more rows (about {count:N0} would decide all rules)") : "Test on more rows";
            advice.Add(report.CountsAs is null ? $"{rows}, or allow more; --on-inconclusive says whether such a run passes." : $"{rows}, or allow more.");
        }

        return advice;
    }

    internal static int Count(GateResult result, Decision decision) => result.Rules.Count(rule => rule.Decision == decision);

    internal static string Text(FormattableString text) => FormattableString.Invariant(text);
}
