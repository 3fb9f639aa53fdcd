using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>Turns a request into a report: load, measure, fit the baseline, measure again.</summary>
internal static class Evaluator
{
    /// <summary>The warning that calibrators saw the rows they are measured on.</summary>
    public const string SameData = "--calibration-data and the test data are the same file: the calibrated numbers are optimistic";

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
        bool isSame = IsSameFile(request);
        using var other = request.CalibrationData is not { } path || isSame ? null : stage.Time("reading the calibration data", () => model is null
            ? PredictionScores.Load(request, path, fitted, cancel)
            : model.Load(path, request.CalibrationLabels, fitted, stage.Progress, cancel));
        var calibration = isSame ? test : other;
        Check(request, test, calibration);
        cancel.ThrowIfCancellationRequested();
        request = request with { Metrics = request.Metrics with { Groups = test.Groups, Weights = test.Weights is { AreEqual: true } ? null : test.Weights } };

        var scored = test.Scored is { } rows ? stage.Time("statistics", () => Statistics(request, test, rows, cancel)) : null;
        var evaluation = stage.Time("metrics", () => scored is null
            ? request.Metrics.Compute(test.TopLabel!, cancel)
            : request.Metrics.Compute(scored.Scores, RowScaling.None, scored.Statistics, cancel));
        cancel.ThrowIfCancellationRequested();
        var calibrations = test.Scored is { } scores
            ? Recalibrations.Compute(request, scores, scored!.Statistics, FittedOn(request, test, calibration, cancel), stage, cancel)
            : Recalibrations.WithoutScores(request);
        if (!test.Slices.IsEmpty)
        {
            evaluation = stage.Time("slices", () => Sliced(request, test, evaluation, cancel));
            calibrations = stage.Time("slices after recalibration", () => calibrations.Select(one =>
                one.Evaluation is { } after ? one with { Evaluation = Sliced(request, test, after, cancel) } : one).ToList());
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
            Fitted = calibration?.Scored is { } own && !IsSameData(test, calibration)
                ? new(own.Scores, own.Labels, calibration.Groups, calibration.Attributes.GivenWeights) : null,
            ScoreReason = test.Reason,
            ClassNames = test.ClassNames,
            Scored = scored,
            TopLabel = test.TopLabel,
            Groups = test.Groups,
            Weights = request.Metrics.Weights,
            GivenWeights = test.Attributes.GivenWeights,
            Ignored = request.Layout.Ignored is { } label ? new(label, test.IgnoredCount) : null,
            Evaluation = evaluation,
            Calibrations = calibrations,
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

    /// <summary>What calibrators are fitted on: data of their own, or the test data.</summary>
    public static FitData FittedOn(EvaluateRequest request, LoadedScores test, LoadedScores? calibration, CancellationToken cancel)
    {
        if (calibration?.Scored is not { } rows)
        {
            string folds = request.Metrics.Groups is null ? "stratified folds" : "folds of whole groups";
            return new(test.Scored!, request.Metrics.Groups, request.Metrics.Weights, new(FitOrigin.CrossFitted, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"the data, cross-fitted on {TemperatureScaling.FoldCount} {folds} (seed {request.Metrics.Seed}): metrics are pooled from out-of-fold rows, the value is fitted on all {test.Scored!.Labels.Length:N0} rows")));
        }

        if (!ReferenceEquals(calibration, test))
        {
            // The pass checks that every score is finite before any is fitted on.
            Located(calibration, () => StatisticsPass.Run(rows.Scores, rows.Labels, RowScaling.None, 1, request.Threads, cancel));
        }

        bool isSame = IsSameData(test, calibration);
        return new(rows, calibration.Groups, calibration.Weights is { AreEqual: true } ? null : calibration.Weights, new(
            isSame ? FitOrigin.EvaluationData : FitOrigin.CalibrationData, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{request.CalibrationData} ({rows.Labels.Length} rows{(isSame ? ", those evaluated" : "")})")));
    }

    private static bool IsSameFile(EvaluateRequest request) => request.CalibrationData is { } path
        && Path.GetFullPath(path) == Path.GetFullPath(request.Data ?? request.Predictions!)
        && request.CalibrationLabels == request.Labels;

    /// <summary>Whether what is fitted on is the file that is measured.</summary>
    public static bool IsSameData(LoadedScores test, LoadedScores calibration) =>
        ReferenceEquals(test, calibration) || test.Files[0].Digest.Result == calibration.Files[0].Digest.Result;

    private static ScoredRows Statistics(EvaluateRequest request, LoadedScores test, LabelledScores rows, CancellationToken cancel) => Located(
        test, () => new ScoredRows(
            rows.Scores,
            StatisticsPass.Run(rows.Scores, rows.Labels, RowScaling.None, request.Metrics.BinCount, request.Threads, cancel),
            rows.LargestSumDeviation));

    private static Evaluation Sliced(EvaluateRequest request, LoadedScores test, Evaluation evaluation, CancellationToken cancel) =>
        evaluation with { Slices = SliceTable.Compute(request.Metrics, evaluation.Order, test.Slices, cancel) };

    /// <summary>Refuses data that cannot be measured, or not together.</summary>
    public static void Check(EvaluateRequest request, LoadedScores test, LoadedScores? calibration)
    {
        string data = request.Data ?? request.Predictions!;
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
            throw new DataException($"{(test.Scored is null ? data : request.CalibrationData)}: holds confidence and correct only, and recalibration maps scores. Leave out --calibration-data, or give scores.");
        }

        if (calibration.Scored.Scores.Kind != test.Scored.Scores.Kind && request.Calibrate.FirstOrDefault(method => method == VectorScaling.Definition || method == MatrixScaling.Definition) is { } raw)
        {
            string Word(LabelledScores scores) => scores.Scores.Kind == ScoreKind.Logits ? "logits" : "probabilities";
            throw new DataException($"{request.CalibrationData}: holds {Word(calibration.Scored)}, but {data} {Word(test.Scored)}; {raw.Title} scaling fitted on one cannot map the other. Give both alike.");
        }

        if (calibration.Scored.Scores.ClassCount != test.Scored.Scores.ClassCount)
        {
            throw new DataException(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{request.CalibrationData}: {calibration.Scored.Scores.ClassCount} classes, but {data} has {test.Scored.Scores.ClassCount}."));
        }
    }

    /// <summary>What a reader should know of the data.</summary>
    public static List<string> Warnings(EvaluateRequest request, LoadedScores test, LoadedScores? calibration)
    {
        var warnings = new List<string>();
        if (calibration is not null && IsSameData(test, calibration))
        {
            warnings.Add(SameData);
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
                warnings.Add($"{missing} of {scored.Scores.ClassCount} classes {(missing == 1 ? "has" : "have")} no row in the data");
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

        if (test.Groups is { Count: 1 } single)
        {
            warnings.Add($"all rows are of one group ({single.Name}), which does not tell how groups scatter: metrics have no intervals, and the verdict tells nothing");
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
