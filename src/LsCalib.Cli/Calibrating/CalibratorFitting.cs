using LsCalib.Cli.Evaluating;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Calibrating;

/// <summary>Fits a calibrator on all rows, and measures it out of fold.</summary>
internal static class CalibratorFitting
{
    /// <summary>Most rows times classes squared for which auto tries full matrices too: that takes some minutes on one thread.</summary>
    private const double MostMatrixWork = 1e8;

    /// <param name="request">What to do.</param>
    /// <param name="model">The model, or null: predictions were read.</param>
    /// <param name="data">The scores.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">There is no finite solution.</exception>
    public static CalibrateReport Run(CalibrateRequest request, ModelScores? model, LoadedScores data, Stage stage, CancellationToken cancel)
    {
        var source = request.Source;
        string path = source.Data ?? source.Predictions!;
        var rows = data.Scored ?? throw new DataException($"{path}: holds confidence and correct only, and a calibrator maps scores of all classes. Give logits or probabilities.");
        Evaluator.Check(source, data, null);
        source = source with
        {
            ComparesErrors = true,
            Metrics = source.Metrics with { Groups = data.Groups, Weights = data.Weights is { AreEqual: true } ? null : data.Weights },
        };
        var statistics = stage.Time("statistics", () => Evaluator.Located(
            data, () => StatisticsPass.Run(rows.Scores, rows.Labels, RowScaling.None, source.Metrics.BinCount, source.Threads, cancel)));
        var evaluation = stage.Time("metrics", () => source.Metrics.Compute(rows.Scores, RowScaling.None, statistics, cancel));
        var fit = Evaluator.FittedOn(source, data, null, cancel);
        var selection = request.Method is null ? Select(source, path, fit, stage, cancel) : null;
        var method = request.Method ?? selection!.Chosen.Method;
        var calibration = method is null ? null : stage.Time(method.Key, () => Fit(method, source, path, rows, statistics, fit, selection?.Chosen.CrossFit, cancel));
        var warnings = Evaluator.Warnings(source, data, null);
        if (request.Method is null && !TriesMatrices(rows))
        {
            warnings.Add("auto left out matrix and dirichlet, which take long with so many rows and classes: ask for them by name, on fewer rows");
        }

        if (calibration is { Evaluation: null })
        {
            warnings.Add($"numbers after calibration are left out: {calibration.Reason}");
        }

        return new()
        {
            Selection = selection,
            Calibration = calibration,
            Profile = calibration?.Calibrator is TemperatureMap ? stage.Time("profile", () => Profile(source, fit, cancel)) : null,
            Run = new()
            {
                Tool = Tool.NameAndVersion,
                Command = source.Command,
                Name = source.Name,
                Seed = source.Metrics.Seed,
                Model = model?.Source,
                Data = data.SourceFiles,
                CalibrationData = [],
                ScoreReason = data.Reason,
                ClassNames = data.ClassNames,
                Scored = new(rows.Scores, statistics, rows.LargestSumDeviation),
                TopLabel = null,
                Groups = data.Groups,
                Weights = source.Metrics.Weights,
                GivenWeights = null,
                Ignored = source.Layout.Ignored is { } label ? new(label, data.IgnoredCount) : null,
                Evaluation = evaluation,
                Calibrations = calibration is null ? [] : [calibration],
                Warnings = warnings,
                DiagramEceKey = source.Metrics.DiagramEceKey,
                ResampleCount = source.Metrics.ResampleCount,
                Level = source.Metrics.Level,
            },
        };
    }

    private static bool TriesMatrices(LabelledScores rows) =>
        (double)rows.Labels.Length * rows.Scores.ClassCount * rows.Scores.ClassCount <= MostMatrixWork;

    private static Interval? Profile(EvaluateRequest source, FitData fit, CancellationToken cancel)
    {
        var options = new TemperatureOptions { Threads = source.Threads, Seed = source.Metrics.Seed, Groups = fit.Groups, Weights = fit.Weights };
        var temperature = TemperatureScaling.Fit(fit.Scored.Scores, fit.Scored.Labels, options, cancel);
        return ProfileInterval.Compute(fit.Scored.Scores, fit.Scored.Labels, temperature, options, source.Metrics.Level, cancel);
    }

    private static MethodSelection Select(EvaluateRequest source, string path, FitData fit, Stage stage, CancellationToken cancel)
    {
        if (fit.Weights is { } weights)
        {
            throw new UsageException($"--method auto: rows are weighted by {weights.Name}, which the temperature alone is known for. Say --method temperature.");
        }

        var options = new CalibratorOptions { Threads = source.Threads, Seed = source.Metrics.Seed, Groups = fit.Groups };
        CalibrationMethod[] methods = [.. CalibrationMethods.All.Where(method => TriesMatrices(fit.Scored) || (method != MatrixScaling.Definition && method != DirichletCalibration.Definition))];
        var selection = stage.Time("choosing the method", () => MethodSelection.Run(methods, fit.Scored.Scores, fit.Scored.Labels, options, cancel));
        return selection.Trials.All(trial => trial.Method is null || trial.CrossFit!.Failure is not null)
            ? throw new DataException($"{path}: no method can be cross-fitted: {selection.Trials[1].CrossFit!.Failure!.Reason}.")
            : selection;
    }

    /// <summary>Cross-fitted where there are enough rows for it; where not, the map is fitted on all and not measured.</summary>
    private static Calibration Fit(
        CalibrationMethod method, EvaluateRequest source, string path, LabelledScores rows, PredictionStatistics statistics, FitData fit,
        CrossFittedCalibrator? known, CancellationToken cancel)
    {
        var calibration = Recalibrations.Compute(method, source, rows, statistics, fit, known, cancel);
        if (calibration.Calibrator is not null)
        {
            return calibration;
        }

        var all = FitOnAll(method, source, rows, fit, calibration, cancel);
        return all.Calibrator is null
            ? throw new DataException($"{path}: {method.Title} has no solution to write ({all.Status.Key()}): {all.Reason}.")
            : calibration with
            {
                FitOn = new(FitOrigin.EvaluationData, FormattableString.Invariant($"all {rows.Labels.Length} rows; there are no numbers of rows that a fit did not see")),
                Calibrator = all.Calibrator,
                Note = all.Note,
                Parameters = FittedParameters.Of(all.Calibrator),
            };
    }

    private static CalibratorFit FitOnAll(
        CalibrationMethod method, EvaluateRequest source, LabelledScores rows, FitData fit, Calibration crossFitted, CancellationToken cancel)
    {
        if (method == TemperatureMap.Definition)
        {
            var options = new TemperatureOptions { Threads = source.Threads, Groups = fit.Groups, Weights = fit.Weights };
            var temperature = TemperatureScaling.Fit(rows.Scores, rows.Labels, options, cancel);
            return temperature.Status == FitStatus.Converged
                ? CalibratorFit.Of(new TemperatureMap(rows.Scores.ClassCount, temperature.RowCount, temperature.Temperature))
                : CalibratorFit.Failed(temperature.Status, temperature.Reason);
        }

        return fit.Weights is not null
            ? CalibratorFit.Failed(crossFitted.Status, crossFitted.Reason)
            : CalibrationMethods.Fit(method, rows.Scores, rows.Labels, new() { Threads = source.Threads, Seed = source.Metrics.Seed, Groups = fit.Groups }, cancel);
    }
}
