using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;

namespace LsCalib.Cli.Comparing;

/// <summary>Runs a model, or reads its predictions, and measures it as it is and with a temperature.</summary>
internal static class ModelScoring
{
    /// <param name="input">Which.</param>
    /// <param name="request">How it is read and measured.</param>
    /// <param name="first">The model that others are compared with, in whose order rows are taken; null of itself.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">It cannot be read, has no scores, its rows are weighted, or they are not those of the first.</exception>
    public static ScoredModel Run(PlotInput input, EvaluateRequest request, ScoredModel? first, Stage stage, CancellationToken cancel)
    {
        using var model = request.Model is null ? null : stage.Time($"loading {input.Name}", () => new ModelScores(request, cancel));
        using var loaded = stage.Time($"scores of {input.Name}", () => model is null
            ? PredictionScores.Load(request, request.Predictions!, request.Csv, cancel)
            : model.Load(request.Data!, request.Labels, request.Csv, stage.Progress, cancel));
        using var calibration = request.CalibrationData is not { } path ? null : stage.Time("reading the calibration data", () =>
            model!.Load(path, request.CalibrationLabels, request.Csv with { IsCalibrationData = true }, stage.Progress, cancel));
        Evaluator.Check(request, loaded, calibration);
        if (loaded.Scored is null)
        {
            throw new DataException($"{input.Path}: holds confidence and correct only, and a comparison needs the scores of all classes.");
        }

        if (loaded.Weights is { AreEqual: false } weights)
        {
            throw new DataException($"{input.Path}: rows are weighted by {weights.Name}, and a comparison counts every row the same. Leave the weights out.");
        }

        var data = ComparedData.Of(input, loaded, request.Csv.IdColumn);
        var match = first is null ? null : SameRows.Match(first.Data, data);
        var test = match?.Order is { } order ? loaded.Take(order) : loaded;
        var scored = test.Scored!;
        var groups = first is null ? test.Groups : SameRows.Groups(first.Groups, first.Data.Path, test.Groups, data.Path);
        request = request with { Metrics = request.Metrics with { Groups = groups } };
        var statistics = stage.Time("statistics", () => Evaluator.Located(
            test, () => StatisticsPass.Run(scored.Scores, scored.Labels, RowScaling.None, request.Metrics.BinCount, request.Threads, cancel)));
        var evaluation = stage.Time("metrics", () => request.Metrics.Compute(scored.Scores, RowScaling.None, statistics, cancel));
        var fit = Evaluator.FittedOn(request, test, calibration, cancel);
        var scaled = stage.Time("temperature", () => TemperatureBaseline.ComputeWithNoise(request, scored, fit, cancel));
        var report = new ComparedModel(
            input.Name,
            model is null ? test.SourceFiles : [model.Source.File, .. model.Source.ExternalData],
            model?.Source.Device,
            evaluation,
            scaled.Calibration)
        {
            RowsKnownBy = match?.Words ?? "",
            Stage = new FigureStage(input.Name, input.Name, evaluation with { Classes = [], Classwise = null }, RowScaling.None)
            {
                Rows = FormattableString.Invariant($"n = {scored.Labels.Length:N0} rows, {scored.Scores.ClassCount} classes{(groups is not null ? $", in {groups.Count:N0} groups ({groups.Name}), which noise floors ignore" : "")}"),
                IsGrouped = groups is not null,
                IsWeighted = false,
            },
        };
        return new(
            report,
            RowResults.From(statistics),
            scaled.Statistics is { } after ? RowResults.From(after) : null,
            scaled.Noise,
            data,
            groups,
            Evaluator.Warnings(request, test, calibration));
    }

    /// <summary>The metrics that are compared where nothing else is asked for.</summary>
    /// <param name="set">Number and kind of bins.</param>
    public static IReadOnlyList<string> DefaultKeys(MetricSet set)
    {
        string bins = set.BinCount.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return ["accuracy", "nll", "brier", $"ece-{bins}", $"ece-{bins}-mass", "smooth-ece", $"l2-debiased-{bins}", "aurc"];
    }
}
