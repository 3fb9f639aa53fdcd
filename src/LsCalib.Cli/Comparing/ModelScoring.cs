using LsCalib.Cli.Baselines;
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
    /// <param name="first">What others are compared with, in whose order rows are taken; null of itself.</param>
    /// <param name="groups">Groups that its rows must have; null: none was read yet.</param>
    /// <param name="fitted">Reads the rows that its temperature is fitted on.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">It cannot be read, has no scores, its rows are weighted, or they are not those of the first.</exception>
    public static ScoredModel Run(
        PlotInput input, EvaluateRequest request, ComparedData? first, ComparedGroups? groups, CalibrationRows fitted, Stage stage, CancellationToken cancel)
    {
        using var model = request.Model is null ? null : stage.Time($"loading {input.Name}", () => new ModelScores(request, cancel));
        using var loaded = stage.Time($"scores of {input.Name}", () => model is null
            ? PredictionScores.Load(request, request.Predictions!, request.Csv, cancel)
            : model.Load(request.Data!, request.Labels, request.Csv, stage.Progress, cancel));
        if (loaded.Scored is null)
        {
            throw new DataException($"{input.Path}: holds confidence and correct only, and a comparison needs the scores of all classes.");
        }

        if (loaded.Weights is { AreEqual: false } weights)
        {
            throw new DataException($"{input.Path}: rows are weighted by {weights.Name}, and a comparison counts every row the same. Leave the weights out.");
        }

        PredictionStatistics Statistics(LoadedScores rows) => stage.Time("statistics", () => Evaluator.Located(
            rows, () => StatisticsPass.Run(rows.Scored!.Scores, rows.Scored.Labels, RowScaling.None, request.Metrics.BinCount, request.Threads, cancel)));
        var statistics = Statistics(loaded);
        var data = ComparedData.Of(input, request, loaded, RowResults.From(statistics), model?.Source);
        var match = first is null ? null : SameRows.Match(first, data);
        var test = loaded;
        if (match?.Order is { } order)
        {
            test = loaded.Take(order);
            statistics = Statistics(test);
        }

        using var calibration = fitted.Load(input, request, model, loaded, stage, cancel);
        request = request with { Metrics = request.Metrics with { Groups = SameRows.Groups(groups, test.Groups, data.Path) } };
        var evaluation = stage.Time("metrics", () => request.Metrics.Compute(test.Scored!.Scores, RowScaling.None, statistics, cancel));
        var scored = Finish(
            input, request, new(test, data, match, evaluation, match?.Order is null ? data.Known.Rows : RowResults.From(statistics)), calibration, stage, cancel);
        return model is null ? scored : scored with
        {
            Model = scored.Model with { Files = [model.Source.File, .. model.Source.ExternalData], Device = model.Source.Device, Smoothing = model.Source.Smoothing, Data = loaded.SourceFiles },
        };
    }

    /// <summary>Measures with a temperature what was measured as it is.</summary>
    /// <param name="input">Which.</param>
    /// <param name="request">How it is measured.</param>
    /// <param name="rows">Its rows, in the order of the first.</param>
    /// <param name="calibration">Rows to fit the temperature on, or null: cross-fitted.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    public static ScoredModel Finish(
        PlotInput input, EvaluateRequest request, MeasuredRows rows, LoadedScores? calibration, Stage stage, CancellationToken cancel)
    {
        var (test, data, match, evaluation, results) = rows;
        var groups = request.Metrics.Groups;
        request = request with { CalibrationData = calibration?.Files[0].Path };
        var scaled = test.Scored is { } scored
            ? stage.Time("temperature", () => TemperatureBaseline.ComputeWithNoise(request, scored, Evaluator.FittedOn(request, test, calibration, cancel), cancel))
            : (TemperatureBaseline.Without(BaselineScores.None), null, null);
        var report = new ComparedModel(input.Name, test.SourceFiles, null, evaluation, scaled.Calibration)
        {
            Data = input.IsRun ? [.. RunData.Of(input.Path).Select(file => new SourceFile(file.Name, file.Sha256))] : [],
            CalibrationData = calibration?.SourceFiles ?? [],
            RowsKnownBy = match?.Words ?? "",
            Stage = new FigureStage(input.Name, input.Name, evaluation with { Classes = [], Classwise = null }, RowScaling.None)
            {
                Rows = FormattableString.Invariant($"n = {results.RowCount:N0} rows, {results.ClassCount} classes{(groups is not null ? $", in {groups.Count:N0} groups ({groups.Name}), which noise floors ignore" : "")}"),
                IsGrouped = groups is not null,
                IsWeighted = false,
            },
        };
        var kept = request.Metrics.Keys!.Any(PairedRows.NeedsProbabilities) ? test.Scored?.Scores : null;
        return new(
            report,
            kept is null ? results : results.With(ScoreProbabilities.Of(kept, RowScaling.None)),
            scaled.Statistics is { } after ? RowResults.From(after).With(kept is null ? null : ScoreProbabilities.Of(kept.ToLogits(), scaled.Calibration.Scaling!)) : null,
            scaled.Noise,
            data,
            groups,
            [.. Evaluator.Warnings(request, test, calibration), .. match?.Differences ?? []]);
    }

    /// <summary>The metrics that are compared where nothing else is asked for.</summary>
    /// <param name="set">Number and kind of bins.</param>
    public static IReadOnlyList<string> DefaultKeys(MetricSet set)
    {
        string bins = set.BinCount.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return ["accuracy", "nll", "brier", $"ece-{bins}", $"ece-{bins}-mass", "smooth-ece", $"l2-debiased-{bins}", "aurc"];
    }
}
