using System.Text;
using LsCalib.Core.Gates;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Gates;

/// <summary>A gate as annotations of GitHub Actions: commands on stdout, one a line.</summary>
public static class GitHubAnnotations
{
    /// <summary>Lines at most: GitHub shows ten of a kind for a step.</summary>
    public const int Most = 10;

    private const int LongestName = 200;
    private const int LongestMessage = 2000;
    private static readonly NumberText Numbers = new(unicode: true);

    /// <summary>
    /// The lines, without line ends: an error for each failed rule, a warning for each inconclusive one (an error where that counts as fail) and for what is to be
    /// known of those passed, the worst first. Where there are more than ten, the last line says how many.
    /// </summary>
    public static IReadOnlyList<string> Lines(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var told = GateOrder.WorstFirst(report.Result).Where(rule => rule.Decision != Decision.Pass || !rule.Warnings.IsEmpty).ToList();
        var shown = told.Take(told.Count <= Most ? Most : Most - 1).ToList();
        bool openCountsAsFail = report.CountsAs == Decision.Fail;
        var lines = shown.ConvertAll(rule => Line(rule, openCountsAsFail));
        if (told.Count > shown.Count)
        {
            var rest = told.Skip(shown.Count).ToList();
            lines.Add(Command(
                rest.Exists(rule => IsError(rule, openCountsAsFail)),
                "ls-calib gate",
                GateText.Text($"{rest.Count:N0} more rules are not shown: {rest.Count(rule => rule.Decision == Decision.Fail):N0} failed, {rest.Count(rule => rule.Decision == Decision.Inconclusive):N0} inconclusive.")));
        }

        return lines;
    }

    /// <summary>A rule that breaks the gate: one that failed, or is inconclusive where that counts as fail.</summary>
    private static bool IsError(RuleResult rule, bool openCountsAsFail) => rule.Decision == Decision.Fail || (openCountsAsFail && rule.Decision == Decision.Inconclusive);

    private static string Line(RuleResult rule, bool openCountsAsFail)
    {
        string title = $"ls-calib gate: {rule.Decision.Word()}: {Cut(RuleText.Of(rule.Rule), LongestName)}";
        string[] sentences = rule.Decision == Decision.Pass ? [.. rule.Warnings] : [Seen(rule), rule.Reason, GateText.Power(rule, Numbers), .. rule.Warnings];
        return Command(IsError(rule, openCountsAsFail), title, Cut(string.Join(" ", sentences.Where(sentence => sentence.Length > 0).Select(Sentence)), LongestMessage));
    }

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";

    /// <summary>The numbers that decided it.</summary>
    private static string Seen(RuleResult rule) => rule.Comparison is { } comparison
        ? $"{Numbers.Of(comparison.Baseline)} → {Numbers.Of(rule.Candidate.Value)}, {GateText.Change(comparison, Numbers)}"
        : $"{Numbers.Of(rule.Candidate.Value)}{Numbers.Interval(rule.Candidate.Interval)}";

    private static string Command(bool isError, string title, string message) =>
        $"::{(isError ? "error" : "warning")} title={Escape(title, isProperty: true)}::{Escape(message, isProperty: false)}";

    private static string Cut(string text, int most) => text.Length <= most ? text : $"{text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)]}…";

    private static string Escape(string text, bool isProperty)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '%' => "%25",
                '\r' => "%0D",
                '\n' => "%0A",
                ':' when isProperty => "%3A",
                ',' when isProperty => "%2C",
                _ when char.IsControl(c) => " ",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
