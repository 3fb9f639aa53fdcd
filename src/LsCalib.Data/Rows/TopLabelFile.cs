using System.Globalization;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Data.Csv;
using LsCalib.Data.Numpy;

namespace LsCalib.Data.Rows;

/// <summary>Predictions of which only the confidence and the outcome are known.</summary>
/// <param name="Path">The file as the user typed it.</param>
/// <param name="Order">Predictions by confidence.</param>
/// <param name="Reason">Where they were read.</param>
public sealed record TopLabelFile(string Path, ConfidenceOrder Order, string Reason)
{
    private const string Confidence = "confidence";
    private const string Correct = "correct";
    private const string Predicted = "predicted";
    private const string Labels = "labels";

    /// <summary>Groups, slices and weights of the rows.</summary>
    public RowAttributes Attributes { get; init; } = RowAttributes.None;

    /// <summary>Rows or positions left out for their label.</summary>
    public long IgnoredCount { get; init; }

    /// <summary>
    /// Reads an .npz file with the arrays confidence and correct, or a CSV file with such columns.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="csv">Columns of a CSV file, or arrays, and its delimiter.</param>
    /// <param name="layout">The label left out.</param>
    /// <param name="fromResults">Whether predicted classes and labels will do in place of outcomes: results of a run whose scores were too many to be saved.</param>
    /// <returns>Null where the file holds scores, or no such columns.</returns>
    /// <exception cref="DataException">A confidence is outside [0,1], an outcome neither 0 nor 1, or the lengths differ.</exception>
    public static TopLabelFile? TryRead(string path, CsvOptions csv, ScoreLayout layout, bool fromResults = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(csv);
        ArgumentNullException.ThrowIfNull(layout);
        return path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? null
            : path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase) ? TryReadNpz(path, csv, layout, fromResults)
            : TryReadCsv(path, csv, layout);
    }

    private static TopLabelFile? TryReadNpz(string path, CsvOptions csv, ScoreLayout layout, bool fromResults)
    {
        using var file = new NpzFile(path);
        bool isResult = fromResults && !file.Contains(Correct) && file.Contains(Predicted) && file.Contains(Labels);
        if (file.Contains("logits") || file.Contains("probabilities") || !file.Contains(Confidence) || !(file.Contains(Correct) || isResult))
        {
            return null;
        }

        string named = isResult ? Predicted : Correct;
        var array = file[Confidence];
        var outcomes = file[named];
        if (array.Header.Shape.Length == 0 || !outcomes.Header.Shape.SequenceEqual(array.Header.Shape))
        {
            throw new DataException($"{array.Name}: {array.Header.ShapeText}, but \"{named}\" is {outcomes.Header.ShapeText}. Both are [N].");
        }

        if (array.Header.ElementCount == 0)
        {
            throw new DataException($"{path}: holds no rows.");
        }

        var positions = array.Header.Shape[1..];
        var confidence = new double[array.Header.ElementCount];
        array.Read((first, piece) =>
        {
            for (int i = 0; i < piece.Length; i++)
            {
                if (!(piece[i] >= 0 && piece[i] <= 1))
                {
                    throw new DataException($"{array.Name}, {RowPlace.Text(first + i, positions)}: {NoConfidence(piece[i])}");
                }
            }

            piece.CopyTo(confidence.AsSpan((int)first));
        });
        bool[] correct = isResult
            ? [.. NpyLabels.ReadAll(outcomes).Zip(LabelsOf(file, array), (predicted, label) => predicted == label)]
            : Outcomes(outcomes, positions);
        var kept = layout.Ignored is null ? null : layout.Kept($"{path}, array \"{Labels}\"", LabelsOf(file, array));
        int positionCount = checked((int)array.RowLength);
        return new(path, Sorted(confidence, correct, kept), $"arrays \"{Confidence}\" and \"{named}\"{(positionCount == 1 ? "" : " " + array.Header.ShapeText)}")
        {
            Attributes = NpyAttributes.OfPredictions(file, csv, array.Header.Shape).Of(kept),
            IgnoredCount = kept?.Dropped ?? 0,
        };
    }

    private static TopLabelFile? TryReadCsv(string path, CsvOptions csv, ScoreLayout layout)
    {
        using var table = new CsvTable(path, csv.Delimiter);
        if (CsvPredictions.HasScores(table) || !table.Header.Contains(Confidence) || !table.Header.Contains(Correct))
        {
            return null;
        }

        int confidenceColumn = table.Columns.Single(Confidence, "the header");
        int correctColumn = table.Columns.Single(Correct, "the header");
        int labelColumn = layout.Ignored is null ? -1 : table.Columns.Single(csv.LabelColumn, "--label-column");
        var map = new LabelMap(null, null, layout.Ignored);
        var attributes = new CsvAttributes(table, csv);
        var confidence = new List<double>();
        var correct = new List<bool>();
        var labels = new List<int>();
        while (table.Read())
        {
            if (!CsvNumber.TryParse(table.Cell(confidenceColumn), out double value))
            {
                throw table.BadNumber(confidenceColumn);
            }

            if (!(value >= 0 && value <= 1))
            {
                throw new DataException($"{table.Place(confidenceColumn)}: {NoConfidence(value)}");
            }

            if (labelColumn >= 0)
            {
                labels.Add(map.TryRead(table.Cell(labelColumn), out int label, out string? problem)
                    ? label
                    : throw new DataException($"{table.Place(labelColumn)}: {problem}"));
            }

            correct.Add(Outcome(table, correctColumn));
            confidence.Add(value);
            attributes.Add();
        }

        if (confidence.Count == 0)
        {
            throw new DataException($"{path}: holds a header but no rows.");
        }

        var kept = layout.Kept(path, labels.ToArray());
        return new(path, Sorted([.. confidence], [.. correct], kept), $"columns {Confidence} and {Correct}")
        {
            Attributes = attributes.Of(kept),
            IgnoredCount = kept?.Dropped ?? 0,
        };
    }

    private static ConfidenceOrder Sorted(double[] confidence, bool[] correct, KeptRows? kept) =>
        ConfidenceOrder.From(kept?.Select(confidence) ?? confidence, kept?.Select(correct) ?? correct);

    private static bool[] Outcomes(NpyArray outcomes, long[] positions)
    {
        var correct = new bool[outcomes.Header.ElementCount];
        outcomes.Read((first, piece) =>
        {
            for (int i = 0; i < piece.Length; i++)
            {
                correct[first + i] = piece[i] is 0 or 1 ? piece[i] == 1 : throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"{outcomes.Name}, {RowPlace.Text(first + i, positions)}: {piece[i]:R} is neither 0 nor 1."));
            }
        });
        return correct;
    }

    private static int[] LabelsOf(NpzFile file, NpyArray confidence)
    {
        var labels = file[Labels];
        return labels.Header.ElementCount == confidence.Header.ElementCount
            ? NpyLabels.ReadAll(labels)
            : throw new DataException($"{labels.Name}: {labels.Header.ShapeText}, but \"{Confidence}\" is {confidence.Header.ShapeText}.");
    }

    private static bool Outcome(CsvTable table, int column)
    {
        string text = System.Text.Encoding.UTF8.GetString(table.Cell(column)).Trim();
        return text.ToLowerInvariant() switch
        {
            "1" or "1.0" or "true" => true,
            "0" or "0.0" or "false" => false,
            _ => throw new DataException($"{table.Place(column)}: \"{text}\" is neither 0 nor 1, true nor false."),
        };
    }

    private static string NoConfidence(double value) => string.Create(
        CultureInfo.InvariantCulture, $"the confidence {value:R} is outside [0,1]; it is the probability of the predicted class.");
}
