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
        var model = PathArgument.Optional("model", "ONNX classifier.");
        var predictions = new Option<string?>("--predictions") { Description = "Predictions instead of a model: .npz (logits or probabilities [N,K], labels [N]; or confidence and correct [N]) or .csv (logit_0… or prob_0…, label; or confidence, correct).", HelpName = "FILE" };
        var data = new DataOptions();
        var models = new ModelOptions();
        var output = new OutputOptions();
        var metrics = new MetricOptions();
        var figures = new FigureOptions();
        var command = new Command("evaluate", "Measure a classifier's calibration, fit the temperature-scaling baseline, write tables and plots.") { model, predictions };
        data.AddTo(command);
        models.AddTo(command);
        metrics.AddTo(command);
        figures.AddTo(command);
        output.AddTo(command);
        command.Validators.Add(result =>
        {
            bool hasModel = result.GetResult(model) is { Tokens.Count: > 0 };
            bool hasPredictions = result.GetResult(predictions) is not null;
            if (hasModel == hasPredictions)
            {
                result.AddError(hasModel
                    ? "evaluate takes a model or --predictions, not both."
                    : "evaluate takes a model and --data, or --predictions. For example: ls-calib evaluate model.onnx --data test.csv");
            }
            else if (hasModel && result.GetResult(data.Data) is null)
            {
                result.AddError("evaluate: --data is missing: the labelled test data to run the model on.");
            }
            else if (hasPredictions && result.GetResult(data.Data) is not null)
            {
                result.AddError("evaluate: --data goes with a model; --predictions holds its own labels.");
            }
        });
        command.SetAction(async (parse, cancel) =>
        {
            var request = new EvaluateRequest
            {
                Model = parse.GetValue(model),
                Predictions = parse.GetValue(predictions),
                Data = parse.GetValue(data.Data),
                Labels = parse.GetValue(data.Labels),
                CalibrationData = parse.GetValue(data.CalibrationData),
                CalibrationLabels = parse.GetValue(data.CalibrationLabels),
                ClassNamesFile = parse.GetValue(data.ClassNames),
                Csv = data.Csv(parse),
                Layout = data.Layout(parse),
                InputColumns = InputColumns(parse.GetValue(models.Input)),
                OutputName = parse.GetValue(models.OutputName),
                Scores = models.Kind(parse),
                InputShape = DataOptions.Given(parse, models.InputShape),
                Preprocessing = models.Preprocessing(parse),
                BatchSize = parse.GetValue(models.BatchSize),
                Device = parse.GetValue(models.Device)!,
                Metrics = metrics.Set(parse),
                Threads = CommonOptions.ThreadCount(parse),
                Command = OutputOptions.WithoutOutput(app.Arguments),
            };
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
        foreach (string? input in new[] { request.Model, request.Predictions, request.Data, request.Labels, request.CalibrationData, request.CalibrationLabels, request.ClassNamesFile })
        {
            string within = target is null ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)) + Path.DirectorySeparatorChar;
            if (input is not null && within.Length > 0 && Path.GetFullPath(input).StartsWith(within, StringComparison.Ordinal))
            {
                throw new UsageException($"{input}: lies in the output folder {target}, which is replaced whole. Choose another with --output.");
            }
        }

        using var folder = target is null ? null : new OutputFolder(target, parse.GetValue(output.Force));
        var stage = new Stage(app.Error, verbose, terminal.ErrorIsTerminal && !quiet);
        Evaluator.Run(request, stage, report => Publish(app, parse, report, folder, output, figures, stage, cancel), cancel);
    }

    private static void Publish(
        CliContext app, ParseResult parse, RunReport report, OutputFolder? folder, OutputOptions output, IReadOnlyList<FigureKind> figures, Stage stage, CancellationToken cancel)
    {
        bool quiet = parse.GetValue(CommonOptions.Quiet);
        var json = RunJson.Write(report);
        if (folder is not null && stage.Time("writing", () => RunFolder.Write(report, folder, json, figures, parse.GetValue(output.SaveLogits), cancel)) is { } problem)
        {
            app.Error.WriteLine($"note: figures were written as SVG, but not as PNG: {problem}.");
        }

        if (parse.GetValue(output.Json))
        {
            app.Output.Write(System.Text.Encoding.UTF8.GetString(json));
            return;
        }

        new SummaryView(app.Terminal(parse.GetValue(CommonOptions.Color)!), app.Output).Write(report, quiet);
        if (folder is not null && !quiet)
        {
            app.Output.Write($"\n  Written to {folder.Target}\n");
        }
    }

    private static List<(string Input, string[] Columns)> InputColumns(string[]? values)
    {
        var inputs = new List<(string, string[])>();
        foreach (string value in values ?? [])
        {
            int equals = value.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || equals == value.Length - 1)
            {
                throw new UsageException($"--input: \"{value}\" is not NAME=columns, such as image=p*.");
            }

            if (inputs.Any(input => input.Item1 == value[..equals]))
            {
                throw new UsageException($"--input: \"{value[..equals]}\" is given twice.");
            }

            inputs.Add((value[..equals], value[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        }

        return inputs;
    }
}
