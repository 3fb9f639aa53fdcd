using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Cli.Evaluating;

/// <summary>The temperature-scaling baseline: fitted on calibration data, or cross-fitted on the test data.</summary>
internal static class TemperatureBaseline
{
    private const string Method = "temperature";

    /// <summary>What is said where there are no scores to divide.</summary>
    public static Calibration WithoutScores { get; } = new(
        Method, FitStatus.NoScores, "it divides scores, and only confidence and outcome are known", [], "nothing", [], null)
    { Definition = TemperatureScaling.Definition };

    /// <param name="request">What to do.</param>
    /// <param name="test">The test data.</param>
    /// <param name="calibration">The data to fit on, with scores; null: cross-fitted on the test data.</param>
    /// <param name="calibrationWeights">How much each row of that data counts, or null; the test data's are among the metrics' options.</param>
    /// <param name="cancel">Stops the work.</param>
    public static Calibration Compute(
        EvaluateRequest request, LabelledScores test, LoadedScores? calibration, RowWeights? calibrationWeights, CancellationToken cancel)
    {
        var metrics = request.Metrics;
        var options = new TemperatureOptions { Threads = request.Threads, ResampleCount = metrics.ResampleCount, Seed = metrics.Seed };
        if (calibration?.Scored is { } scored)
        {
            var fit = Evaluator.Located(calibration, () =>
            {
                // The pass checks that every score is finite before any is fitted on.
                StatisticsPass.Run(scored.Scores, scored.Labels, RowScaling.None, 1, request.Threads, cancel);
                return TemperatureScaling.Fit(scored.Scores, scored.Labels, options with { Groups = calibration.Groups, Weights = calibrationWeights }, cancel);
            });
            string fitOn = string.Create(CultureInfo.InvariantCulture, $"{request.CalibrationData} ({fit.RowCount} rows)");
            return fit.Status == FitStatus.Converged
                ? Fitted(request, test, fit, fitOn, [], RowScaling.ByTemperature(fit.Temperature), cancel)
                : Failed(fit, fitOn);
        }

        var cross = TemperatureScaling.CrossFit(test.Scores, test.Labels, options with { Groups = metrics.Groups, Weights = metrics.Weights }, cancel);
        string folds = string.Create(
            CultureInfo.InvariantCulture, $"the test data, cross-fitted on {TemperatureScaling.FoldCount} {(metrics.Groups is null ? "stratified folds" : "folds of whole groups")} (seed {metrics.Seed}): metrics are pooled from out-of-fold rows, the value is fitted on all {cross.All.RowCount} rows");
        if (cross.Failure is { } failure)
        {
            return Failed(failure, folds);
        }

        var temperatures = cross.Folds.Select(fold => fold.Temperature).ToArray();
        return Fitted(request, test, cross.All, folds, temperatures, RowScaling.ByGroup(temperatures, cross.FoldOfRow), cancel);
    }

    private static Calibration Fitted(
        EvaluateRequest request, LabelledScores test, TemperatureFit fit, string fitOn, IReadOnlyList<double> folds, RowScaling scaling, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var logits = test.Scores.ToLogits();
        var statistics = StatisticsPass.Run(logits, test.Labels, scaling, request.Metrics.BinCount, request.Threads, cancel);
        cancel.ThrowIfCancellationRequested();
        var evaluation = request.Metrics.Compute(logits, scaling, statistics, cancel);
        return new(Method, FitStatus.Converged, "", [new Parameter(Method, fit.Temperature, fit.IntervalAt(request.Metrics.Level))], fitOn, folds, evaluation)
        {
            Definition = TemperatureScaling.Definition,
            Scaling = scaling,
        };
    }

    private static Calibration Failed(TemperatureFit fit, string fitOn) => new(Method, fit.Status, fit.Reason, [], fitOn, [], null) { Definition = TemperatureScaling.Definition };
}
