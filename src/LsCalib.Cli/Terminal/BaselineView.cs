using LsCalib.Core.Catalog;
using LsCalib.Core.Scores;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>What is said of a baseline on the terminal.</summary>
internal sealed class BaselineView(TerminalProfile terminal, TextWriter output)
{
    private readonly NumberText _numbers = new(terminal.Unicode);

    /// <param name="report">The baseline.</param>
    /// <param name="quiet">Print the table alone.</param>
    public void Write(BaselineReport report, bool quiet)
    {
        if (!quiet)
        {
            Header(report);
        }

        Line(Bold($"{"metric",-27}{"value",8}   noise: 95%"));
        foreach (var (info, measurement) in report.Metrics)
        {
            string noise = measurement.NoiseFloor is { } floor ? _numbers.Of(floor.Q95) : "";
            Line($"{Name(info),-27}{_numbers.Of(measurement.Value),8}   {noise}".TrimEnd());
        }
    }

    /// <param name="report">The baseline written.</param>
    /// <param name="quiet">Print the table alone.</param>
    public void WriteSaved(BaselineReport report, bool quiet)
    {
        Write(report, quiet);
        Written(report, quiet);
    }

    /// <param name="report">The baseline written.</param>
    /// <param name="old">The one that it replaces.</param>
    /// <param name="before">Headline metrics of that.</param>
    /// <param name="quiet">Print the table alone.</param>
    public void WriteUpdated(BaselineReport report, Baseline old, IReadOnlyList<MetricResult> before, bool quiet)
    {
        if (!quiet)
        {
            Header(report);
            Line($"  in place of {old.Origin.Name}, made by {old.Origin.Tool}");
            Line("");
        }

        Line(Bold($"{"metric",-27}{"before",8}{"now",12}   noise: 95%"));
        for (int i = 0; i < before.Count; i++)
        {
            var (info, now) = report.Metrics[i];
            string noise = now.NoiseFloor is { } floor ? _numbers.Of(floor.Q95) : "";
            Line($"{Name(info),-27}{_numbers.Of(before[i].Measurement.Value),8}{_numbers.Of(now.Value),12}   {noise}".TrimEnd());
        }

        Written(report, quiet);
    }

    private void Header(BaselineReport report)
    {
        var baseline = report.Baseline;
        var origin = baseline.Origin;
        Line("");
        Line(Text($"{report.File.Path}   {baseline.Rows.RowCount:N0} {(baseline.Rows.RowCount == 1 ? "row" : "rows")}, {baseline.Rows.ClassCount} classes{(baseline.ClassNames is null ? "" : " with names")}, {report.ByteCount:N0} bytes"));
        Line($"  {origin.Name}{(origin.IsModel ? $" on {origin.DataName}" : "")}, by {origin.Tool}");
        Line($"  read as {(origin.Scores == ScoreKind.Logits ? "logits" : "probabilities")}: {origin.ScoreReason}");
        if (origin.Preprocessing.Length > 0)
        {
            Line($"  inputs: {origin.Preprocessing}");
        }

        if (origin.Runtime is not null)
        {
            Line($"  {origin.Runtime} on {origin.Device}");
        }

        if (origin.IgnoredLabel is { } ignored)
        {
            Line(Text($"  rows with the label {ignored} were left out"));
        }

        Line($"  rows are known by {baseline.Identities.Words(baseline.Identities.Kind)}");
        if (baseline.Probabilities is { } probabilities)
        {
            Line($"  with the probabilities of all classes, {(probabilities is ScoreMatrix<float> ? "float32" : "float64")}");
        }

        Line("");
    }

    private void Written(BaselineReport report, bool quiet)
    {
        if (!quiet)
        {
            Line("");
            Line($"Written to {report.File.Path}");
        }
    }

    private string Name(MetricInfo info) => info.Title + info.Unit switch { "nats" => " (nats)", "score 0–2" => $" (0{_numbers.Dash}2)", _ => "" };

    private string Bold(string text) => terminal.Colors ? $"\u001b[1m{text}\u001b[22m" : text;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
