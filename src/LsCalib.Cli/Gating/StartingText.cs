using System.Text;
using LsCalib.Core.Gates;
using LsCalib.Core.Metrics;
using LsCalib.Reports.Gates;

namespace LsCalib.Cli.Gating;

/// <summary>What a gate without rules prints: a file of rules to begin with, and where its limits come from.</summary>
/// <param name="Json">The file, with its end of line.</param>
/// <param name="Whole">It stands by itself between empty lines, with words before and after; the last line has its end.</param>
internal sealed record StartingText(string Json, string Whole)
{
    /// <param name="evaluation">Of the candidate, with intervals.</param>
    /// <param name="hasBaseline">Whether a baseline was given.</param>
    public static StartingText Of(Evaluation evaluation, bool hasBaseline)
    {
        var rules = StartingRules.For(evaluation, hasBaseline);
        string json = Encoding.UTF8.GetString(GateRulesJson.Write(rules.Select(rule => rule.Rule)));
        if (rules.IsEmpty)
        {
            return new(json, $"Write rules to {RulesFile.DefaultPath}, or type them: --max ece-15=0.05. None could be derived: the metrics of these rows are undefined.\n");
        }

        var text = new StringBuilder($"Rules to begin with{(hasBaseline ? ", of which this candidate passes those without baseline" : ", which this candidate passes")}; save them as {RulesFile.DefaultPath}:\n\n");
        text.Append(json).Append("\nWhere the limits come from:\n");
        foreach (var (rule, reason) in rules)
        {
            text.Append("  ").Append(RuleText.Of(rule)).Append(": ").Append(reason).Append(".\n");
        }

        return new(json, text.ToString());
    }
}
