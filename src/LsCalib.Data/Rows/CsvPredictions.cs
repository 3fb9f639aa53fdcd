using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Data.Csv;

namespace LsCalib.Data.Rows;

/// <summary>Predictions in the columns of a CSV file.</summary>
internal static class CsvPredictions
{
    public static PredictionFile Read(string path, ScoreKind? kind, CsvOptions csv, IReadOnlyList<string>? classNames, ScoreLayout layout)
    {
        using var table = new CsvTable(path, csv.Delimiter);
        var (names, named) = Columns(table, kind);
        var columns = names.Select(name => table.Columns.Single(name, "the header")).ToArray();
        int labelColumn = table.Columns.Single(csv.LabelColumn, "--label-column");
        var attributes = new CsvAttributes(table, csv);
        var map = new LabelMap(classNames, Math.Max(2, columns.Length), layout.Ignored);
        var rows = new RowBlocks<double>(columns.Length);
        var values = new double[columns.Length];
        var labels = new List<int>();
        while (table.Read())
        {
            for (int k = 0; k < columns.Length; k++)
            {
                if (!CsvNumber.TryParse(table.Cell(columns[k]), out values[k]))
                {
                    throw table.BadNumber(columns[k]);
                }
            }

            if (!map.TryRead(table.Cell(labelColumn), out int label, out string? problem))
            {
                throw new DataException($"{table.Place(labelColumn)}: {problem}");
            }

            if (label != layout.Ignored)
            {
                rows.Add(values);
            }

            labels.Add(label);
            attributes.Add();
        }

        if (labels.Count == 0)
        {
            throw new DataException($"{path}: holds a header but no rows.");
        }

        var all = labels.ToArray();
        var kept = layout.Kept(path, all);
        char? delimiter = csv.Delimiter;
        string Locate(long row)
        {
            using var again = new CsvTable(path, delimiter);
            return again.Locate(kept?.Original(row) ?? row);
        }

        var scores = rows.ToMatrix(kind ?? named);
        if (columns.Length == 1)
        {
            PredictionFile.CheckSingleColumn(scores, Locate);
        }

        string reason = kind is not null ? "--scores" : columns.Length > 1 ? $"columns {names[0]}…" : $"column {names[0]}";
        return new(path, scores, kept?.Select(all) ?? all, reason + (columns.Length == 1 ? ", one column: class 1 of two" : ""), Locate)
        {
            Attributes = attributes.Of(kept),
            IgnoredCount = kept?.Dropped ?? 0,
        };
    }

    /// <summary>Whether the header names scores.</summary>
    public static bool HasScores(CsvTable table) => Find(table, null).Names.Length > 0;

    private static (string[] Names, ScoreKind Kind) Columns(CsvTable table, ScoreKind? kind)
    {
        var found = Find(table, kind);
        return found.Names.Length > 0 ? found : throw new DataException(
            $"{table.Path}, line 1: the columns logit_0, logit_1, … or prob_0, prob_1, … are needed, at least two (or logit or prob of class 1 of two; or confidence and correct).");
    }

    private static (string[] Names, ScoreKind Kind) Find(CsvTable table, ScoreKind? kind)
    {
        (string Word, ScoreKind Kind)[] words = [("logit", ScoreKind.Logits), ("prob", ScoreKind.Probabilities)];
        var order = kind == ScoreKind.Probabilities ? words.Reverse().ToArray() : words;
        var header = table.Header.ToHashSet(StringComparer.Ordinal);
        foreach (var (word, named) in order)
        {
            int count = 0;
            while (header.Contains(Name(word, count)))
            {
                count++;
            }

            if (count > 1)
            {
                return ([.. Enumerable.Range(0, count).Select(k => Name(word, k))], named);
            }
        }

        foreach (var (word, named) in order.Where(entry => !header.Contains(Name(entry.Word, 0))))
        {
            if (new[] { Name(word, 1), word }.FirstOrDefault(header.Contains) is { } single)
            {
                return ([single], named);
            }
        }

        return ([], default);
    }

    private static string Name(string word, int k) => string.Create(CultureInfo.InvariantCulture, $"{word}_{k}");
}
