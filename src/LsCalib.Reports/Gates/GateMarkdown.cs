using System.Collections.Immutable;
using System.Text;
using LsCalib.Core.Gates;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Gates;

/// <summary>A gate as GitHub's Markdown, for a file and for the summary of a step: one table, the worst rule first.</summary>
public static class GateMarkdown
{
    /// <summary>What the document begins with.</summary>
    public const string Heading = "## ls-calib gate: ";

    /// <summary>Largest size in bytes: GitHub drops a step's summary above 1 MiB whole, and other commands of the step may write to it too.</summary>
    public const int MostBytes = 900_000;

    /// <summary>The size from which GitHub drops it, in bytes.</summary>
    public const int DroppedBytes = 1_048_576;

    private const int LongestName = 200;
    private const int LongestReason = 1000;
    private const int MostWarnings = 20;
    private static readonly NumberText Numbers = new(unicode: true);

    /// <summary>The document, UTF-8, ending in a line feed; rules that have no room are counted in its place.</summary>
    public static byte[] Write(GateReport report) => Within(report, MostBytes)!;

    /// <summary>The same in less room.</summary>
    /// <param name="report">The gate.</param>
    /// <param name="most">Bytes at most.</param>
    /// <returns>Null where not even its beginning and end have room.</returns>
    public static byte[]? Within(GateReport report, long most)
    {
        ArgumentNullException.ThrowIfNull(report);
        var rules = GateOrder.WorstFirst(report.Result);
        bool compares = rules.Any(rule => rule.Comparison is not null);
        string head = Head(report, compares);
        string foot = Foot(report);
        long room = most - Encoding.UTF8.GetByteCount(head) - Encoding.UTF8.GetByteCount(foot) - 200;
        if (room < 0)
        {
            return null;
        }

        var text = new StringBuilder(head);
        int shown = 0;
        foreach (var rule in rules)
        {
            string row = Row(rule, compares);
            room -= Encoding.UTF8.GetByteCount(row);
            if (room < 0)
            {
                break;
            }

            text.Append(row);
            shown++;
        }

        text.Append(Left(rules.AsSpan()[shown..].ToImmutableArray())).Append(foot);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Head(GateReport report, bool compares)
    {
        var text = new StringBuilder();
        text.Append(Heading).Append(Sign(report.Result.Decision)).Append("\n\n");
        text.Append(MarkdownText.Code(report.Name, LongestName)).Append(Text($": {GateText.Counts(report.Result)}. {GateText.Rows(report)}."));
        if (report.Baseline is { } baseline)
        {
            text.Append(" Baseline ").Append(MarkdownText.Code(baseline.File.Path, LongestName)).Append(" of ").Append(MarkdownText.Code(baseline.Name, LongestName))
                .Append(", rows matched ").Append(MarkdownText.Escape(baseline.MatchedBy, LongestReason)).Append('.');
        }

        text.Append("\n\n| decision | rule | limit | value (interval) |").Append(compares ? " baseline | worsening (interval) |" : "").Append(" n | why |\n");
        text.Append("|---|---|---|---|").Append(compares ? "---|---|" : "").Append("--:|---|\n");
        return text.ToString();
    }

    private static string Row(RuleResult rule, bool compares)
    {
        var candidate = rule.Candidate;
        var text = new StringBuilder();
        text.Append("| ").Append(Sign(rule.Decision)).Append(" | ").Append(MarkdownText.Code(RuleText.Name(rule.Rule), LongestName)).Append(" | ").Append(MarkdownText.Escape(RuleText.Limit(rule.Rule)));
        if (rule is { Rule.IsRelative: true, Comparison: { } of })
        {
            text.Append(" = ").Append(Numbers.Of(of.Tolerance));
        }

        text.Append(" | ").Append(Numbers.Of(candidate.Value)).Append(Numbers.Interval(candidate.Interval));
        if (candidate.NoiseFloor is { } floor)
        {
            text.Append("<br>noise: mean ").Append(Numbers.Of(floor.Mean)).Append(", 95% ").Append(Numbers.Of(floor.Q95));
        }

        if (compares)
        {
            text.Append(rule.Comparison is { } comparison
                ? $" | {Numbers.Of(comparison.Baseline)} | {Numbers.Difference(comparison.Worsening, comparison.Interval)}"
                : " | |");
        }

        string[] why = [rule.Reason, GateText.Power(rule, Numbers), .. rule.Warnings.Select(warning => $"Warning: {warning}")];
        text.Append(Text($" | {rule.RowCount:N0} | "));
        text.AppendJoin("<br>", why.Where(sentence => sentence.Length > 0).Take(MostWarnings).Select(sentence => MarkdownText.Escape(sentence, LongestReason)));
        return text.Append(" |\n").ToString();
    }

    /// <summary>The rules that had no room.</summary>
    private static string Left(ImmutableArray<RuleResult> left)
    {
        if (left.IsEmpty)
        {
            return "";
        }

        int failed = left.Count(rule => rule.Decision == Decision.Fail);
        int open = left.Count(rule => rule.Decision == Decision.Inconclusive);
        return Text($"\n{left.Length:N0} more rules have no room here: {failed:N0} failed, {open:N0} inconclusive, {left.Length - failed - open:N0} passed.\n");
    }

    private static string Foot(GateReport report)
    {
        var text = new StringBuilder();
        Points(text, "What to do", GateText.Advice(report));
        var warnings = report.Warnings.Take(MostWarnings).ToList();
        if (report.Warnings.Count > MostWarnings)
        {
            warnings.Add(Text($"{report.Warnings.Count - MostWarnings:N0} more warnings"));
        }

        Points(text, "Warnings", warnings);
        text.Append('\n').Append(MarkdownText.Escape(report.Tool, LongestName)).Append(Text($"; {GateText.Basis(report.Result)}.\n"));
        return text.ToString();
    }

    private static void Points(StringBuilder text, string title, IReadOnlyList<string> points)
    {
        if (points.Count > 0)
        {
            text.Append("\n**").Append(title).Append("**\n\n");
            foreach (string point in points)
            {
                text.Append("- ").Append(MarkdownText.Escape(point, LongestReason)).Append('\n');
            }
        }
    }

    private static string Sign(Decision decision) => decision switch
    {
        Decision.Pass => "✅ PASS",
        Decision.Inconclusive => "❔ INCONCLUSIVE",
        _ => "❌ FAIL",
    };

    private static string Text(FormattableString text) => GateText.Text(text);
}
