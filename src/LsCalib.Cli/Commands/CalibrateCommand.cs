using System.CommandLine;
using LsCalib.Cli.Calibrating;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Core.Scores;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Commands;

/// <summary>calibrate: fits a calibrator and writes a calibrated model, or the calibrator alone.</summary>
internal static class CalibrateCommand
{
    private const string Auto = "auto";

    public static Command Create(CliContext app)
    {
        var options = new CalibrateOptions();
        var command = new Command("calibrate", "Fit a calibrator on validation data and write the calibrated model, or the calibrator as JSON.");
        options.AddTo(command);
        command.SetAction(async (parse, cancel) =>
        {
            await Task.Run(() => Run(app, parse, options, cancel), cancel).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(CliContext app, ParseResult parse, CalibrateOptions options, CancellationToken cancel)
    {
        var source = options.Source.Request(parse, options.Metrics(parse), app.Arguments);
        string? output = parse.GetValue(options.Output);
        bool force = parse.GetValue(options.Force);
        bool quiet = parse.GetValue(CommonOptions.Quiet);
        ScoreKind? kind = parse.GetValue(options.OutputKind) switch { "logits" => ScoreKind.Logits, "probabilities" => ScoreKind.Probabilities, _ => null };
        if (parse.GetValue(options.SaveCalibrator) is { } saved)
        {
            CalibrateOptions.RequireEnding(saved, ".json", "--save-calibrator writes the calibrator as JSON");
        }

        RefuseInputs([output, parse.GetValue(options.SaveCalibrator)], [source.Model, source.Predictions, source.Data, source.Labels, source.ClassNamesFile, parse.GetValue(options.Apply)]);
        if (parse.GetValue(options.Apply) is { } calibrator)
        {
            CalibrateOptions.RequireEnding(output!, ".npz", "--apply writes mapped predictions");
            using var target = new OutputFile(output!, CalibrationOutputs.IsOurPredictions, force);
            string done = CalibratorApplication.Run(calibrator, source, target, kind, cancel);
            if (!quiet)
            {
                app.Output.Write($"\n  {done}\n  Written to {output}\n");
            }

            return;
        }

        string method = parse.GetValue(options.Method)!;
        bool writesModel = output is not null && CalibrateOptions.IsModel(output, source);
        var request = new CalibrateRequest
        {
            Source = source,
            Method = method == Auto ? null : RecalibrationOptions.Find(options.Method.Name, method, Auto),
            ModelOutput = writesModel ? output : null,
            CalibratorOutput = writesModel ? parse.GetValue(options.SaveCalibrator) : output ?? parse.GetValue(options.SaveCalibrator),
            OutputKind = kind,
            Force = force,
        };
        var terminal = app.Terminal(parse.GetValue(CommonOptions.Color)!);
        var stage = new Stage(app.Error, parse.GetValue(CommonOptions.Verbose), terminal.ErrorIsTerminal && !quiet);
        var report = CalibrationRun.Run(request, stage, cancel);
        foreach (string warning in report.Run.Warnings)
        {
            app.Error.WriteLine($"warning: {PlainText.OneLine(warning)}.");
        }

        if (report.Calibration is null)
        {
            app.Error.WriteLine("note: no method is better than the model as it is by more than a standard error, so nothing is written. --method temperature calibrates all the same.");
        }

        if (parse.GetValue(options.Json))
        {
            app.Output.Write(System.Text.Encoding.UTF8.GetString(CalibrateJson.Write(report)));
            return;
        }

        new CalibrateView(terminal, app.Output).Write(report, quiet);
    }

    private static void RefuseInputs(IEnumerable<string?> outputs, IReadOnlyList<string?> inputs)
    {
        foreach (string output in outputs.OfType<string>())
        {
            if (inputs.OfType<string>().Any(input => Path.GetFullPath(input) == Path.GetFullPath(output)))
            {
                throw new UsageException($"{output}: is read and to be written. Name another file with --output.");
            }
        }
    }
}
