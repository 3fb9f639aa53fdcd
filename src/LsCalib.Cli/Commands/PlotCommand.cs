using System.CommandLine;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Commands;

/// <summary>plot: figures of several models side by side.</summary>
internal static class PlotCommand
{
    private const int MostInputs = 12;

    public static Command Create(CliContext app)
    {
        var inputs = PathArgument.Several("inputs", $"Folders that evaluate wrote, or predictions (.npz, .csv) as evaluate reads them, 1 to {MostInputs}; NAME=PATH gives the title.", MostInputs);
        var output = new Option<string>("--output", "-o") { Description = "Folder for the figures.", HelpName = "FOLDER", DefaultValueFactory = _ => "figures" };
        var force = new Option<bool>("--force") { Description = "Replace an output folder that is not ours." };
        var figures = new FigureOptions(ofModels: true);
        var metrics = new MetricOptions();
        var source = new SourceOptions(fitsTemperature: false);
        var ofFiles = source.Data.OfPredictions.Append(source.Models.Scores).ToList();
        var command = new Command("plot", "Draw the figures of several models side by side. Options of columns, labels and scores are for files; a run is read as it was written.") { inputs, output, force };
        figures.AddTo(command);
        metrics.AddDiagramsTo(command);
        foreach (var option in ofFiles)
        {
            command.Add(option);
        }

        command.SetAction(async (parse, cancel) =>
        {
            var files = source.Request(parse, metrics.Set(parse) with { Keys = [] }, app.Arguments) with { OnlyFigures = true };
            var request = new PlotRequest(PlotInput.Parse(parse.GetValue(inputs)!), figures.Wanted(parse), files);
            Check(parse, request, ofFiles);
            await Task.Run(() => Run(app, parse, request, parse.GetValue(output)!, parse.GetValue(force), cancel), cancel).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Check(ParseResult parse, PlotRequest request, IEnumerable<Option> ofFiles)
    {
        if (request.Inputs.All(input => input.IsRun) && ofFiles.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is { } idle)
        {
            throw new UsageException($"{idle.Name} is for files of predictions, and all inputs are runs: those are read as evaluate wrote them.");
        }

        if (request.Files.Csv.WeightColumn is not null && !request.Figures.Any(kind => kind.TakesWeights))
        {
            throw new UsageException("--weight-column: no figure that is asked for is known for weighted rows; reliability is.");
        }
    }

    private static void Run(CliContext app, ParseResult parse, PlotRequest request, string target, bool force, CancellationToken cancel)
    {
        bool quiet = parse.GetValue(CommonOptions.Quiet);
        OutputOptions.RefuseInputsWithin(target, request.Inputs.Select(input => input.File).Append(request.Files.ClassNamesFile));
        using var folder = new OutputFolder(target, force, Manifest.Plot);
        var stage = new Stage(app.Error, parse.GetValue(CommonOptions.Verbose), showProgress: false);
        var report = Plotter.Measure(request, stage, cancel);
        foreach (var model in quiet ? [] : report.Models)
        {
            foreach (string warning in model.Warnings)
            {
                app.Error.WriteLine($"note: {model.Stage.Title}: {warning}.");
            }
        }

        if (stage.Time("drawing", () => Plotter.Write(report, request.Figures, folder, cancel)) is { } problem)
        {
            app.Error.WriteLine($"note: figures were written as SVG, but not as PNG: {problem}.");
        }

        foreach (var kind in request.Figures)
        {
            if (kind.Problem(report.Source) is { } reason)
            {
                app.Error.WriteLine($"note: {kind.Name} is not drawn: {reason}.");
            }
        }

        new PlotView(app.Terminal(parse.GetValue(CommonOptions.Color)!), app.Output).Write(report, quiet);
        if (!quiet)
        {
            app.Output.Write($"\n  Written to {folder.Target}\n");
        }
    }
}
