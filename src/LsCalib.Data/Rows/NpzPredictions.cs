using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Data.Csv;
using LsCalib.Data.Numpy;

namespace LsCalib.Data.Rows;

/// <summary>Predictions in the arrays of an .npz file.</summary>
internal static class NpzPredictions
{
    public static PredictionFile Read(string path, ScoreKind? kind, CsvOptions csv, ScoreLayout layout)
    {
        var file = new NpzFile(path);
        try
        {
            return Read(file, path, kind, csv, layout);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static PredictionFile Read(NpzFile file, string path, ScoreKind? kind, CsvOptions csv, ScoreLayout layout)
    {
        var order = kind == ScoreKind.Probabilities ? new[] { "probabilities", "logits" } : ["logits", "probabilities"];
        string name = order.FirstOrDefault(file.Contains)
            ?? throw new DataException(file.Contains("confidence")
                ? $"{path}: holds results but no scores: they were too many to be saved. Run evaluate again with --save-logits."
                : $"{path}: holds neither \"logits\" nor \"probabilities\", nor \"confidence\" and \"correct\" (it holds {string.Join(", ", file.Names)}).");
        var array = file[name];
        var labelArray = file["labels"];
        var shape = Shape(array, labelArray, layout.Axis);
        var labels = NpyLabels.ReadAll(labelArray);
        if (labels.Length == 0)
        {
            throw new DataException($"{path}: holds no rows.");
        }

        var positions = labelArray.Header.Shape[1..];
        CheckLabels(labelArray.Name, labels, positions, new LabelMap(null, Math.Max(2, shape.ClassCount), layout.Ignored));
        var kept = layout.Kept(labelArray.Name, labels);
        string Locate(long row) => $"{path}, {RowPlace.Text(kept?.Original(row) ?? row, positions)}";
        var scores = array.ToScores(kind ?? (name == "logits" ? ScoreKind.Logits : ScoreKind.Probabilities), shape, labels, layout.Ignored);
        if (shape.ClassCount == 1)
        {
            PredictionFile.CheckSingleColumn(scores, Locate);
        }

        return new(path, scores, kept?.Select(labels) ?? labels, Reason(kind, array, shape), Locate)
        {
            Attributes = NpyAttributes.OfPredictions(file, csv, labelArray.Header.Shape).Of(kept),
            IgnoredCount = kept?.Dropped ?? 0,
            Owner = file,
        };
    }

    private static ScoreShape Shape(NpyArray scores, NpyArray labels, ClassAxis axis)
    {
        var dimensions = scores.Header.Shape;
        if (dimensions.Length == 0)
        {
            throw new DataException($"{scores.Name}: scores are [N,K], not a single number.");
        }

        if (labels.Header.Shape.Length > 0 && labels.RowCount != scores.RowCount)
        {
            throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{scores.Name}: {scores.RowCount} rows, but there are {labels.RowCount} labels."));
        }

        var shape = ScoreShape.Fit(dimensions, labels.Header.Shape, axis)
            ?? throw new DataException($"{scores.Name}: {scores.Header.ShapeText} does not go with labels {labels.Header.ShapeText}.{ScoreLayout.Advice(dimensions, labels.Header.Shape, axis)}");
        return shape.ClassCount > 0 ? shape
            : throw new DataException($"{scores.Name}: {scores.Header.ShapeText} has no classes on its class axis. Scores are [N,K] with K at least 2, or [N] for class 1 of two.");
    }

    private static void CheckLabels(string what, int[] labels, long[] positions, LabelMap map)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if (map.Range(labels[i]) is { } problem)
            {
                throw new DataException($"{what}, {RowPlace.Text(i, positions)}: {problem}");
            }
        }
    }

    private static string Reason(ScoreKind? kind, NpyArray array, ScoreShape shape)
    {
        string source = kind is null ? $"array \"{array.Name.Split('"')[^2]}\"" : "--scores";
        string axis = shape.PositionCount == 1 ? "" : $" {array.Header.ShapeText}, classes on {(shape.ClassesLast ? "the last axis" : "axis 1")}";
        return source + axis + (shape.ClassCount == 1 ? ", one column: class 1 of two" : "");
    }
}
