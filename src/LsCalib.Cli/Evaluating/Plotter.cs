using LsCalib.Data;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;

namespace LsCalib.Cli.Evaluating;

/// <summary>Measures models one after another, and draws them side by side.</summary>
internal static class Plotter
{
    /// <summary>Measures the models. Of each no more is kept than figures need: its scores are let go before the next is read.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">An input cannot be read, or its weights do not go with the others or with any figure.</exception>
    public static PlotReport Measure(PlotRequest request, Stage stage, CancellationToken cancel)
    {
        var models = new List<PlottedModel>();
        bool hasProfile = request.Figures.Any(kind => kind.NeedsScores);
        foreach (var input in request.Inputs)
        {
            Evaluator.Run(
                Request(request.Files, input),
                stage,
                report =>
                {
                    var model = FigureStage.OfModel(report, input.Name);
                    models.Add(new(hasProfile ? stage.Time("temperature profile", () => model.WithProfile(report, cancel)) : model, report.Data[0], report.RowCount, report.Scored?.Scores.ClassCount, report.Warnings));
                },
                cancel);
            CheckWeights(request, models);
        }

        var metrics = request.Files.Metrics;
        return new(Tool.NameAndVersion, request.Files.Command, [.. request.Figures.Select(kind => kind.Name)], models)
        {
            Source = FigureSource.OfModels([.. models.Select(model => model.Stage)], metrics.Level, metrics.Seed, metrics.DiagramEceKey),
        };
    }

    /// <summary>Draws the figures that are known for these rows.</summary>
    /// <returns>Why there is no PNG, or null.</returns>
    public static string? Write(PlotReport report, IEnumerable<FigureKind> figures, OutputFolder folder, CancellationToken cancel)
    {
        folder.Write(Manifest.Plot, PlotJson.Write(report));
        foreach (var kind in figures.Where(kind => kind.Problem(report.Source) is null))
        {
            cancel.ThrowIfCancellationRequested();
            FigureFiles.Write(kind.Name, kind.OfModels!(report.Source, cancel), folder);
        }

        cancel.ThrowIfCancellationRequested();
        folder.Commit();
        return Png.Problem;
    }

    /// <summary>Checks the weights of the model measured last: panels with and without weights would not show the same.</summary>
    private static void CheckWeights(PlotRequest request, List<PlottedModel> models)
    {
        var (first, last) = (models[0], models[^1]);
        if (first.Stage.IsWeighted != last.Stage.IsWeighted)
        {
            var (weighted, plain) = first.Stage.IsWeighted ? (first, last) : (last, first);
            throw new DataException($"{plain.File.Path}: its rows all count the same, but those of {weighted.File.Path} are weighted. Draw models with weights and without in figures of their own.");
        }

        if (last.Stage.IsWeighted && !request.Figures.Any(kind => kind.TakesWeights))
        {
            throw new DataException($"{last.File.Path}: its rows are weighted, and no figure that is asked for is known for weighted rows; reliability is.");
        }
    }

    private static EvaluateRequest Request(EvaluateRequest files, PlotInput input) =>
        input.IsRun ? files.OfRun(input.File) with { ClassNamesFile = null } : files with { Predictions = input.File };
}
