using System.Globalization;
using LsCalib.Core.Scores;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LsCalib.Onnx.Running;

/// <summary>Gathers the scores of all batches; nothing else of a row is kept.</summary>
internal sealed class ScoreCollector(ModelGraphInfo model, LabelLayout layout)
{
    private RowBlocks<float>? _floats;
    private RowBlocks<double>? _doubles;

    /// <summary>K, or 1 for a binary model with one column; 0 before the first batch.</summary>
    public int ColumnCount => _doubles?.ColumnCount ?? _floats?.ColumnCount ?? 0;

    /// <summary>Takes the first samples of a batch's output.</summary>
    /// <param name="output">[fed,K], or with further dimensions of 1, or with positions.</param>
    /// <param name="labels">Labels of the samples that are not padding, one for each position.</param>
    /// <param name="fed">Samples fed.</param>
    public void Add(OrtValue output, ReadOnlySpan<int> labels, int fed)
    {
        if (!output.IsTensor)
        {
            throw new ModelException($"{model.Path}: output \"{model.Output}\" is no tensor. Name the scores with --output-name.");
        }

        var info = output.GetTensorTypeAndShape();
        var shape = Shape(info.Shape, fed);
        int length = checked(labels.Length * shape.ClassCount);
        switch (info.ElementDataType)
        {
            case TensorElementType.Float:
                Add(ref _floats, output.GetTensorDataAsSpan<float>()[..length], shape, labels);
                break;
            case TensorElementType.Double:
                Add(ref _doubles, output.GetTensorDataAsSpan<double>()[..length], shape, labels);
                break;
            case TensorElementType.Float16:
                Add(ref _floats, Widen(output.GetTensorDataAsSpan<Float16>()[..length]), shape, labels);
                break;
            default:
                throw new ModelException($"{model.Path}: output \"{model.Output}\" holds {info.ElementDataType.ToString().ToLowerInvariant()}, not scores. Name the scores with --output-name.");
        }
    }

    /// <summary>The scores of all rows. One column becomes two: class 0 and class 1.</summary>
    public ScoreMatrix ToMatrix(ScoreKind kind) => _doubles is not null ? _doubles.ToMatrix(kind) : _floats!.ToMatrix(kind);

    private void Add<T>(ref RowBlocks<T>? rows, ReadOnlySpan<T> samples, ScoreShape shape, ReadOnlySpan<int> labels)
        where T : unmanaged
    {
        rows ??= new(shape.ClassCount);
        if (rows.ColumnCount != shape.ClassCount)
        {
            throw new ModelException($"{model.Path}: output \"{model.Output}\" has {rows.ColumnCount} classes in one batch and {shape.ClassCount} in another.");
        }

        rows.AddSamples(samples, shape, labels, layout.Ignored);
    }

    private ScoreShape Shape(long[] output, int fed)
    {
        if (output.Length > 0 && output[0] == fed && ScoreShape.Fit(output, [fed, .. layout.Positions], layout.Axis) is { ClassCount: > 0 } shape)
        {
            return shape;
        }

        string wanted = layout.PositionCount == 1
            ? $"[{fed},K]"
            : $"[{fed},{(layout.Axis == ClassAxis.Last ? "" : "K,")}{string.Join(",", layout.Positions)}{(layout.Axis == ClassAxis.Last ? ",K" : "")}] as labels [N,{string.Join(",", layout.Positions)}] need with --class-axis {(layout.Axis == ClassAxis.Last ? "last" : "1")}";
        string advice = layout.PositionCount == 1 && output.Length > 2
            ? " Scores of several positions need a label for each: labels [N,d1..dn] in an .npz file; or name other scores with --output-name."
            : " Name the scores with --output-name.";
        throw new ModelException(string.Create(
            CultureInfo.InvariantCulture, $"{model.Path}: output \"{model.Output}\" is [{string.Join(",", output)}] for {fed} rows, not {wanted}.{advice}"));
    }

    private static float[] Widen(ReadOnlySpan<Float16> source)
    {
        var values = new float[source.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)BitConverter.UInt16BitsToHalf(source[i].value);
        }

        return values;
    }
}

/// <summary>Names that messages about a model's scores need.</summary>
internal sealed record ModelGraphInfo(string Path, string Output);
