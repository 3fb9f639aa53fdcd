using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>The models of a figure on the terminal, one a line.</summary>
internal sealed class PlotView(TerminalProfile terminal, TextWriter output)
{
    /// <summary>Columns that the numbers take.</summary>
    private const int Numbers = 55;

    /// <param name="report">The models.</param>
    /// <param name="quiet">Print the table alone.</param>
    public void Write(PlotReport report, bool quiet)
    {
        int width = Math.Clamp(report.Models.Max(model => model.Stage.Title.Length), "model".Length, Math.Max(12, terminal.Width - 2 - Numbers));
        string header = $"{"model".PadRight(width)}{"rows",12}{"classes",9}{"accuracy",10}{"conf.",8}{"ECE",8}{"noise",8}";
        output.Write(quiet ? "" : "\n");
        output.Write($"  {(terminal.Colors ? $"\u001b[1m{header}\u001b[22m" : header)}\n");
        foreach (var model in report.Models)
        {
            var evaluation = model.Stage.Evaluation;
            var ece = evaluation[report.Source.EceKey];
            string classes = model.ClassCount is { } count ? FormattableString.Invariant($"{count:N0}") : terminal.Unicode ? "–" : "-";
            output.Write(FormattableString.Invariant(
                $"  {Shortened(model.Stage.Title, width).PadRight(width)}{model.RowCount,12:N0}{classes,9}{evaluation["accuracy"].Value,10:0.0000}{evaluation["mean-confidence"].Value,8:0.0000}{ece.Value,8:0.0000}{ece.NoiseFloor!.Q95,8:0.0000}\n"));
        }

        if (!quiet)
        {
            output.Write("  noise: 95 of 100 samples from a perfectly calibrated model stay below.\n");
        }
    }

    /// <summary>A name that fits, its middle left out where it is too long.</summary>
    private string Shortened(string name, int width)
    {
        string mark = terminal.Unicode ? "…" : "~";
        int kept = width - 1;
        return name.Length <= width ? name : name[..(kept - (kept / 2))] + mark + name[^(kept / 2)..];
    }
}
