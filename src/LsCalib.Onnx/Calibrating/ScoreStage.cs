using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>What a calibrator is put between.</summary>
/// <param name="Type">Element type of the scores.</param>
/// <param name="Shape">Their shape, −1 where open, or null.</param>
/// <param name="Kind">What they are.</param>
/// <param name="ColumnCount">K, or 1.</param>
/// <param name="Axis">The class axis of more than two.</param>
/// <param name="Activation">The final activation behind them, or null.</param>
/// <param name="Target">What is to come out: probabilities, or logits (after a LogSoftmax: log-probabilities).</param>
internal sealed record ScorePlace(
    TensorType Type, IReadOnlyList<long>? Shape, ScoreKind Kind, int ColumnCount, ClassAxis Axis, NodeProto? Activation, ScoreKind Target);

/// <summary>The nodes from the score tensor to where its activation ended: the calibrator, and the activation or what replaces it.</summary>
/// <param name="writer">Takes the nodes.</param>
/// <param name="path">Model file, for messages.</param>
/// <param name="place">Where they stand.</param>
internal sealed class ScoreStage(NodeWriter writer, string path, ScorePlace place)
{
    private const double LowestHalf = -65504;
    private readonly CalibratorNodes _maps = new(writer, path);

    /// <summary>Writes the nodes.</summary>
    /// <returns>The calibrated tensor, in the type of the scores.</returns>
    public string Add(Calibrator calibrator, string scores)
    {
        string tensor = writer.Cast(scores, place.Type, writer.Type);
        string calibrated;
        if (calibrator is TemperatureMap { Temperature: var temperature } && place.Kind == ScoreKind.Logits
            && (place.Activation is not null || place.Target == ScoreKind.Logits))
        {
            // One number for all: the shape does not matter, and of [0, z] only z is left.
            calibrated = Activated(_maps.Scaled(tensor, temperature));
        }
        else
        {
            var view = new RowView(writer, tensor, place.Shape, place.ColumnCount, place.Axis);
            string rows = _maps.Add(calibrator, place.Kind == ScoreKind.Logits ? BothLogits(view.Rows) : Logarithms(view.Rows));
            calibrated = Finished(rows, calibrator.Output, view);
        }

        if (place is { Type: TensorType.Float16, Kind: ScoreKind.Probabilities, Target: ScoreKind.Logits })
        {
            calibrated = writer.Add("Max", calibrated, writer.Number(LowestHalf));
        }

        return writer.Cast(calibrated, writer.Type, place.Type);
    }

    private string Finished(string rows, ScoreKind kind, RowView view)
    {
        if (kind == ScoreKind.Logits && (place.Activation is not null || place.Target == ScoreKind.Logits))
        {
            return Activated(view.Back(OneColumn(rows, ScoreKind.Logits)));
        }

        if (kind == ScoreKind.Logits)
        {
            // A Softmax behind which only shapes change would be taken for the model's own, and rows [M,K] for its logits.
            rows = view.IsTensor ? writer.Softmax(rows) : writer.Add("Exp", writer.LogSoftmax(rows));
        }
        else if (place.Target == ScoreKind.Logits)
        {
            rows = Log(rows);
        }
        else if (place is { Type: TensorType.Float16, Activation.OpType: "Softmax" })
        {
            // Rounded to float16, many classes do not sum to 1: before a softmax, the exact numbers can be read.
            return Activated(view.Back(Log(rows)));
        }

        return view.Back(OneColumn(rows, place.Target));
    }

    private string Log(string probabilities)
    {
        double smallest = writer.Type == TensorType.Float64 ? 2.2250738585072014e-308 : 1.17549435e-38;
        return writer.Add("Log", writer.Add("Max", probabilities, writer.Number(smallest)));
    }

    /// <summary>The model's own activation over calibrated logits, where it still belongs there.</summary>
    private string Activated(string logits)
    {
        if (place.Activation is not { } activation || (place.Target == ScoreKind.Logits && activation.OpType != "LogSoftmax"))
        {
            return logits;
        }

        string name = writer.Add(activation.OpType == "LogSoftmax" && place.Target == ScoreKind.Probabilities ? "Softmax" : activation.OpType, logits);
        writer.Nodes[^1].Attribute.Add(activation.Attribute.Select(attribute => attribute.Clone()));
        return name;
    }

    /// <summary>Of a binary model with one column, both logits: 0 and z.</summary>
    private string BothLogits(string rows) => place.ColumnCount == 1 ? writer.Concat(writer.Add("Mul", rows, writer.Number(0)), rows) : rows;

    /// <summary>
    /// ln p as <see cref="ScoreMatrix.ToLogits"/> has it, rounded as there: steps and curves must find the same places. Of one
    /// column, that of both classes.
    /// </summary>
    private string Logarithms(string rows)
    {
        if (place.ColumnCount == 1)
        {
            rows = writer.Concat(Rounded(writer.Add("Sub", writer.Number(1), rows)), rows);
        }

        var log = writer.Add("Log", writer.Add("Max", rows, writer.Number(0)));
        return Rounded(writer.Add("Max", log, writer.Number(ScoreMatrix.LogOfZero)));
    }

    private string Rounded(string rows) => place.Type == TensorType.Float64 || writer.Type == TensorType.Float32
        ? rows
        : writer.Cast(writer.Cast(rows, writer.Type, TensorType.Float32), TensorType.Float32, writer.Type);

    /// <summary>Two columns as one where the model has one: z₁ − z₀, or p₁.</summary>
    private string OneColumn(string rows, ScoreKind kind) => place.ColumnCount == 1
        ? writer.Add("MatMul", rows, writer.Numbers([kind == ScoreKind.Logits ? -1 : 0, 1], 2, 1))
        : rows;
}
