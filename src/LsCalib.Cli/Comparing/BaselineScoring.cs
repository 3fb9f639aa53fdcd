using LsCalib.Cli.Baselines;
using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Data.Baselines;

namespace LsCalib.Cli.Comparing;

/// <summary>Measures a baseline in the place of the model that it was made of.</summary>
internal static class BaselineScoring
{
    /// <param name="input">Which.</param>
    /// <param name="baseline">What its file holds.</param>
    /// <param name="request">How it is measured.</param>
    /// <param name="first">What others are compared with, in whose order rows are taken; null of itself.</param>
    /// <param name="groups">Groups of the rows, in that order, which a baseline does not keep; null: nobody tells any.</param>
    /// <param name="fitted">Reads the rows that its temperature is fitted on.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">Its rows are not those of the first.</exception>
    public static ScoredModel Run(
        PlotInput input, Baseline baseline, EvaluateRequest request, ComparedData? first, ComparedGroups? groups, CalibrationRows fitted, Stage stage, CancellationToken cancel)
    {
        var match = first is null ? null : SameRows.Match(first, ComparedData.Of(baseline));
        var aligned = match?.Order is { } order ? baseline.Take(order) : baseline;
        var test = BaselineScores.Of(aligned, groups?.Groups, cancel);
        using var calibration = fitted.Load(input, request, null, test, stage, cancel);
        request = request with { Metrics = request.Metrics with { Groups = groups?.Groups } };
        var evaluation = stage.Time("metrics", () => Measured(aligned, request, cancel));
        var scored = ModelScoring.Finish(input, request, new(test, ComparedData.Of(aligned), match, evaluation, aligned.Rows), calibration, stage, cancel);
        string missing = string.Join(", ", evaluation.Omitted.Select(metric => metric.Info.Key));
        return scored with
        {
            Model = scored.Model with { Device = baseline.Origin.Device },
            Warnings = missing.Length == 0 || aligned.Probabilities is not null ? scored.Warnings : [.. scored.Warnings, $"no {missing}: {BaselineScores.None}"],
        };
    }

    /// <summary>Every number that the rows tell is theirs, to the bit; only others are those of the probabilities, which are rounded.</summary>
    private static Evaluation Measured(Baseline baseline, EvaluateRequest request, CancellationToken cancel)
    {
        var rows = OfRows(baseline.Rows, request.Metrics, cancel);
        if (baseline.Probabilities is not { } scores)
        {
            return rows;
        }

        var statistics = StatisticsPass.Run(scores, baseline.Rows.Labels, RowScaling.None, request.Metrics.BinCount, request.Threads, cancel);
        var evaluation = request.Metrics.Compute(scores, RowScaling.None, statistics, cancel);
        return rows with
        {
            Metrics = [.. evaluation.Metrics.Select(metric => rows.Metrics.FirstOrDefault(one => one.Info.Key == metric.Info.Key) ?? metric)],
            Omitted = evaluation.Omitted,
        };
    }

    private static Evaluation OfRows(RowResults rows, MetricSet metrics, CancellationToken cancel)
    {
        var ofTop = metrics.Compute(rows.ToOrder(), cancel);
        MetricResult Mean(string key, double[] values) => new(MetricCatalog.Find(key)!, new(
            Intervals.Mean(values),
            metrics.Groups is { } groups ? PairedMean.Of(values, new double[values.Length], groups).At(metrics.Level) : Intervals.OfMean(values, metrics.Level).Interval));
        MetricResult[] all =
        [
            .. ofTop.Metrics,
            Mean("nll", [.. Enumerable.Range(0, rows.RowCount).Select(rows.Nll)]),
            Mean("brier", rows.Brier),
        ];
        return ofTop with
        {
            Metrics = [.. metrics.Keys!.Select(key => all.FirstOrDefault(metric => metric.Info.Key == key)).OfType<MetricResult>()],
            Omitted = [.. ofTop.Omitted.Where(metric => metric.Info.Key is not ("nll" or "brier"))],
        };
    }
}
