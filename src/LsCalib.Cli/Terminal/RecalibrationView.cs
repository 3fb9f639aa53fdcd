using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>The table that compares recalibration methods with each other and with the model as it is.</summary>
internal sealed class RecalibrationView(TerminalProfile terminal, TextWriter output)
{
    private readonly NumberText _numbers = new(terminal.Unicode);

    public void Write(RunReport report)
    {
        var fit = report.Calibrations[0].FitOn;
        Line("");
        Line(fit.Origin switch
        {
            FitOrigin.CrossFitted => Text($"Recalibration, cross-fitted on {TemperatureScaling.FoldCount} folds of the data; --calibration-data fits it apart"),
            FitOrigin.EvaluationData => $"Recalibration, OPTIMISTIC: fitted on {fit.Words}",
            _ => $"Recalibration, fitted on {fit.Words}",
        });
        string change = Text($"change, {100 * report.Level:0.#}% interval");
        Line(Bold($"{"method",-16}{"NLL",8}  {change,-28}{"ECE",8}{"noise",8}{"accuracy",10}"));
        Row("none", report.Evaluation, report, null);
        foreach (var calibration in report.Calibrations)
        {
            if (calibration.Evaluation is { } evaluation)
            {
                Row(calibration.Title, evaluation, report, calibration.DifferenceOf("nll"));
            }
            else
            {
                Paragraphs.Write(output, $"{calibration.Title}: not fitted ({calibration.Status.Key()}): {calibration.Reason}.", Math.Clamp(terminal.Width, 40, 100), 2);
            }
        }

        foreach (var calibration in report.Calibrations.Where(calibration => calibration.Evaluation is not null))
        {
            if (ChangedPredictions(calibration) is { } changed)
            {
                Paragraphs.Write(output, $"{calibration.Title} changed accuracy by {changed}.", Math.Clamp(terminal.Width, 40, 100), 2);
            }
        }

        if (report.Calibrations.Any(calibration => calibration.Method == "temperature" && calibration.Parameters.Count > 0))
        {
            var temperature = report.Calibrations.First(calibration => calibration.Method == "temperature").Parameters[0];
            Line(Text($"T = {temperature.Value:0.000}{_numbers.Interval(temperature.Interval)}"));
        }

        if (report.Calibrations.Any(calibration => calibration.Evaluation is not null))
        {
            Line("Changes are of paired rows; those of NLL below 0 are for the better.");
        }

        string? ChangedPredictions(Calibration calibration)
        {
            var accuracy = calibration.DifferenceOf("accuracy");
            return accuracy is not { } difference || difference.Value == 0 ? null : $"{_numbers.Signed(difference.Value)}{_numbers.Interval(difference.Interval)}";
        }
    }

    private void Row(string name, Evaluation evaluation, RunReport report, PairedDifference? difference)
    {
        string change = difference is { } d ? _numbers.Signed(d.Value) + _numbers.Interval(d.Interval) : _numbers.Dash;
        var ece = evaluation[report.DiagramEceKey];
        string noise = ece.NoiseFloor is { } floor ? _numbers.Of(floor.Q95) : _numbers.Dash;
        Line($"{name,-16}{_numbers.Of(evaluation["nll"].Value),8}  {change,-27} {_numbers.Fixed(ece.Value),8}{noise,8}{_numbers.Of(evaluation["accuracy"].Value),10}");
    }

    private string Bold(string text) => terminal.Colors ? $"\u001b[1m{text}\u001b[22m" : text;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
