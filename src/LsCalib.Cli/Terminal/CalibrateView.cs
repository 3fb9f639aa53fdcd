using LsCalib.Core.Calibrators;
using LsCalib.Core.Recalibration;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>What calibrate says on the terminal.</summary>
internal sealed class CalibrateView(TerminalProfile terminal, TextWriter output)
{
    private readonly NumberText _numbers = new(terminal.Unicode);

    /// <param name="report">What was done.</param>
    /// <param name="quiet">Print the tables alone.</param>
    public void Write(CalibrateReport report, bool quiet)
    {
        if (!quiet)
        {
            new SummaryView(terminal, output).WriteSources(report.Run);
        }

        if (report.Selection is { } selection)
        {
            Selection(selection, report.Run.Level);
        }

        if (report.Calibration is not { } calibration)
        {
            return;
        }

        Fit(calibration, report);
        Table(calibration, report.Run);
        if (quiet)
        {
            return;
        }

        Line("");
        foreach (var file in report.Outputs)
        {
            Line($"Written to {file.Path}");
        }

        if (report.Check is { } check)
        {
            Paragraph(FormattableString.Invariant($"{check.Place}. Run on the {check.RowCount:N0} rows, its probabilities agree with the calibrator to {check.LargestDifference:0.0e+0}; {(check.ChangedPredictions == 0 ? "no prediction changed" : $"{check.ChangedPredictions:N0} predictions are others than before")}."));
        }
    }

    private void Selection(MethodSelection selection, double level)
    {
        Line(Bold($"{"method",-16}{"NLL",8}  {Text($"from none, {100 * level:0.#}% interval"),-28}  from best"));
        foreach (var trial in selection.Trials)
        {
            if (trial.CrossFit?.Failure is { } failure)
            {
                Paragraph($"{trial.Method!.Title}: not fitted ({failure.Status.Key()}): {failure.Reason}.");
                continue;
            }

            string from = trial.Method is null ? _numbers.Dash : _numbers.Signed(trial.FromUncalibrated.Value) + _numbers.Interval(trial.FromUncalibrated.At(level));
            string best = trial == selection.Best ? "best" : $"{_numbers.Signed(trial.FromBest.Value)} {(terminal.Unicode ? "±" : "+-")} {_numbers.Of(trial.FromBest.StandardError)}";
            string chosen = trial == selection.Chosen ? "  chosen" : "";
            Line($"{trial.Method?.Title ?? "none",-16}{_numbers.Of(trial.Nll),8}  {from,-28}  {best}{chosen}");
        }

        Line("");
        Paragraph($"Cross-fitted NLL. Chosen: the first in this order, the simpler first, that is within one standard error (±) of the best.");
        Line("");
    }

    private void Fit(Calibration calibration, CalibrateReport report)
    {
        var run = report.Run;
        string rows = Text($"fitted on all {run.RowCount:N0} rows");
        string parameters = calibration.Parameters.Count == 0
            ? Text($"{calibration.Calibrator!.ParameterCount:N0} parameters")
            : string.Join(", ", calibration.Parameters.Select(parameter => Text($"{Name(parameter.Name)} = {parameter.Value:0.0000##}{Interval(parameter)}")));
        Line($"{Bold(calibration.Title)}: {parameters}; {rows}");
        if (report.Profile is { } profile)
        {
            Line(Text($"  {100 * run.Level:0.#}% by likelihood profile:{_numbers.Interval(profile)}"));
        }

        if (calibration.Note.Length > 0)
        {
            Paragraph($"{calibration.Note}.");
        }

        Line("");

        string Interval(Parameter parameter) =>
            _numbers.Interval(parameter.Interval).Replace("(", Text($"({100 * run.Level:0.#}% "), StringComparison.Ordinal);
    }

    private void Table(Calibration calibration, RunReport run)
    {
        if (calibration.Evaluation is not { } after)
        {
            return;
        }

        Line(Bold($"{"metric",-22}{"before",9}{"after",9}  {Text($"change, {100 * run.Level:0.#}% interval"),-28}  noise"));
        for (int i = 0; i < run.Evaluation.Metrics.Length; i++)
        {
            var (info, before) = run.Evaluation.Metrics[i];
            var measured = after.Metrics[i].Measurement;
            string change = info.Key == "accuracy" && calibration.Calibrator!.KeepsPrediction ? "predictions unchanged"
                : calibration.DifferenceOf(info.Key) is { } difference ? _numbers.Signed(difference.Value) + _numbers.Interval(difference.Interval)
                : _numbers.Dash;
            string noise = measured.NoiseFloor is { } floor ? _numbers.Of(floor.Q95) : "";
            Line($"{info.Title,-22}{_numbers.Fixed(before.Value),9}{_numbers.Fixed(measured.Value),9}  {change,-28}  {noise}".TrimEnd());
        }

        Paragraph($"after: {(calibration.FitOn.Origin == FitOrigin.CrossFitted ? Text($"cross-fitted on {TemperatureScaling.FoldCount} folds, so that no row is measured by a fit that saw it") : calibration.FitOn.Words)}. Changes are of paired rows; that of an ECE allows for what noise adds to each. noise: 95 of 100 samples from a perfectly calibrated model stay below.");
    }

    private static string Name(string parameter) => parameter switch
    {
        "temperature" => "T",
        "uniformWeight" => "w",
        _ => parameter,
    };

    private void Paragraph(string text) => Paragraphs.Write(output, text, Math.Clamp(terminal.Width, 40, 100), 2);

    private string Bold(string text) => terminal.Colors ? $"\u001b[1m{text}\u001b[22m" : text;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
