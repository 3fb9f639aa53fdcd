using System.CommandLine;
using System.Text;
using LsCalib.Cli.Comparing;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Core.Comparison;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Commands;

/// <summary>compare: several models on the same rows, each against the first.</summary>
internal static class CompareCommand
{
    private const int FewestInputs = 2;
    private const int MostInputs = 12;

    public static Command Create(CliContext app)
    {
        var inputs = PathArgument.Several("inputs", $"Models (.onnx, with --data), folders that evaluate wrote, predictions (.npz, .csv) or baselines, {FewestInputs} to {MostInputs} of the same rows; the first is what the others are compared with; NAME=PATH gives the name. One model will do with two --device.", MostInputs);
        var output = new Option<string>("--output", "-o") { Description = "Folder for the results.", HelpName = "FOLDER", DefaultValueFactory = _ => "comparison" };
        var noOutput = new Option<bool>("--no-output") { Description = "Write no folder." };
        var force = new Option<bool>("--force") { Description = "Replace an output folder that is not ours." };
        var json = new Option<bool>("--json") { Description = "Print compare.json on stdout instead of the tables." };
        var which = ChoiceOption.Create("--pairs", "WHICH", "Differences of each model to the first, or of each pair (all)", "first", "all");
        var source = new SourceOptions(fitsTemperature: true);
        var metrics = new MetricOptions(ModelScoring.DefaultKeys);
        var command = new Command("compare", "Compare models on the same rows: every metric as they are and after temperature scaling, and paired differences to the first, or of each pair.") { inputs };
        source.Data.AddTo(command);
        command.Options.Remove(source.Data.SliceColumns);
        command.Options.Remove(source.Data.WeightColumn);
        command.Add(source.Data.IdColumn);
        command.Options.Remove(source.Data.CalibrationData);
        command.Options.Insert(command.Options.IndexOf(source.Data.CalibrationLabels), source.Data.SeveralCalibrationData);
        source.Models.AddTo(command);
        command.Options.Remove(source.Models.Device);
        command.Add(source.Models.SeveralDevices);
        metrics.AddOwnTo(command);
        foreach (Option option in (Option[])[which, output, noOutput, force, json])
        {
            command.Add(option);
        }

        command.SetAction(async (parse, cancel) =>
        {
            var devices = parse.GetValue(source.Models.SeveralDevices)!;
            var compared = DeviceVariants.Of(PlotInput.Parse(parse.GetValue(inputs)!, takesModels: true, takesBaselines: true), devices);
            var request = new CompareRequest(compared, source.Request(parse, metrics.Set(parse), app.Arguments))
            {
                Calibration = CalibrationArguments.Parse(parse.GetValue(source.Data.SeveralCalibrationData) ?? [], compared),
                AllPairs = parse.GetValue(which) == "all",
            };
            Check(request);
            DeviceVariants.Check(devices);
            string? target = parse.GetValue(noOutput) ? null : parse.GetValue(output);
            await Task.Run(() => Run(app, parse, request, target, parse.GetValue(force), parse.GetValue(json), cancel), cancel).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Check(CompareRequest request)
    {
        var files = request.Files;
        if (request.Inputs.Count < FewestInputs)
        {
            throw new UsageException($"compare: one input is given; give {FewestInputs} to {MostInputs}, the first of them what the others are compared with{(request.Inputs[0].IsModel ? ", or one model and two devices (--device cpu --device cuda)" : "")}.");
        }

        if (request.Inputs.Count > MostInputs)
        {
            throw new UsageException($"compare: {request.Inputs.Count} models are to be compared, each on every --device; {MostInputs} at most fit into a figure.");
        }

        if (files.CalibrationLabels is { } labels && !request.Calibration.Files.Any(file => file.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)))
        {
            throw new UsageException($"--calibration-labels: {labels} goes with --calibration-data inputs.npy; other files hold their own labels. Leave it out.");
        }

        if (files.Metrics.Keys!.All(key => PairedRows.Obstacle(key, hasProbabilities: true) is not null))
        {
            throw new UsageException($"--metrics: none of the metrics has a known difference between two models; known are {string.Join(", ", PairedRows.Patterns.Concat(PairedRows.ProbabilityPatterns))}.");
        }

        CompareRequest.CheckData(request.Inputs, files.Data);
        if (files.Csv.IdColumn is not null && request.Inputs.All(input => input.IsRun))
        {
            throw new UsageException("--id-column: runs of evaluate keep no ids of rows. Name the files of predictions that they were made of, or leave it out.");
        }

        if (files.Csv.GroupColumn is not null && request.Inputs.All(input => input.IsBaseline))
        {
            throw new UsageException("--group-column: baselines keep no groups. Give the model or predictions with them beside.");
        }
    }

    private static void Run(CliContext app, ParseResult parse, CompareRequest request, string? target, bool force, bool json, CancellationToken cancel)
    {
        bool quiet = parse.GetValue(CommonOptions.Quiet);
        var terminal = app.Terminal(parse.GetValue(CommonOptions.Color)!);
        var files = request.Files;
        OutputOptions.RefuseInputsWithin(
            target, [.. request.Inputs.Select(input => input.File), files.Data, files.Labels, .. request.Calibration.Files, files.CalibrationLabels, files.ClassNamesFile]);
        using var folder = target is null ? null : new OutputFolder(target, force, Manifest.Compare);
        var stage = new Stage(app.Error, parse.GetValue(CommonOptions.Verbose), terminal.ErrorIsTerminal && !quiet);
        var report = Comparer.Run(request, stage, cancel);
        byte[] document = CompareJson.Write(report);
        if (folder is not null && stage.Time("writing", () => CompareFolder.Write(report, folder, document, cancel)) is { } problem)
        {
            app.Error.WriteLine($"note: figures were written as SVG, but not as PNG: {problem}.");
        }

        if (json)
        {
            app.Output.Write(Encoding.UTF8.GetString(document));
            return;
        }

        new CompareView(terminal, app.Output).Write(report, quiet);
        if (folder is not null && !quiet)
        {
            app.Output.Write($"\n  Written to {folder.Target}\n");
        }
    }
}
