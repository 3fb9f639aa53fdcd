using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Cli.Evaluating;

/// <summary>The temperature-scaling baseline: fitted on calibration data, or cross-fitted on the test data.</summary>
internal static class TemperatureBaseline
{
    private const string Method = "temperature";

    /// <summary>Fits T and measures with it.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="test">The test data.</param>
    /// <param name="fit">The data to fit on.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>The method, and what one pass over the scaled scores left; null without a fit.</returns>
    public static (Calibration Calibration, PredictionStatistics? Statistics) Compute(
        EvaluateRequest request, LabelledScores test, FitData fit, CancellationToken cancel)
    {
        var (calibration, statistics, _) = Compute(request, test, fit, withNoise: false, cancel);
        return (calibration, statistics);
    }

    /// <summary>The same with what T would be on other rows, for comparing models.</summary>
    public static (Calibration Calibration, PredictionStatistics? Statistics, TemperatureNoise? Noise) ComputeWithNoise(
        EvaluateRequest request, LabelledScores test, FitData fit, CancellationToken cancel) => Compute(request, test, fit, withNoise: true, cancel);

    /// <summary>What is said of the method where there are no scores to scale.</summary>
    /// <param name="reason">Why there are none; a sentence without full stop.</param>
    public static Calibration Without(string reason) =>
        Recalibrations.Failed(TemperatureMap.Definition, new(FitStatus.NoScores, null, reason), new(FitOrigin.Nothing, "nothing"));

    private static (Calibration Calibration, PredictionStatistics? Statistics, TemperatureNoise? Noise) Compute(
        EvaluateRequest request, LabelledScores test, FitData fit, bool withNoise, CancellationToken cancel)
    {
        var metrics = request.Metrics;
        var options = new TemperatureOptions
        {
            Threads = request.Threads,
            ResampleCount = metrics.ResampleCount,
            Seed = metrics.Seed,
            Groups = fit.Groups,
            Weights = fit.Weights,
        };
        if (!fit.IsCrossFitted)
        {
            var fitted = TemperatureScaling.Fit(fit.Scored.Scores, fit.Scored.Labels, options, cancel);
            if (fitted.Status != FitStatus.Converged)
            {
                return (Failed(fitted, fit.Source), null, null);
            }

            var (calibration, statistics) = Fitted(request, test, fitted, fit.Source, [], RowScaling.ByTemperature(fitted.Temperature), cancel);
            return (calibration, statistics, !withNoise ? null : TemperatureNoise.Of(
                fitted, fit.Scored.Scores, fit.Scored.Labels, fit.Groups, test.Scores, test.Labels, KeepsProbabilities(request), request.Threads, cancel));
        }

        var cross = TemperatureScaling.CrossFit(test.Scores, test.Labels, options, cancel);
        if (cross.Failure is { } failure)
        {
            return (Failed(failure, fit.Source), null, null);
        }

        var temperatures = cross.Folds.Select(fold => fold.Temperature).ToArray();
        var (crossed, scaled) = Fitted(request, test, cross.All, fit.Source, temperatures, RowScaling.ByGroup(temperatures, cross.FoldOfRow), cancel);
        return (crossed, scaled, withNoise ? TemperatureNoise.Of(cross, test.Scores, test.Labels, fit.Groups, KeepsProbabilities(request), request.Threads, cancel) : null);
    }

    private static bool KeepsProbabilities(EvaluateRequest request) => request.Metrics.Keys!.Any(PairedRows.NeedsProbabilities);

    private static (Calibration Calibration, PredictionStatistics? Statistics) Fitted(
        EvaluateRequest request, LabelledScores test, TemperatureFit fit, FitSource source, IReadOnlyList<double> folds, RowScaling scaling, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var logits = test.Scores.ToLogits();
        var statistics = StatisticsPass.Run(logits, test.Labels, scaling, request.Metrics.BinCount, request.Threads, cancel);
        cancel.ThrowIfCancellationRequested();
        var evaluation = request.Metrics.Compute(logits, scaling, statistics, cancel);
        var calibration = new Calibration(
            Method, FitStatus.Converged, "", [new Parameter(Method, fit.Temperature, fit.IntervalAt(request.Metrics.Level))], source, folds, evaluation)
        {
            Definition = TemperatureScaling.Definition,
            Title = TemperatureMap.Definition.Title,
            Scaling = scaling,
            Calibrator = new TemperatureMap(logits.ClassCount, fit.RowCount, fit.Temperature),
        };
        return (calibration, statistics);
    }

    private static Calibration Failed(TemperatureFit fit, FitSource source) =>
        Recalibrations.Failed(TemperatureMap.Definition, new(fit.Status, null, fit.Reason), source);
}
