using System.Globalization;
using LsCalib.Core.Slices;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>The worst slices of a run on the terminal.</summary>
internal sealed class SliceView(TerminalProfile terminal, TextWriter output)
{
    private const int MostShown = 5;
    private const int NameWidth = 24;
    private const int WideTable = 78;

    private string Dash => terminal.Unicode ? "–" : "-";

    private string Minus => terminal.Unicode ? "−" : "-";

    private string Ellipsis => terminal.Unicode ? "…" : "~";

    private int Width => Math.Clamp(terminal.Width, 40, 100);

    /// <param name="report">A run with slices.</param>
    /// <param name="isWritten">Whether its tables are in a folder.</param>
    public void Write(RunReport report, bool isWritten)
    {
        var slices = report.Slices;
        bool wide = terminal.Width >= WideTable;
        Line("");
        Line(Bold($"{"slice",-NameWidth}{"rows",9}{(wide ? $"{"accuracy",10}" : "")}{"gap",9}{"ECE",8}{(wide ? $"{"noise",8}" : "")}{"p adj.",9}"));
        foreach (var slice in slices.Take(MostShown))
        {
            Line(Text($"{Name(Title(slice)),-NameWidth}{slice.Count,9:N0}{(wide ? $"{Number(slice.Accuracy.Value),10}" : "")}{Number(slice.Gap.Value),9}{Number(slice.Ece.Value),8}{(wide ? $"{Number(slice.Ece.NoiseFloor?.Q95 ?? double.NaN),8}" : "")}{PValue(slice.AdjustedPValue),9}"));
        }

        string columns = string.Join(", ", slices.Select(slice => PlainText.OneLine(slice.Column)).Distinct());
        string shown = slices.Length <= MostShown ? ""
            : isWritten ? Text($" The worst {MostShown} are shown, slices.csv has all.")
            : Text($" The worst {MostShown} are shown; slices.csv, which --no-output leaves out, has all.");
        Paragraph(Text($"{slices.Length:N0} {(slices.Length == 1 ? "slice" : "slices")} by {columns}, those that chance does not explain first, each kind by ECE less its mean under calibration.{shown}"));
        Paragraph(Tested(slices, report.Level));
    }

    /// <summary>What was tested, and which slices chance does not explain.</summary>
    private string Tested(IReadOnlyList<Slice> slices, double level)
    {
        int count = slices.Count(slice => !double.IsNaN(slice.AdjustedPValue));
        if (count == 0)
        {
            return "No slice could be tested: no row of theirs counts.";
        }

        string all = count == slices.Count ? Text($"all {count:N0}") : Text($"the {count:N0} that could be tested");
        string test = $"p: test of the number of right rows, adjusted by Holm for {all}.";
        string alpha = Text($"p < {1 - level:0.###}");
        var worse = slices.Where(slice => slice.AdjustedPValue < 1 - level).ToList();
        if (worse.Count == 0)
        {
            return $"{test} None is worse than chance ({alpha}).";
        }

        string names = string.Join("; ", worse.Take(MostShown).Select(slice => Name(Title(slice)).TrimEnd()));
        string more = worse.Count > MostShown ? Text($" and {worse.Count - MostShown:N0} more") : "";
        return $"{test} Worse than chance ({alpha}): {names}{more}.";
    }

    private static string Title(Slice slice) => $"{slice.Column} = {slice.Value}";

    /// <summary>A name that leaves the columns where they are and has no line breaks.</summary>
    private string Name(string name)
    {
        string shown = PlainText.OneLine(name);
        return shown.Length <= NameWidth - 1 ? shown : shown[..(NameWidth - 2)] + Ellipsis;
    }

    private string PValue(double p) => double.IsNaN(p) ? Dash : p < 0.0001 ? "<0.0001" : Number(p);

    private string Number(double value)
    {
        if (double.IsNaN(value))
        {
            return Dash;
        }

        string text = Math.Abs(value).ToString("F4", CultureInfo.InvariantCulture);
        return (value < 0 && text != "0.0000" ? Minus : "") + text;
    }

    private void Paragraph(string text) => Paragraphs.Write(output, text, Width, 2);

    private string Bold(string text) => terminal.Colors ? $"\u001b[1m{text}\u001b[22m" : text;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
