using System.CommandLine;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;

namespace LsCalib.Cli.Commands;

/// <summary>evaluate: measures the calibration of a model, or of predictions made elsewhere.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CliContext app)
    {
        var source = new SourceOptions(fitsTemperature: true);
        var output = new OutputOptions();
        var metrics = new MetricOptions();
        var figures = new FigureOptions();
        var calibrate = RecalibrationOptions.Several();
        var command = new Command("evaluate", "Measure a classifier's calibration, fit the temperature-scaling baseline, write tables and plots.");
        source.AddTo(command);
        command.Add(calibrate);
        metrics.AddTo(command);
        figures.AddTo(command);
        output.AddTo(command);
        command.SetAction(async (parse, cancel) =>
        {
            var request = source.Request(parse, metrics.Set(parse), app.Arguments) with { Calibrate = RecalibrationOptions.Wanted(parse, calibrate) };
            var target = parse.GetValue(output.NoOutput) ? null : parse.GetValue(output.Output) ?? Path.Combine("calibration", request.Name);
            var wanted = figures.Wanted(parse);
            await Task.Run(() => Run(app, parse, request, target, output, wanted, cancel), cancel).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(
        CliContext app, ParseResult parse, EvaluateRequest request, string? target, OutputOptions output, IReadOnlyList<FigureKind> figures, CancellationToken cancel)
    {
        bool quiet = parse.GetValue(CommonOptions.Quiet);
        bool verbose = parse.GetValue(CommonOptions.Verbose);
        var terminal = app.Terminal(parse.GetValue(CommonOptions.Color)!);
        OutputOptions.RefuseInputsWithin(
            target, [request.Model, request.Predictions, request.Data, request.Labels, request.CalibrationData, request.CalibrationLabels, request.ClassNamesFile]);
        using var folder = target is null ? null : new OutputFolder(target, parse.GetValue(output.Force));
        var stage = new Stage(app.Error, verbose, terminal.ErrorIsTerminal && !quiet);
        Evaluator.Run(request, stage, report => Publish(app, parse, report, folder, output, figures, stage, cancel), cancel);
    }

    private static void Publish(
        CliContext app, ParseResult parse, RunReport report, OutputFolder? folder, OutputOptions output, IReadOnlyList<FigureKind> figures, Stage stage, CancellationToken cancel)
    {
        bool quiet = parse.GetValue(CommonOptions.Quiet);
        foreach (string warning in report.Warnings.Where(warning => warning == Evaluator.SameData))
        {
            app.Error.WriteLine($"warning: {PlainText.OneLine(warning)}.");
        }

        var json = RunJson.Write(report);
        if (folder is not null && stage.Time("writing", () => RunFolder.Write(report, folder, json, figures, parse.GetValue(output.SaveLogits), cancel)) is { } problem)
        {
            app.Error.WriteLine($"note: figures were written as SVG, but not as PNG: {problem}.");
        }

        foreach (var kind in folder is null ? [] : figures)
        {
            if (kind.Problem(report) is { } reason)
            {
                app.Error.WriteLine($"note: {kind.Name} is not drawn: {reason}.");
            }
        }

        if (parse.GetValue(output.Json))
        {
            app.Output.Write(System.Text.Encoding.UTF8.GetString(json));
            return;
        }

        new SummaryView(app.Terminal(parse.GetValue(CommonOptions.Color)!), app.Output).Write(report, quiet, isWritten: folder is not null);
        if (folder is not null && !quiet)
        {
            app.Output.Write($"\n  Written to {folder.Target}\n");
        }
    }
}
