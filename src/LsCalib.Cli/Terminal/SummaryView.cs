using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>The summary of a run on the terminal.</summary>
internal sealed class SummaryView(TerminalProfile terminal, TextWriter output)
{
    private const int FewRows = 10;

    /// <summary>Columns that the middle of the noise has room in as well.</summary>
    private const int RoomForMedian = 88;
    private readonly NumberText _numbers = new(terminal.Unicode);

    private string Dash => _numbers.Dash;

    /// <param name="report">The run.</param>
    /// <param name="quiet">Print results alone: neither what was read nor warnings.</param>
    /// <param name="isWritten">Whether the tables of the run are in a folder.</param>
    public void Write(RunReport report, bool quiet, bool isWritten)
    {
        if (!quiet)
        {
            WriteSources(report);
        }

        Table(report);
        var temperature = report.Calibrations is [{ Method: "temperature" } only] ? only : null;
        bool compares = temperature is null && report.Calibrations.Count > 0 && report.Scored is not null;
        if (!quiet)
        {
            Bars(report.Evaluation.Reliability);
        }

        Conclusion(report);
        if (temperature is not null)
        {
            Baseline(report, temperature);
        }
        else if (compares)
        {
            new RecalibrationView(terminal, output).Write(report);
        }

        if (!report.Slices.IsEmpty)
        {
            new SliceView(terminal, output).Write(report, isWritten);
        }

        foreach (string warning in report.Warnings.Where(warning => !quiet && warning != Evaluating.Evaluator.SameData))
        {
            Paragraphs.Write(output, PlainText.OneLine($"warning: {warning}"), Math.Clamp(terminal.Width, 40, 100), 2);
        }
    }

    /// <summary>What was read, and how.</summary>
    public void WriteSources(RunReport report)
    {
        Line("");
        if (report.Scored is { } scored)
        {
            Scored(report, scored);
        }
        else
        {
            Line(Text($"{report.Data[0].Path}   {Rows(report.RowCount)}, confidence and outcome alone"));
            Line($"  read from {report.ScoreReason}");
        }

        if (report.Ignored is { } ignored)
        {
            Line(Text($"  {ignored.Count:N0} with the label {ignored.Label} were left out"));
        }

        if (report.Groups is { } groups)
        {
            Line(groups.Count == 1 ? $"  one group ({PlainText.OneLine(groups.Name)}); noise and p-values ignore it" : Text($"  bootstrap by {PlainText.OneLine(groups.Name)}: {groups.Count:N0} groups; noise and p-values ignore them"));
        }

        if (report.Weights is { } weights)
        {
            Line(Text($"  rows count by {PlainText.OneLine(weights.Name)}: they tell as much as {weights.EffectiveCount:N0} equal ones"));
        }

        Line("");
    }

    private void Scored(RunReport report, ScoredRows scored)
    {
        string scores = scored.Scores.Kind == ScoreKind.Logits ? "logits" : "probabilities";
        string classes = Text($"{scored.Scores.ClassCount} classes");
        if (report.Model is { } model)
        {
            Line(Text($"{model.File.Path}   opset {model.Opset}, {classes}, output \"{model.Output}\""));
            Line($"  read as {scores}: {report.ScoreReason}");
            Line($"  batches of {model.BatchSize} on {model.Device}: {model.DeviceReason}");
        }

        int present = scored.Statistics.Labels.Distinct().Count();
        string labels = present == scored.Scores.ClassCount ? "all classes present" : Text($"{present} of {scored.Scores.ClassCount} classes present");
        Line(Text($"{report.Data[0].Path}   {Rows(report.RowCount)}, {(report.Model is null ? classes + ", " : "")}{labels}"));
        if (report.Model is null)
        {
            Line($"  read as {scores}: {report.ScoreReason}");
        }

        if (scored.LargestSumDeviation is > 1e-6 and { } deviation)
        {
            Line(Text($"  rows of probabilities were divided by their sums; the largest deviation from 1 was {deviation:0.0e+0}"));
        }

        if (scored.Statistics.ZeroProbabilityRowCount > 0)
        {
            Line(Text($"  {Rows(scored.Statistics.ZeroProbabilityRowCount)} {(scored.Statistics.ZeroProbabilityRowCount == 1 ? "gives its" : "give their")} true class probability 0; it counts as {scored.Scores.ZeroReplacement:0.00e+0} in NLL"));
        }
    }

