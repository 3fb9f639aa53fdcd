using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>A comparison on the terminal: every metric of every model, then each model against the first.</summary>
internal sealed class CompareView(TerminalProfile terminal, TextWriter output)
{
    private const int TitleWidth = 21;
    private const int ColumnWidth = 19;
    private readonly NumberText _numbers = new(terminal.Unicode);

    /// <param name="report">What was found.</param>
    /// <param name="quiet">Print the tables alone.</param>
    public void Write(CompareReport report, bool quiet)
    {
        if (!quiet)
        {
            string groups = report.Groups is { } by ? Text($", in {by.Count:N0} groups ({PlainText.OneLine(by.Name)})") : "";
            Line("");
            Line(Text($"{report.Models.Count} models, {report.RowCount:N0} {(report.RowCount == 1 ? "row" : "rows")}, {report.ClassCount} classes{groups}"));
            Line("");
        }

        int columns = Math.Max(1, (Math.Min(terminal.Width, 120) - 2 - TitleWidth) / ColumnWidth);
        foreach (var models in report.Models.Chunk(columns))
        {
            Models(models, report);
        }

        if (!quiet)
        {
            Paragraph(FitWords(report) is { Length: > 0 } fits ? $"As it is / with a temperature T, fitted by NLL on {fits}." : "As it is; no model has a temperature.");
            Line("");
        }

        foreach (var pair in report.Pairs)
        {
            Pair(pair, report);
        }

        if (!quiet)
        {
            Paragraph(Footnote(report));
            Paragraph(RowsWords(report));
        }

        foreach (string warning in quiet ? [] : report.Warnings)
        {
            Paragraph($"note: {PlainText.OneLine(warning)}.");
        }
    }

    private static string FitWords(CompareReport report) => string.Join("; ", report.Models.Where(model => model.Temperature.Evaluation is not null).Select(model => model.Temperature.FitOn.Words).Distinct());

    private static string Footnote(CompareReport report) => Text(
        $"Differences are those of the same rows; {100 * report.Level:0.###}% intervals{report.TemperaturesFrom switch { null => "", FitOrigin.CrossFitted => ", T refitted with the rows", _ => ", with the scatter of T on the rows fitted on" }}; those of binned and smoothed errors allow for what noise adds to each. p: two-sided, of no difference, adjusted for the metrics of a table (Holm); accuracy by {(report.Groups is null ? "McNemar's exact test" : "whole groups")}.");

    /// <summary>What told that the rows are the same, of all models or of each.</summary>
    private static string RowsWords(CompareReport report)
    {
        var known = report.Models.Skip(1).GroupBy(model => model.RowsKnownBy, model => model.Name).ToList();
        return $"Rows are the same by {string.Join("; ", known.Select(same => known.Count == 1 ? same.Key : $"{same.Key} ({string.Join(", ", same)})"))}{(known.Any(same => same.Key == ComparedModel.ByNumber) ? ": of rows without ids only labels can be checked" : "")}.";
    }

    private void Models(ComparedModel[] models, CompareReport report)
    {
        Line(Bold($"{"metric",-TitleWidth}{string.Concat(models.Select(model => Shortened(report.ShortNames[model.Name], ColumnWidth - 2).PadLeft(ColumnWidth)))}"));
        foreach (var info in report.Metrics)
        {
            string cells = string.Concat(models.Select(model => $"{Value(model.Before(info))} / {Value(model.After(info))}".PadLeft(ColumnWidth)));
            Line($"{Shortened(info.Title, TitleWidth - 1),-TitleWidth}{cells}");
        }

        Line($"{"T",-TitleWidth}{string.Concat(models.Select(model => (model.Temperature.Parameters is [var only] ? Text($"{only.Value:0.0000}") : _numbers.Dash).PadLeft(ColumnWidth)))}");
        Line($"{Text($"  {100 * report.Level:0.###}% interval"),-TitleWidth}{string.Concat(models.Select(model => Ends(model.Temperature.Parameters is [var only] ? only.Interval : null).PadLeft(ColumnWidth)))}");
        if (report.Models.Any(model => model.Smoothing is not null))
        {
            Line($"{"label smoothing",-TitleWidth}{string.Concat(models.Select(model => Smoothing(model).PadLeft(ColumnWidth)))}");
        }

        Line("");
    }

    private string Smoothing(ComparedModel model) => model.Smoothing is not { } smoothing ? _numbers.Dash
        : Text($"{(smoothing.Convention.StartsWith("eps", StringComparison.Ordinal) ? terminal.Unicode ? "ε" : "eps" : terminal.Unicode ? "α" : "alpha")} = {smoothing.Strength:0.####}");

    private string Value(Measurement? measured) => measured is null ? _numbers.Dash : _numbers.Fixed(measured.Value);

    private string Ends(Interval? interval) => interval is null ? _numbers.Dash
        : $"{_numbers.Fixed(interval.Lower)} {_numbers.Dash} {(double.IsInfinity(interval.Upper) ? "any" : _numbers.Fixed(interval.Upper))}";

    private void Pair(ComparedPair pair, CompareReport report)
    {
        string title = $"{Shortened(report.ShortNames[pair.Name], 30)} {(terminal.Unicode ? "−" : "-")} {Shortened(report.ShortNames[pair.Against], 30)}";
        Table($"{title}, as they are", pair.AsIs, report.Level);
        if (pair.Scaled is { } scaled)
        {
            Table($"{title}, with temperatures", scaled, report.Level);
        }

        var change = pair.Change;
        string right = change.Predictions == 0 ? "no prediction changed"
            : Text($"{change.Predictions:N0} {(change.Predictions == 1 ? "prediction" : "predictions")} changed ({change.Correctness.OnlyCandidate:N0} now right, {change.Correctness.OnlyBaseline:N0} now wrong)");
        Paragraph(change is { LargestConfidence: 0, Predictions: 0 }
            ? "Outputs: every prediction is the same."
            : $"Outputs: confidences move by {Size(change.MeanConfidence)} on average and {Size(change.LargestConfidence)} at most; {right}.");
        Line("");
    }

    private void Table(string title, IReadOnlyList<ModelDifference> differences, double level)
    {
        Line(Bold(title));
        Line($"{"metric",-19}{Text($"difference, {100 * level:0.###}% interval"),33}{"p",11}");
        foreach (var one in differences)
        {
            string interval = one.Interval is null ? $" ({_numbers.Dash})" : _numbers.Interval(one.Interval);
            string verdict = one.AdjustedPValue <= 1 - level && one.IsBetter is { } better ? better ? "better" : "worse" : "";
            Line($"{Shortened(one.Info.Title, 21),-22}{_numbers.Signed(one.Value),8}{interval,-24}{PValue(one.AdjustedPValue),8}  {verdict}".TrimEnd());
        }

        Line("");
    }

    private string PValue(double p) => double.IsNaN(p) ? _numbers.Dash : p < 0.001 ? "<0.001" : Text($"{p:0.000}");

    private static string Size(double change) => change is 0 or >= 0.0001 ? Text($"{change:0.0000}") : Text($"{change:0.0e+0}");

    private string Shortened(string text, int width)
    {
        string name = PlainText.OneLine(text);
        int kept = width - 1;
        return name.Length <= width ? name : name[..(kept - (kept / 2))] + (terminal.Unicode ? "…" : "~") + name[^(kept / 2)..];
    }

    private void Paragraph(string text) => Paragraphs.Write(output, text, Math.Clamp(terminal.Width, 40, 100), 2);

    private string Bold(string text) => terminal.Colors ? $"\u001b[1m{text}\u001b[22m" : text;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
