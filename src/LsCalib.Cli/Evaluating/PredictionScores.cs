using LsCalib.Data;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;

namespace LsCalib.Cli.Evaluating;

/// <summary>Scores from a predictions file.</summary>
internal static class PredictionScores
{
    /// <param name="request">What to do.</param>
    /// <param name="path">The file.</param>
    /// <param name="columns">Which of its columns or arrays are what.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">The file cannot be read, or is that of a run, whose rows have no ids, and ids are asked for.</exception>
    public static LoadedScores Load(EvaluateRequest request, string path, CsvOptions columns, CancellationToken cancel)
    {
        if (request.IsRun && columns.IdColumn is { } ids)
        {
            throw new DataException($"{Path.GetDirectoryName(path)}: a run of evaluate keeps no ids of rows, so these cannot be known by \"{ids}\". Name the file of predictions that it was made of, or do without ids.");
        }

        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            throw new DataException($"{path}: is a model, not predictions. Name it without --predictions, and give the labelled data to run it on: {path} --data test.csv.");
        }

        if (path.EndsWith(".baseline", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            throw new DataException($"{path}: is a baseline, not predictions. Name the predictions that it was made of; gate takes it as --baseline, and compare as it is.");
        }

        var names = request.ClassNamesFile is { } file ? ClassNamesFile.Read(file) : null;
        if (TopLabelFile.TryRead(path, columns, request.Layout, fromResults: request.OnlyFigures) is { } topLabel)
        {
            return new()
            {
                TopLabel = topLabel.Order,
                Reason = topLabel.Reason,
                ClassNames = names,
                Attributes = topLabel.Attributes,
                IgnoredCount = topLabel.IgnoredCount,
                Files = [(path, FileDigest.Start(path, cancel))],
                Locate = row => path,
            };
        }

        var predictions = PredictionFile.Read(path, request.Scores, columns, names, request.Layout);
        try
        {
            var digest = FileDigest.Start(path, cancel);
            var (scores, reason, deviation) = ScoreKinds.Decide(
                _ => predictions.Scores, predictions.Scores.Kind, predictions.Reason, predictions.Locate);
            CheckNames(names, scores.ClassCount, request.ClassNamesFile);
            return new()
            {
                Scored = new(scores, predictions.Labels, deviation),
                Reason = reason,
                ClassNames = names,
                Attributes = predictions.Attributes,
                IgnoredCount = predictions.IgnoredCount,
                Files = [(path, digest)],
                Locate = predictions.Locate,
                Owner = predictions,
            };
        }
        catch
        {
            predictions.Dispose();
            throw;
        }
    }

    /// <summary>Throws unless there is one name for each class.</summary>
    public static void CheckNames(IReadOnlyList<string>? names, int classCount, string? file)
    {
        if (names is not null && names.Count != classCount)
        {
            throw new DataException($"{file ?? "the model's class names"}: {names.Count} class names for {classCount} classes.");
        }
    }
}