    private void Table(RunReport report)
    {
        bool wide = terminal.Width >= 60;
        bool wider = terminal.Width >= RoomForMedian;
        var scaled = report.Calibrations.Where(calibration => calibration.Evaluation is not null).ToList() is [var only] ? only : null;
        string title = scaled is null ? ""
            : scaled.Method == "temperature" ? Text($"T = {scaled.Parameters[0].Value:0.000}").PadLeft(12) : "after".PadLeft(12);
        Line(Bold($"{"metric",-27}{"value",8}{title}{(wide ? $"   {Text($"{100 * report.Level:0.#}% interval"),-19}  {(wider ? "noise: median, 95%" : "noise")}" : "")}"));
        for (int i = 0; i < report.Evaluation.Metrics.Length; i++)
        {
            var (info, m) = report.Evaluation.Metrics[i];
            string unit = info.Unit switch { "nats" => " (nats)", "score 0–2" => $" (0{Dash}2)", _ => "" };
            string after = scaled is null ? "" : _numbers.Of(scaled.Evaluation!.Metrics[i].Measurement.Value).PadLeft(12);
            string range = !wide ? ""
                : m.Interval is { } interval ? $"{_numbers.Of(interval.Lower)} {Dash} {_numbers.Of(interval.Upper)}"
                : m.PValue is { } p && !double.IsNaN(p) ? (p < 1e-6 ? "p < 0.000001" : $"p = {_numbers.Of(p)}")
                : Dash;
            string floor = wide && m.NoiseFloor is { } noise ? $"{(wider ? $"{_numbers.Of(noise.Median),-9}" : "")}{_numbers.Of(noise.Q95)}" : "";
            string name = info.Title.Length + unit.Length <= 27 ? info.Title + unit : info.Title;
            Line($"{name,-27}{_numbers.Of(m.Value),8}{after}   {range,-19}  {floor}".TrimEnd());
        }

        if (wide)
        {
            string rows = Text($"n = {report.RowCount:N0}");
            string resamples = report.ResampleCount > 0 && report.Groups is not { Count: 1 } ? Text($", {report.ResampleCount:N0} resamples") : "";
            Line($"{rows}{resamples}. noise: 95 of 100 samples from a perfectly");
            Line("calibrated model stay below; a value there is no sign of miscalibration.");
            if (scaled is not null)
            {
                Line("Interval and noise are those of the value before recalibration.");
            }
        }
    }

    private void Bars(ReliabilityTable table)
    {
        int repeat = table.Bins.Length * 2 <= terminal.Width - 34 ? 2 : 1;
        if (table.Bins.Length * repeat > terminal.Width - 34)
        {
            return;
        }

        double most = Math.Sqrt(table.Bins.Max(bin => bin.Weight));
        int last = table.Bins.Length - 1;
        while (last > 0 && table.Bins[last].Weight == 0)
        {
            last--;
        }

        double share = table.Bins[last].Weight / table.TotalWeight;
        string root = terminal.Unicode ? "√" : "sqrt";
        string where = last == table.Bins.Length - 1 ? "in the last bin" : "in the last filled bin";
        Line("");
        Line($"confidence  0 {Draw(table.Bins.Select(bin => bin.MeanConfidence))} 1   what it claims");
        Line($"accuracy      {Draw(table.Bins.Select(bin => bin.Accuracy))}     what it gets");
        Line($"rows {$"({root})",-6}   {Draw(table.Bins.Select(bin => bin.Weight == 0 ? double.NaN : Math.Sqrt(bin.Weight) / most))}     {Text($"{share:P0}").Replace(" ", "", StringComparison.Ordinal)} {where}");

        string Draw(IEnumerable<double> values)
        {
            string bars = Sparkline.Draw(values, repeat, terminal.Unicode);
            if (!terminal.Colors)
            {
                return bars;
            }

            // A bin of few rows says little: it is dimmed.
            return string.Concat(table.Bins.Select((bin, m) =>
            {
                string part = bars.Substring(m * repeat, repeat);
                return bin.EffectiveCount is > 0 and < FewRows ? $"\u001b[2m{part}\u001b[22m" : part;
            }));
        }
    }

    private void Conclusion(RunReport report)
    {
        double confidence = report.Evaluation["mean-confidence"].Value;
        double accuracy = report.Evaluation["accuracy"].Value;
        string word = Verdicts.Of(report.Evaluation, report.DiagramEceKey) switch
        {
            Verdict.Overconfident => "OVERCONFIDENT",
            Verdict.Underconfident => "UNDERCONFIDENT",
            Verdict.Miscalibrated => "MISCALIBRATED",
            _ => "NOT TOLD FROM CALIBRATED",
        };
        Line("");
        Line(Bold(word) + Text($": mean confidence {confidence:0.000}, accuracy {accuracy:0.000}, gap {_numbers.Of(report.Evaluation["gap"].Value, 3)} (n = {report.RowCount:N0})."));
    }

    private void Baseline(RunReport report, Calibration calibration)
    {
        if (calibration.Evaluation is not { } evaluation)
        {
            Line($"Temperature scaling: no temperature ({calibration.Status.Key()}): {calibration.Reason}.");
            return;
        }

        var parameter = calibration.Parameters[0];
        string interval = parameter.Interval is { } i ? Text($" ({100 * report.Level:0.#}% {i.Lower:0.000} {Dash} {(double.IsInfinity(i.Upper) ? "any" : i.Upper.ToString("0.000", CultureInfo.InvariantCulture))})") : "";
        Line(Text($"Temperature scaling: T = {parameter.Value:0.000}{interval}, {(parameter.Value > 1 ? "softer" : "sharper")}."));
        Line(Text($"  ECE {report.Evaluation[report.DiagramEceKey].Value:0.0000} to {evaluation[report.DiagramEceKey].Value:0.0000}, NLL {report.Evaluation["nll"].Value:0.0000} to {evaluation["nll"].Value:0.0000}."));
        Line(calibration.FitOn.Origin switch
        {
            FitOrigin.CrossFitted => Text($"  cross-fitted on {calibration.Folds.Count} folds of the data; --calibration-data fits it apart"),
            FitOrigin.EvaluationData => $"  OPTIMISTIC: fitted on {calibration.FitOn.Words}",
            _ => $"  fitted on {calibration.FitOn.Words}",
        });
    }

    private static string Rows(int count) => Text($"{count:N0} {(count == 1 ? "row" : "rows")}");

    private string Bold(string text) => terminal.Colors ? $"\u001b[1m{text}\u001b[22m" : text;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
