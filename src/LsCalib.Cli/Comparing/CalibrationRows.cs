using System.Globalization;
using LsCalib.Cli.Evaluating;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Data.Csv;

namespace LsCalib.Cli.Comparing;

/// <summary>
/// Reads the rows that temperatures are fitted on. They must be the same of all models, since how much two temperatures scatter
/// together is taken from pairs of rows; and not those that are compared, which would pass for others.
/// </summary>
/// <param name="plan">Which file is whose.</param>
/// <param name="files">How files are read.</param>
internal sealed class CalibrationRows(CalibrationPlan plan, EvaluateRequest files)
{
    private const string Remedy = "Temperatures are compared that are fitted on the same rows in the same order: give those, or --calibration-data none, and all are cross-fitted.";
    private const double SameConfidence = 1e-6;
    private readonly List<string> _warnings = [];
    private Known? _first;

    /// <summary>What a reader should know of the rows that were read; sentences without full stop, each once.</summary>
    public IEnumerable<string> Warnings => _warnings.Distinct();

    /// <summary>The rows of an input; null: its temperature is cross-fitted.</summary>
    /// <param name="input">Which.</param>
    /// <param name="request">How it is read.</param>
    /// <param name="model">The model; null of predictions.</param>
    /// <param name="test">Its rows that are compared.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">They cannot be read, are not those of the input before, or those that are compared.</exception>
    public LoadedScores? Load(PlotInput input, EvaluateRequest request, ModelScores? model, LoadedScores test, Stage stage, CancellationToken cancel)
    {
        if (plan.FileOf(input) is not { } file)
        {
            return null;
        }

        CsvOptions Columns(EvaluateRequest of) => of.Csv with { IsCalibrationData = true, IdColumn = model is null ? null : of.Csv.IdColumn };
        bool isOfRun = input.CalibrationFile is { } kept && Path.GetFullPath(kept) == Path.GetFullPath(file);
        var typed = isOfRun ? files.OfRun(file) with { ClassNamesFile = null } : files with { Predictions = file };
        var rows = stage.Time($"calibration data of {input.Name}", () => model is null
            ? PredictionScores.Load(typed, file, Columns(typed), cancel)
            : model.Load(file, request.CalibrationLabels, Columns(request), stage.Progress, cancel));
        try
        {
            CheckScores(file, rows, test);
            cancel.ThrowIfCancellationRequested();
            if (Evaluator.IsSameData(test, rows) || AreSame(rows, test, request.Threads, cancel))
            {
                throw AreCompared(file);
            }

            string[] digests = model is not null ? [.. rows.SourceFiles.Select(source => source.Sha256)]
                : isOfRun ? [.. RunData.CalibrationOf(input.Path).Select(source => source.Sha256)] : [];
            CheckSame(new(file, rows.Scored!.Labels, rows.Groups, rows.ClassNames, digests.Length == 0 ? null : string.Join(' ', digests)), rows.Locate);
            Overlap(file, rows, test);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>The error of rows to fit on that are those compared.</summary>
    /// <param name="file">Their file.</param>
    public static DataException AreCompared(string file) => new(
        $"{file}: holds the rows that are compared. A temperature fitted on them as if they were others would have intervals that are too narrow. Use --calibration-data none, and all are cross-fitted.");

    /// <summary>Tells of rows that are among those compared, where a model was run on both, so that their inputs are known.</summary>
    private void Overlap(string file, LoadedScores rows, LoadedScores test)
    {
        if (rows.InputHashes is not { } fitted || test.InputHashes is not { } tested)
        {
            return;
        }

        var known = tested.ToHashSet();
        int both = fitted.Count(known.Contains);
        if (both > 0)
        {
            _warnings.Add(Text($"{file}: {both:N0} of {fitted.Length:N0} rows {(both == 1 ? "has" : "have")} the inputs and label of a row that is compared: where the temperatures are fitted on rows compared, their intervals are too narrow"));
        }
    }

    private static void CheckScores(string file, LoadedScores rows, LoadedScores test)
    {
        if (rows.Scored is not { } scored)
        {
            throw new DataException($"{file}: holds confidence and correct only, and a temperature scales the scores of all classes. Give those.");
        }

        if (rows.Weights is { AreEqual: false } weights)
        {
            throw new DataException($"{file}: rows are weighted by {weights.Name}, and a comparison counts every row the same. Leave the weights out.");
        }

        if (test.Scored is { } tested && tested.Scores.ClassCount != scored.Scores.ClassCount)
        {
            throw new DataException(Text($"{file}: {scored.Scores.ClassCount} classes, but {test.Files[0].Path} has {tested.Scores.ClassCount}. Give the same model's predictions of other rows."));
        }
    }

    /// <summary>Whether each label has the same confidences, in whatever order: written in another format, a file has another digest.</summary>
    private static bool AreSame(LoadedScores rows, LoadedScores test, int threads, CancellationToken cancel)
    {
        double[] Sorted(LoadedScores of)
        {
            var statistics = Evaluator.Located(of, () => StatisticsPass.Run(of.Scored!.Scores, of.Scored.Labels, RowScaling.None, 1, threads, cancel));
            double[] keys = [.. statistics.Labels.Select((label, row) => (2 * label) + statistics.Confidence[row])];
            Array.Sort(keys);
            return keys;
        }

        return rows.Scored!.Labels.Length == test.Scored!.Labels.Length && rows.Scored.Labels.Order().SequenceEqual(test.Scored.Labels.Order())
            && Sorted(rows).Zip(Sorted(test)).All(pair => Math.Abs(pair.First - pair.Second) <= SameConfidence);
    }

    private void CheckSame(Known other, Func<long, string> place)
    {
        if (_first is not { } first)
        {
            _first = other;
            return;
        }

        int[] labels = first.Labels;
        if (other.Labels.Length != labels.Length)
        {
            throw Differ(Text($"{other.Path}: {other.Labels.Length} rows, but {first.Path} has {labels.Length}"));
        }

        int row = labels.AsSpan().CommonPrefixLength(other.Labels);
        if (row < labels.Length)
        {
            throw Differ($"{place(row)}: the label is {other.Label(row)}, but {first.Label(row)} in {first.Path}");
        }

        if (first.Groups is null != other.Groups is null)
        {
            var (grouped, plain) = first.Groups is null ? (other, first) : (first, other);
            throw Differ($"{plain.Path}: its rows are not grouped, but those of {grouped.Path} are by {grouped.Groups!.Name}");
        }

        if (first.Groups is { } groups && !SameRows.AreSame(groups, other.Groups!))
        {
            throw Differ($"{other.Path}: its rows are in other groups ({other.Groups!.Name}) than those of {first.Path}");
        }

        if (first.Digest is not null && other.Digest is not null && first.Digest != other.Digest)
        {
            throw Differ($"{other.Path}: was made on another data file than {first.Path}: their SHA-256 differ");
        }

        _first = first.Digest is null ? first with { Digest = other.Digest } : first;
    }

    private static DataException Differ(string difference) => new($"{difference}. {Remedy}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What rows are known by, once their scores are let go.</summary>
    private sealed record Known(string Path, int[] Labels, RowGroups? Groups, IReadOnlyList<string>? ClassNames, string? Digest)
    {
        public string Label(int row) => ClassNames is { } names ? $"\"{names[Labels[row]]}\"" : Labels[row].ToString(CultureInfo.InvariantCulture);
    }
}
