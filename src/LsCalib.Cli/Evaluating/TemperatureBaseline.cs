using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Cli.Evaluating;

/// <summary>The temperature-scaling baseline: fitted on calibration data, or cross-fitted on the test data.</summary>
internal static class TemperatureBaseline
{
    private const string Method = "temperature";

    public static Calibration Compute(EvaluateRequest request, LoadedScores test, LoadedScores? calibration, CancellationToken cancel)
    {
        if (calibration is not null)
        {
            var fit = Evaluator.Located(calibration, () =>
            {
                // The pass checks that every score is finite before any is fitted on.
                StatisticsPass.Run(calibration.Scores, calibration.Labels, RowScaling.None, 1, request.Threads, cancel);
                return TemperatureScaling.Fit(calibration.Scores, calibration.Labels, request.Threads, cancel);
            });
            string fitOn = string.Create(CultureInfo.InvariantCulture, $"{request.CalibrationData} ({fit.RowCount} rows)");
            return fit.Status == FitStatus.Converged
                ? Fitted(request, test, fit, fitOn, [], RowScaling.ByTemperature(fit.Temperature), cancel)
                : Failed(fit, fitOn);
        }

        var cross = TemperatureScaling.CrossFit(test.Scores, test.Labels, request.Metrics.Seed, request.Threads, cancel);
        string folds = string.Create(
            CultureInfo.InvariantCulture, $"the test data, cross-fitted on {TemperatureScaling.FoldCount} stratified folds (seed {request.Metrics.Seed}): metrics are pooled from out-of-fold rows, the value is fitted on all {test.Labels.Length} rows");
        if (cross.Failure is { } failure)
        {
            return Failed(failure, folds);
        }

        var temperatures = cross.Folds.Select(fold => fold.Temperature).ToArray();
        return Fitted(request, test, cross.All, folds, temperatures, RowScaling.ByGroup(temperatures, cross.FoldOfRow), cancel);
    }

    private static Calibration Fitted(
        EvaluateRequest request, LoadedScores test, TemperatureFit fit, string fitOn, IReadOnlyList<double> folds, RowScaling scaling, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var logits = test.Scores.ToLogits();
        var statistics = StatisticsPass.Run(logits, test.Labels, scaling, request.Metrics.BinCount, request.Threads, cancel);
        cancel.ThrowIfCancellationRequested();
        var evaluation = request.Metrics.Compute(logits, scaling, statistics, cancel);
        return new(Method, FitStatus.Converged, "", [new Parameter(Method, fit.Temperature, fit.IntervalAt(request.Metrics.Level))], fitOn, folds, evaluation) { Scaling = scaling };
    }

    private static Calibration Failed(TemperatureFit fit, string fitOn) => new(Method, fit.Status, fit.Reason, [], fitOn, [], null);
}
