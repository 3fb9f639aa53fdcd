using LsCalib.Core.Scores;
using LsCalib.Data.Csv;
using LsCalib.Data.Numpy;

namespace LsCalib.Data.Rows;

/// <summary>Predictions made elsewhere: scores [N,K] and labels [N].</summary>
/// <param name="Path">The file as the user typed it.</param>
/// <param name="Scores">Logits or probabilities, as the file names them.</param>
/// <param name="Labels">True classes [N], each 0 to K−1.</param>
/// <param name="Reason">Why the scores are what they are.</param>
/// <param name="Locate">Where a row stands, for messages.</param>
public sealed record PredictionFile(string Path, ScoreMatrix Scores, int[] Labels, string Reason, Func<long, string> Locate) : IDisposable
{
    /// <summary>Groups, slices and weights of the rows.</summary>
    public RowAttributes Attributes { get; init; } = RowAttributes.None;

    /// <summary>Rows or positions left out for their label.</summary>
    public long IgnoredCount { get; init; }

    /// <summary>What holds the memory of the scores, or null.</summary>
    internal NpzFile? Owner { get; init; }

    /// <summary>
    /// Reads an .npz file with the arrays logits or probabilities and labels, or a CSV file with the columns logit_0… or
    /// prob_0… and label. Scores of class 1 alone will do where there are two classes; scores of positions become rows.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What to read where a file holds both, and what the numbers are; null: by name.</param>
    /// <param name="csv">Columns of a CSV file, or arrays, and its delimiter.</param>
    /// <param name="classNames">Names that labels may be written as, or null.</param>
    /// <param name="layout">Class axis and label left out; null: axis 1, none.</param>
    /// <exception cref="DataException">The file cannot be read, or lacks scores or labels.</exception>
    public static PredictionFile Read(string path, ScoreKind? kind, CsvOptions csv, IReadOnlyList<string>? classNames, ScoreLayout? layout = null)
    {
        ArgumentNullException.ThrowIfNull(csv);
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            throw new DataException($"{path}: an .npy file holds one array; predictions need scores and labels. Save both: np.savez(\"preds.npz\", logits=…, labels=…).");
        }

        return path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase)
            ? NpzPredictions.Read(path, kind, csv, layout ?? new())
            : CsvPredictions.Read(path, kind, csv, classNames, layout ?? new());
    }

    public void Dispose() => Owner?.Dispose();

    /// <summary>Checks the scores of class 1 where they stand alone: those of class 0 were made of them.</summary>
    /// <exception cref="DataException">One is no probability.</exception>
    internal static void CheckSingleColumn(ScoreMatrix scores, Func<long, string> locate)
    {
        var values = new double[2];
        for (int row = 0; scores.Kind == ScoreKind.Probabilities && row < scores.RowCount; row++)
        {
            scores.CopyRow(row, values);
            if (!(values[1] >= 0 && values[1] <= 1))
            {
                throw new DataException(FormattableString.Invariant($"{locate(row)}: {values[1]:0.######} for class 1 is no probability. If it is a logit, say --scores logits."));
            }
        }
    }
}
