using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison.Changes;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>What changed, on the terminal.</summary>
internal sealed class ChangeView(TerminalProfile terminal, TextWriter output)
{
    private const int MostShown = 5;
    private const int NameWidth = 20;
    private readonly NumberText _numbers = new(terminal.Unicode);

    private int Width => Math.Clamp(terminal.Width, 40, 100);

    public void Write(ChangeReport report, bool quiet)
    {
        var change = report.Explanation;
        Line("");
        Line(Text($"{PlainText.OneLine(report.Old)} to {PlainText.OneLine(report.New)}   n = {change.RowCount:N0}, K = {report.ClassCount}"));
        Line("");
        Line(Bold($"{"",-27}{"old",9}{"new",9}  {Text($"change, {100 * report.Level:0.#}% interval")}"));
        foreach (var (name, part) in ChangeJson.Changes(change))
        {
            Line($"{Title(name),-27}{_numbers.Fixed(part.Before),9}{_numbers.Fixed(part.After),9}  {_numbers.Signed(part.Change.Value)}{_numbers.Interval(part.Change.At(report.Level))}");
        }

        Line($"{MetricCatalog.Find(report.EceKey)!.Title,-27}{_numbers.Fixed(change.Ece.Baseline),9}{_numbers.Fixed(change.Ece.Candidate),9}  {_numbers.Signed(change.Ece.Value)}{_numbers.Interval(change.Ece.At(report.Level))}");
        Paragraph("Calibration: what a cross-fitted temperature takes away of a score; refinement: what it leaves. Changes are of paired rows; that of the ECE allows for what noise adds to each.");
        Line("");
        Paragraph(Direction(change, report.Level));
        Paragraph(Repair(change, report.Level));
        foreach (var kind in change.Moved)
        {
            Moved(kind, report.Level);
        }

        foreach (string warning in report.Warnings.Where(_ => !quiet))
        {
            Paragraph($"warning: {PlainText.OneLine(warning)}");
        }
    }

    private string Direction(ChangeExplanation change, double level)
    {
        string gap = $"gap {_numbers.Signed(change.Gap.Before)} to {_numbers.Signed(change.Gap.After)}";
        return change.Gap.Change.At(level) switch
        {
            { Upper: < 0 } => $"{Bold("MORE CONFIDENT")} for its accuracy than before: {gap} (accuracy less mean confidence).",
            { Lower: > 0 } => $"{Bold("LESS CONFIDENT")} for its accuracy than before: {gap} (accuracy less mean confidence).",
            _ => $"No shift of confidence against accuracy is told: {gap}.",
        };
    }

    private static string Repair(ChangeExplanation change, double level)
    {
        if (change.Repaired is not { } repaired)
        {
            return $"No temperature could be fitted to both ({change.Temperature.Status.Key()}): {(change.Temperature.Reason.Length > 0 ? change.Temperature.Reason : "that of the old one failed")}.";
        }

        string brings = Text($"a new temperature (T = {change.Temperature.Temperature:0.000}, cross-fitted) brings NLL to {repaired.After:0.0000}; the old model had {repaired.Before:0.0000}");
        return change.Repair switch
        {
            TemperatureRepair.NotNeeded when change.Nll.Total.Change.Value > 0 => $"So many rows do not tell whether NLL got worse, and there is nothing in it to repair: {brings}.{Hidden(change, level)}",
            TemperatureRepair.NotNeeded => $"NLL did not get worse: nothing in it to repair ({brings}).{Hidden(change, level)}",
            TemperatureRepair.Repairs => $"A temperature alone repairs it, by nine tenths or more: {brings}.",
            TemperatureRepair.DoesNot => $"A temperature alone does not repair it: {brings}.",
            _ => $"These rows cannot tell whether a temperature alone repairs it: {brings}.",
        };
    }

    /// <summary>What of the scores a temperature repairs where the whole did not get worse, since refinement made up for it.</summary>
    private static string Hidden(ChangeExplanation change, double level)
    {
        string[] worse = [.. change.WorseCalibration(level).Select(part => Text($"{(part.Key == "nll" ? "NLL" : "Brier score")} (+{part.Change:0.0000})"))];
        return worse.Length == 0 ? "" : $" Calibration by itself did get worse, by its part of the {string.Join(" and ", worse)}; that part is what a new temperature takes away.";
    }

    private void Moved(MovedParts kind, double level)
    {
        Line("");
        Line(Bold($"{Shortened(kind.Kind),-NameWidth}{"rows old",10}{"new",9}{"gap old",10}{"new",9}{"error",10}{"p adj.",9}"));
        foreach (var part in kind.Parts.Take(MostShown))
        {
            string p = double.IsNaN(part.AdjustedPValue) ? _numbers.Dash : part.AdjustedPValue < 0.0001 ? "<0.0001" : _numbers.Fixed(part.AdjustedPValue);
            Line(Text($"{Shortened(part.Name),-NameWidth}{part.CountBefore,10:N0}{part.CountAfter,9:N0}{Number(part.GapBefore),10}{Number(part.GapAfter),9}{_numbers.Signed(part.ErrorAfter - part.ErrorBefore),10}{p,9}"));
        }

        int told = kind.Parts.Count(part => part.AdjustedPValue < 1 - level);
        Paragraph(Text($"{told} of {kind.Parts.Length:N0} moved for sure (p < {1 - level:0.###}, Holm). error: change of share of rows times |gap|."));
    }

    private string Number(double value) => double.IsNaN(value) ? _numbers.Dash : _numbers.Fixed(value);

    private string Shortened(string name)
    {
        string shown = PlainText.OneLine(name);
        return shown.Length < NameWidth ? shown : shown[..(NameWidth - 2)] + (terminal.Unicode ? "…" : "~");
    }

    private static string Title(string name) => name switch
    {
        "nll" => "NLL (nats)",
        "brier" => "Brier",
        "nll-calibration" or "brier-calibration" => "  of it calibration",
        "nll-refinement" or "brier-refinement" => "  of it refinement",
        "mean-confidence" => "mean confidence",
        _ => name,
    };

    private void Paragraph(string text) => Paragraphs.Write(output, text, Width, 2);

    private string Bold(string text) => terminal.Colors ? $"\u001b[1m{text}\u001b[22m" : text;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
