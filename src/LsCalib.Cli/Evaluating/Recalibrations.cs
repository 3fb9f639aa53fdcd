using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Statistics;

namespace LsCalib.Cli.Evaluating;

/// <summary>The recalibration methods asked for, fitted and measured on the test data.</summary>
internal static class Recalibrations
{
    /// <summary>What is said of each method where there are no scores to map.</summary>
    public static IReadOnlyList<Calibration> WithoutScores(EvaluateRequest request) => [.. request.Calibrate.Select(method => Failed(
        method, new(FitStatus.NoScores, null, "it maps scores, and only confidence and outcome are known"), new(FitOrigin.Nothing, "nothing")))];

    /// <param name="request">What to do.</param>
    /// <param name="test">The test data.</param>
    /// <param name="uncalibrated">What one pass over its scores left.</param>
    /// <param name="fit">The data to fit on.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    public static IReadOnlyList<Calibration> Compute(
        EvaluateRequest request, LabelledScores test, PredictionStatistics uncalibrated, FitData fit, Stage stage, CancellationToken cancel) =>
        [.. request.Calibrate.Select(method => stage.Time(method.Key, () => Compute(method, request, test, uncalibrated, fit, null, cancel)))];

    /// <summary>One method, fitted and measured; where its cross-fit is known already, measured only.</summary>
    public static Calibration Compute(
        CalibrationMethod method, EvaluateRequest request, LabelledScores test, PredictionStatistics uncalibrated, FitData fit,
        CrossFittedCalibrator? known, CancellationToken cancel)
    {
        if (method == TemperatureMap.Definition)
        {
            var (calibration, statistics) = TemperatureBaseline.Compute(request, test, fit, cancel);
            return WithDifferences(calibration, request, uncalibrated, statistics);
        }

        if (fit.Weights is not null)
        {
            return Failed(method, new(FitStatus.Weighted, null, "it is not known for weighted rows; temperature takes them"), fit.Source);
        }

        var options = new CalibratorOptions { Threads = request.Threads, Seed = request.Metrics.Seed, Groups = fit.Groups };
        if (fit.IsCrossFitted)
        {
            var cross = known ?? CrossFittedCalibrator.Fit(method, test.Scores, test.Labels, options, cancel);
            return cross.Failure is { } failure
                ? Failed(method, failure, fit.Source)
                : Fitted(method, cross.All, request, test, cross.OutOfFold(test.Scores, request.Threads, cancel), uncalibrated, fit.Source, cancel);
        }

        var fitted = CalibrationMethods.Fit(method, fit.Scored.Scores, fit.Scored.Labels, options, cancel);
        return fitted.Calibrator is not { } calibrator
            ? Failed(method, fitted, fit.Source)
            : Fitted(method, fitted, request, test, CalibratedScores.Apply(calibrator, test.Scores, request.Threads, cancel), uncalibrated, fit.Source, cancel);
    }

    /// <summary>A method without a fit.</summary>
    public static Calibration Failed(CalibrationMethod method, CalibratorFit fit, FitSource source) =>
        new(method.Key, fit.Status, fit.Reason, [], source, [], null) { Definition = method.Definition, Title = method.Title };

    private static Calibration Fitted(
        CalibrationMethod method, CalibratorFit fit, EvaluateRequest request, LabelledScores test, CalibratedScores calibrated,
        PredictionStatistics uncalibrated, FitSource source, CancellationToken cancel)
    {
        var statistics = StatisticsPass.Run(calibrated.Scores, test.Labels, calibrated.Scaling, request.Metrics.BinCount, request.Threads, cancel);
        cancel.ThrowIfCancellationRequested();
        var evaluation = request.Metrics.Compute(calibrated.Scores, calibrated.Scaling, statistics, cancel);
        var calibration = new Calibration(method.Key, FitStatus.Converged, "", FittedParameters.Of(fit.Calibrator!), source, [], evaluation)
        {
            Definition = method.Definition,
            Title = method.Title,
            Calibrator = fit.Calibrator,
            Note = fit.Note,
        };
        return WithDifferences(calibration, request, uncalibrated, statistics);
    }

    private static Calibration WithDifferences(Calibration calibration, EvaluateRequest request, PredictionStatistics before, PredictionStatistics? after)
    {
        if (after is null)
        {
            return calibration;
        }

        var metrics = request.Metrics;
        PairedDifference Paired(string key, double[] left, double[] right) =>
            PairedDifference.Of(key, PairedMean.Of(left, right, metrics.Groups, metrics.Weights), metrics.Level);
        return calibration with
        {
            Differences =
            [
                Paired("accuracy", after.Outcomes(), before.Outcomes()), Paired("nll", after.Nll, before.Nll), Paired("brier", after.Brier, before.Brier),
                Paired("gap", after.Residuals(), before.Residuals()), .. Errors(request, before, after),
            ],
        };
    }

    /// <summary>Changes of errors, which are biased, and so have an interval of their own kind.</summary>
    private static IEnumerable<PairedDifference> Errors(EvaluateRequest request, PredictionStatistics before, PredictionStatistics after)
    {
        string key = request.Metrics.DiagramEceKey;
        if (!request.ComparesErrors || request.Metrics.Weights is not null || request.Metrics.ResampleCount == 0)
        {
            return [];
        }

        var rows = new PairedRows(RowResults.From(before), RowResults.From(after), request.Metrics);
        rows.Prepare([key]);
        var worsening = rows.Compare(key);
        return [new(key, worsening.Value, double.NaN, worsening.At(request.Metrics.Level))];
    }
}
