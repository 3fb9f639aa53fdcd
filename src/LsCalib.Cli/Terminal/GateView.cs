using LsCalib.Core.Gates;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Gates;

namespace LsCalib.Cli.Terminal;

/// <summary>What a gate says, on the terminal: each rule with what decided it, and the decision of the whole in the last line.</summary>
internal sealed class GateView(TerminalProfile terminal, TextWriter output)
{
    private const int NameWidth = 22;
    private const int ValueWidth = 25;

    /// <summary>Columns before the name of a rule: a margin and its decision.</summary>
    private const int Indent = 15;

    /// <summary>Columns that rule, value and limit have room in beside each other.</summary>
    private const int WideTable = 80;
    private readonly NumberText _numbers = new(terminal.Unicode);

    private string Arrow => terminal.Unicode ? "→" : "->";

    private int Width => Math.Clamp(terminal.Width, 40, 100);

    /// <param name="report">The gate.</param>
    /// <param name="quiet">Print rules and decision alone: neither what was read nor warnings, but for what an inconclusive gate counts as.</param>
    public void Write(GateReport report, bool quiet)
    {
        if (!quiet)
        {
            Sources(report);
        }

        foreach (var rule in report.Result.Rules)
        {
            Rule(rule);
        }

        Line("");
        foreach (string advice in GateText.Advice(report))
        {
            Paragraph(advice, 2);
        }

        string counts = report.CountsAs is { } decision ? GateText.CountsAs(decision) : "";
        foreach (string warning in report.Warnings.Where(warning => !quiet || warning == counts))
        {
            Paragraph($"warning: {warning}", 2);
        }

        Paragraph($"{GateText.Counts(report.Result)}", 2);
        Line(FormattableString.Invariant($"gate: {Coloured(report.Result.Decision, Shout(report.Result.Decision))} (seed {report.Result.Seed})"));
    }

    private void Sources(GateReport report)
    {
        Line("");
        Paragraph($"{report.Name}   {GateText.Rows(report)}", 2);
        if (report.Baseline is { } baseline)
        {
            Paragraph($"baseline: {baseline.File.Path}, of {baseline.Name}; rows matched {baseline.MatchedBy}", 2);
        }

        if (report.RulesFile is { } file)
        {
            Paragraph($"rules: {file.Path}", 2);
        }

        Paragraph($"intervals: {GateText.Basis(report.Result)}", 2);

        Line("");
    }

    private void Rule(RuleResult rule)
    {
        string name = PlainText.OneLine(RuleText.Name(rule.Rule));
        string limit = RuleText.Limit(rule.Rule);
        string value = rule.Comparison is { } comparison
            ? $"{_numbers.Of(comparison.Baseline)} {Arrow} {_numbers.Of(rule.Candidate.Value)}"
            : _numbers.Of(rule.Candidate.Value) + _numbers.Interval(rule.Candidate.Interval);
        string decision = Coloured(rule.Decision, $"{Shout(rule.Decision),-13}");
        bool fits = name.Length < NameWidth && value.Length < ValueWidth && Indent + NameWidth + ValueWidth + limit.Length <= WideTable;
        if (terminal.Width >= WideTable && fits)
        {
            Line($"{decision}{name,-NameWidth}{value,-ValueWidth}{limit}");
        }
        else
        {
            Line($"{decision}{name}");
            Paragraph($"{value}, {limit}", Indent);
        }

        Paragraph(string.Join("; ", Facts(rule)), Indent);
        string[] told = [rule.Reason, GateText.Power(rule, _numbers), .. rule.Warnings.Select(warning => $"warning: {warning}")];
        foreach (string sentence in told.Where(sentence => sentence.Length > 0))
        {
            Paragraph(sentence, Indent);
        }
    }

    /// <summary>The numbers that decided it.</summary>
    private IEnumerable<string> Facts(RuleResult rule)
    {
        if (rule.Comparison is { } comparison)
        {
            yield return $"{GateText.Change(comparison, _numbers)}, allowed {_numbers.Of(comparison.Tolerance)}";
            if (comparison.AdjustedPValue is { } p && !double.IsNaN(p))
            {
                yield return $"p {(p < 0.0001 ? "< 0.0001" : $"= {_numbers.Fixed(p)}")}, adjusted";
            }
        }

        yield return FormattableString.Invariant($"n = {rule.RowCount:N0}");
        if (rule.Candidate.NoiseFloor is { } floor && !double.IsNaN(floor.Mean))
        {
            yield return $"noise floor {_numbers.Of(floor.Mean)}, 95% {_numbers.Of(floor.Q95)}";
        }
    }

    private static string Shout(Decision decision) => decision.Word().ToUpperInvariant();

    /// <summary>Green, yellow or red, and the word says it too.</summary>
    private string Coloured(Decision decision, string text) => !terminal.Colors ? text
        : $"\u001b[{(decision == Decision.Pass ? "32" : decision == Decision.Inconclusive ? "33" : "31")}m{text}\u001b[39m";

    private void Paragraph(string text, int indent) => Paragraphs.Write(output, PlainText.OneLine(text), Width, indent);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
