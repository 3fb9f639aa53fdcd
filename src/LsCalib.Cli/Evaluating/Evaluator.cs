using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>Turns a request into a report: load, measure, fit the baseline, measure again.</summary>
internal static class Evaluator
{
    /// <param name="request">What to do.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="use">Takes the report; its scores can lie in a mapped file that is closed afterwards.</param>
    /// <param name="cancel">Stops the run.</param>
    public static void Run(EvaluateRequest request, Stage stage, Action<RunReport> use, CancellationToken cancel)
    {
        using var model = request.Model is null ? null : stage.Time("loading the model", () => new ModelScores(request, cancel));
        using var test = stage.Time("reading and scoring", () => model is null
            ? PredictionScores.Load(request, request.Predictions!, cancel)
            : model.Load(request.Data!, request.Labels, stage.Progress, cancel));
        using var calibration = request.CalibrationData is not { } path ? null : stage.Time("reading the calibration data", () => model is null
            ? PredictionScores.Load(request, path, cancel)
            : model.Load(path, request.CalibrationLabels, stage.Progress, cancel));
        Check(request, test, calibration);
        cancel.ThrowIfCancellationRequested();

        int bins = request.Metrics.BinCount;
        var statistics = stage.Time("statistics", () => Located(
            test, () => StatisticsPass.Run(test.Scores, test.Labels, RowScaling.None, bins, request.Threads, cancel)));
        var evaluation = stage.Time("metrics", () => request.Metrics.Compute(test.Scores, RowScaling.None, statistics, cancel));
        cancel.ThrowIfCancellationRequested();
        var temperature = stage.Time("temperature", () => TemperatureBaseline.Compute(request, test, calibration, cancel));

        var warnings = Warnings(request, test, calibration);
        warnings.AddRange(evaluation.Omitted.Select(omitted => $"{omitted.Info.Key} is left out: {omitted.Reason}"));
        use(new RunReport
        {
            Tool = Tool.NameAndVersion,
            Command = request.Command,
            Name = request.Name,
            Seed = request.Metrics.Seed,
            Model = model?.Source,
            Data = test.SourceFiles,
            CalibrationData = calibration?.SourceFiles ?? [],
            ScoreKind = test.Scores.Kind,
            ScoreReason = test.Reason,
            LargestSumDeviation = test.LargestSumDeviation,
            ClassNames = test.ClassNames,
            Statistics = statistics,
            Scores = test.Scores,
            Evaluation = evaluation,
            Calibrations = [temperature],
            Warnings = warnings,
            DiagramEceKey = request.Metrics.DiagramEceKey,
            ResampleCount = request.Metrics.ResampleCount,
            Level = request.Metrics.Level,
        });
    }

    /// <summary>Runs over scores; a score that is not finite is reported with its place in the file.</summary>
    public static T Located<T>(LoadedScores scores, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (NonFiniteScoreException exception)
        {
            throw new DataException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{scores.Locate(exception.Row)}: the score of class {exception.Column} is {exception.Value}; scores must be finite numbers. Look for overflow in the model, or bad values in its input."), exception);
        }
    }

    private static void Check(EvaluateRequest request, LoadedScores test, LoadedScores? calibration)
    {
        if (calibration is not null && calibration.Scores.ClassCount != test.Scores.ClassCount)
        {
            throw new DataException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{request.CalibrationData}: {calibration.Scores.ClassCount} classes, but {request.Data ?? request.Predictions} has {test.Scores.ClassCount}."));
        }
    }

    private static List<string> Warnings(EvaluateRequest request, LoadedScores test, LoadedScores? calibration)
    {
        var warnings = new List<string>();
        if (calibration is not null && test.Files[0].Digest.Result == calibration.Files[0].Digest.Result)
        {
            warnings.Add("--calibration-data and the test data are the same file: the calibrated numbers are optimistic");
        }

        var present = new HashSet<int>(test.Labels);
        int missing = test.Scores.ClassCount - present.Count;
        if (missing > 0)
        {
            warnings.Add($"{missing} of {test.Scores.ClassCount} classes have no row in the test data");
        }

        return warnings;
    }
}
