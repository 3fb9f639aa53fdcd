using LsCalib.Data;
using LsCalib.Data.Rows;

namespace LsCalib.Cli.Evaluating;

/// <summary>Scores from a predictions file.</summary>
internal static class PredictionScores
{
    public static LoadedScores Load(EvaluateRequest request, string path, CancellationToken cancel)
    {
        var names = request.ClassNamesFile is { } file ? ClassNamesFile.Read(file) : null;
        if (TopLabelFile.TryRead(path, request.Csv, request.Layout) is { } topLabel)
        {
            return new()
            {
                TopLabel = topLabel.Order,
                Reason = topLabel.Reason,
                ClassNames = names,
                Groups = topLabel.Groups,
                IgnoredCount = topLabel.IgnoredCount,
                Files = [(path, FileDigest.Start(path, cancel))],
                Locate = row => path,
            };
        }

        var predictions = PredictionFile.Read(path, request.Scores, request.Csv, names, request.Layout);
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
                Groups = predictions.Groups,
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
