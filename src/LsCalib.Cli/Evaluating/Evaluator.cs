using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>Turns a request into a report: load, measure, fit the baseline, measure again.</summary>
internal static class Evaluator
{
    /// <summary>Below so many groups, what they vary by is hardly known.</summary>
    private const int FewGroups = 20;

    /// <param name="request">What to do.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="use">Takes the report; its scores can lie in a mapped file that is closed afterwards.</param>
    /// <param name="cancel">Stops the run.</param>
    public static void Run(EvaluateRequest request, Stage stage, Action<RunReport> use, CancellationToken cancel)
    {
        using var model = request.Model is null ? null : stage.Time("loading the model", () => new ModelScores(request, cancel));
        using var test = stage.Time("reading and scoring", () => model is null
            ? PredictionScores.Load(request, request.Predictions!, request.Csv, cancel)
            : model.Load(request.Data!, request.Labels, request.Csv, stage.Progress, cancel));
        var fitted = request.Csv with { IsCalibrationData = true };
        using var calibration = request.CalibrationData is not { } path ? null : stage.Time("reading the calibration data", () => model is null
            ? PredictionScores.Load(request, path, fitted, cancel)
            : model.Load(path, request.CalibrationLabels, fitted, stage.Progress, cancel));
        Check(request, test, calibration);
        cancel.ThrowIfCancellationRequested();
        request = request with { Metrics = request.Metrics with { Groups = test.Groups, Weights = test.Weights is { AreEqual: true } ? null : test.Weights } };

        var scored = test.Scored is { } rows ? stage.Time("statistics", () => Statistics(request, test, rows, cancel)) : null;
        var evaluation = stage.Time("metrics", () => scored is null
            ? request.Metrics.Compute(test.TopLabel!, cancel)
            : request.Metrics.Compute(scored.Scores, RowScaling.None, scored.Statistics, cancel));
        cancel.ThrowIfCancellationRequested();
        var temperature = request.OnlyFigures ? null
            : test.Scored is { } scores ? stage.Time("temperature", () => TemperatureBaseline.Compute(request, scores, calibration, calibration?.Weights, cancel))
            : TemperatureBaseline.WithoutScores;
        if (!test.Slices.IsEmpty)
        {
            evaluation = stage.Time("slices", () => Sliced(request, test, evaluation, cancel));
            temperature = temperature?.Evaluation is not { } scaled ? temperature
                : temperature with { Evaluation = stage.Time("slices after scaling", () => Sliced(request, test, scaled, cancel)) };
        }

        use(new RunReport
        {
            Tool = Tool.NameAndVersion,
            Command = request.Command,
            Name = request.Name,
            Seed = request.Metrics.Seed,
            Model = model?.Source,
            Data = test.SourceFiles,
            CalibrationData = calibration?.SourceFiles ?? [],
            ScoreReason = test.Reason,
            ClassNames = test.ClassNames,
            Scored = scored,
            TopLabel = test.TopLabel,
            Groups = test.Groups,
            Weights = request.Metrics.Weights,
            GivenWeights = test.Attributes.GivenWeights,
            Ignored = request.Layout.Ignored is { } label ? new(label, test.IgnoredCount) : null,
            Evaluation = evaluation,
            Calibrations = temperature is null ? [] : [temperature],
            Warnings = [.. Warnings(request, test, calibration), .. Omitted(evaluation)],
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

    private static ScoredRows Statistics(EvaluateRequest request, LoadedScores test, LabelledScores rows, CancellationToken cancel) => Located(
        test, () => new ScoredRows(
            rows.Scores,
            StatisticsPass.Run(rows.Scores, rows.Labels, RowScaling.None, request.Metrics.BinCount, request.Threads, cancel),
            rows.LargestSumDeviation));

    private static Evaluation Sliced(EvaluateRequest request, LoadedScores test, Evaluation evaluation, CancellationToken cancel) =>
        evaluation with { Slices = SliceTable.Compute(request.Metrics, evaluation.Order, test.Slices, cancel) };

    private static void Check(EvaluateRequest request, LoadedScores test, LoadedScores? calibration)
    {
        string data = request.Data ?? request.Predictions!;
        if (test.Groups is { Count: < 2 } groups)
        {
            throw new DataException($"{data}: all rows are of one {groups.Name}. Rows of a group are resampled together, so at least 2 groups are needed.");
        }

        if (calibration is null)
        {
            return;
        }

        if (test.Weights is null != calibration.Weights is null)
        {
            var (weighted, plain) = test.Weights is null ? (request.CalibrationData, data) : (data, request.CalibrationData);
            throw new DataException($"{plain}: the rows of {weighted} are weighted by {(test.Weights ?? calibration.Weights)!.Name}, but these all count the same. Give both files such weights, 1 in every row if all count the same.");
        }

        if (test.Scored is null || calibration.Scored is null)
        {
            throw new DataException($"{(test.Scored is null ? data : request.CalibrationData)}: holds confidence and correct only, and a temperature divides scores. Leave out --calibration-data, or give scores.");
        }

        if (calibration.Scored.Scores.ClassCount != test.Scored.Scores.ClassCount)
        {
            throw new DataException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{request.CalibrationData}: {calibration.Scored.Scores.ClassCount} classes, but {data} has {test.Scored.Scores.ClassCount}."));
        }
    }

    private static List<string> Warnings(EvaluateRequest request, LoadedScores test, LoadedScores? calibration)
    {
        var warnings = new List<string>();
        if (calibration is not null && test.Files[0].Digest.Result == calibration.Files[0].Digest.Result)
        {
            warnings.Add("--calibration-data and the test data are the same file: the calibrated numbers are optimistic");
        }

        if (test.Scored is { } scored)
        {
            if (ScoreKinds.MayBeProbabilities(request, scored.Scores))
            {
                warnings.Add("all logits are in [0,1] and every row sums to 1, as probabilities do: if they are probabilities, say --scores probabilities");
            }

            int missing = scored.Scores.ClassCount - new HashSet<int>(scored.Labels).Count;
            if (missing > 0)
            {
                warnings.Add($"{missing} of {scored.Scores.ClassCount} classes {(missing == 1 ? "has" : "have")} no row in the test data");
            }
        }

        if (test.Slices.Any(slice => slice.Name == request.Csv.LabelColumn || slice.Name == "labels"))
        {
            warnings.Add("slices by the label select rows by their outcome: a calibrated model need not be calibrated in each of them");
        }

        if (request.OnlyFigures)
        {
            return warnings;
        }

        if (test.Groups is { Count: < FewGroups } groups)
        {
            warnings.Add($"there are only {groups.Count} groups ({groups.Name}): intervals are too narrow with fewer than {FewGroups}");
        }

        if (test.Groups is not null && request.Metrics.ResampleCount == 0)
        {
            warnings.Add("rows are grouped and --bootstrap is 0: metrics have no intervals, and the verdict tells nothing");
        }

        return warnings;
    }

    /// <summary>The metrics left out, one sentence for each reason.</summary>
    private static IEnumerable<string> Omitted(Evaluation evaluation) =>
        evaluation.Omitted.GroupBy(omitted => omitted.Reason).Select(group =>
        {
            string keys = string.Join(", ", group.Select(omitted => omitted.Info.Key));
            return group.Count() == 1
                ? $"{keys} is left out: {group.Key}"
                : $"{keys} are left out: {group.Key.Replace("it needs", "they need", StringComparison.Ordinal).Replace("it is", "they are", StringComparison.Ordinal)}";
        });
}
