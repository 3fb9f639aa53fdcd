using System.Globalization;
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
    private NpzFile? _file;

    /// <summary>
    /// Reads an .npz file with the arrays logits or probabilities and labels, or a CSV file with the columns logit_0… or
    /// prob_0… and label.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What to read where a file holds both, and what the numbers are; null: by name.</param>
    /// <param name="csv">Label column and delimiter of a CSV file.</param>
    /// <param name="classNames">Names that labels may be written as, or null.</param>
    /// <exception cref="DataException">The file cannot be read, or lacks scores or labels.</exception>
    public static PredictionFile Read(string path, ScoreKind? kind, CsvOptions csv, IReadOnlyList<string>? classNames)
    {
        ArgumentNullException.ThrowIfNull(csv);
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            throw new DataException($"{path}: an .npy file holds one array; predictions need scores and labels. Save both: np.savez(\"preds.npz\", logits=…, labels=…).");
        }

        return path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase)
            ? ReadNpz(path, kind)
            : ReadCsv(path, kind, csv, classNames);
    }

    public void Dispose() => _file?.Dispose();

    private static PredictionFile ReadNpz(string path, ScoreKind? kind)
    {
        var file = new NpzFile(path);
        try
        {
            var order = kind == ScoreKind.Probabilities ? new[] { "probabilities", "logits" } : ["logits", "probabilities"];
            string name = order.FirstOrDefault(file.Contains)
                ?? throw new DataException(file.Contains("confidence")
                    ? $"{path}: holds results but no scores: they were too many to be saved. Run evaluate again with --save-logits."
                    : $"{path}: holds neither \"logits\" nor \"probabilities\" (it holds {string.Join(", ", file.Names)}).");
            var array = file[name];
            if (array.Header.Shape.Length != 2 || array.Header.Shape[1] < 2)
            {
                throw new DataException($"{array.Name}: scores are [N,K] with K at least 2, not {array.Header.ShapeText}.");
            }

            var labels = file.Labels("labels");
            if (labels.Length != array.RowCount)
            {
                throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{array.Name}: {array.RowCount} rows, but there are {labels.Length} labels."));
            }

            if (labels.Length == 0)
            {
                throw new DataException($"{path}: holds no rows.");
            }

            var map = new LabelMap(null, (int)array.RowLength);
            for (int i = 0; i < labels.Length; i++)
            {
                if (map.Range(labels[i]) is { } problem)
                {
                    throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{path}, array \"labels\", row {i}: {problem}"));
                }
            }

            var named = name == "logits" ? ScoreKind.Logits : ScoreKind.Probabilities;
            return new(path, array.ToScores(kind ?? named), labels, kind is null ? $"array \"{name}\"" : "--scores", row => string.Create(CultureInfo.InvariantCulture, $"{path}, row {row}"))
            {
                _file = file,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static PredictionFile ReadCsv(string path, ScoreKind? kind, CsvOptions csv, IReadOnlyList<string>? classNames)
    {
        using var table = new CsvTable(path, csv.Delimiter);
        string prefix = kind == ScoreKind.Probabilities || !table.Header.Contains("logit_0") ? "prob_" : "logit_";
        if (!table.Header.Contains(prefix + "0"))
        {
            prefix = prefix == "prob_" ? "logit_" : "prob_";
        }

        int classCount = 0;
        while (table.Header.Contains(prefix + classCount.ToString(CultureInfo.InvariantCulture)))
        {
            classCount++;
        }

        if (classCount < 2)
        {
            throw new DataException($"{path}, line 1: the columns logit_0, logit_1, … or prob_0, prob_1, … are needed, at least two.");
        }

        var columns = Enumerable.Range(0, classCount)
            .Select(k => table.Columns.Single(prefix + k.ToString(CultureInfo.InvariantCulture), "the header"))
            .ToArray();
        int labelColumn = table.Columns.Single(csv.LabelColumn, "--label-column");
        var map = new LabelMap(classNames, classCount);
        var values = new List<double>();
        var labels = new List<int>();
        while (table.Read())
        {
            foreach (int column in columns)
            {
                if (!CsvNumber.TryParse(table.Cell(column), out double value))
                {
                    throw table.BadNumber(column);
                }

                values.Add(value);
            }

            if (!map.TryRead(table.Cell(labelColumn), out int label, out string? problem))
            {
                throw new DataException($"{table.Locate(labels.Count)}, column \"{csv.LabelColumn}\": {problem}");
            }

            labels.Add(label);
        }

        if (labels.Count == 0)
        {
            throw new DataException($"{path}: holds a header but no rows.");
        }

        var named = prefix == "logit_" ? ScoreKind.Logits : ScoreKind.Probabilities;
        char? delimiter = csv.Delimiter;
        return new(
            path,
            ScoreMatrix.From(kind ?? named, values.ToArray(), classCount),
            [.. labels],
            kind is null ? $"columns {prefix}0…" : "--scores",
            row =>
            {
                using var again = new CsvTable(path, delimiter);
                return again.Locate(row);
            });
    }
}
