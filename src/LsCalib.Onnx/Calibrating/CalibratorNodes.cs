using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Recalibration.OneVsRest;

namespace LsCalib.Onnx.Calibrating;

/// <summary>Each calibrator's <see cref="Calibrator.Transform"/> as nodes, on rows of logits [M,K].</summary>
/// <param name="writer">Takes the nodes.</param>
/// <param name="path">Model file, for messages.</param>
internal sealed class CalibratorNodes(NodeWriter writer, string path)
{
    /// <summary>2⁻⁵²: its logarithm is <see cref="Calibrator.LogFloor"/>.</summary>
    private static readonly double SmallestProbability = Math.ScaleB(1, -52);

    /// <summary>Writes the nodes.</summary>
    /// <param name="calibrator">The map.</param>
    /// <param name="logits">Tensor [M,K] of the type computed in.</param>
    /// <returns>Tensor [M,K] of what <see cref="Calibrator.Output"/> says.</returns>
    public string Add(Calibrator calibrator, string logits)
    {
        switch (calibrator)
        {
            case TemperatureMap map:
                return Scaled(logits, map.Temperature);
            case VectorScaling map:
                return writer.Add("Add", writer.Add("Mul", Floored(logits, map.FloorsLogits), PerClass(map.Weights)), PerClass(map.Biases));
            case MatrixScaling map:
                return Linear(Floored(logits, map.FloorsLogits), map.Weights, map.Biases);
            case DirichletCalibration map:
                return Linear(Floored(writer.LogSoftmax(logits), true), map.Weights, map.Biases);
            case MixedTemperature map:
                return Mixed(writer.Softmax(Scaled(logits, map.Temperature)), map.MixWeight, map.ClassCount);
            case Unsmoothing map:
                return Unsmoothed(map, writer.Softmax(logits));
            case PlattScaling map:
                return Normalised(Platt(logits, map.Slopes, map.Intercepts), 0, map.ClassCount);
            case BetaCalibration map:
                return Normalised(Beta(map, logits), 0, map.ClassCount);
            case HistogramBinning map:
                return Normalised(new ClassTables(writer, path, map).Steps(map.Classes, writer.Softmax(logits)), map.MixWeight, map.ClassCount);
            case ScalingBinning map:
                return Normalised(new ClassTables(writer, path, map).Steps(map.Classes, Platt(logits, map.Slopes, map.Intercepts)), map.MixWeight, map.ClassCount);
            case IsotonicCalibration map:
                return Normalised(new ClassTables(writer, path, map).Curves(map.Classes, writer.Softmax(logits)), map.MixWeight, map.ClassCount);
            default:
                throw new ModelException($"{path}: method {calibrator.Method} has no ONNX form. Save the calibrator as JSON (-o calibrator.json), which always works.");
        }
    }

    /// <summary>z/T, of a tensor of any shape.</summary>
    public string Scaled(string logits, double temperature) => writer.Add("Div", logits, writer.Number(temperature));

    private string PerClass(double[] values) => writer.Numbers(values, 1, values.Length);

    private string Floored(string logits, bool floors) => floors ? writer.Add("Max", logits, writer.Number(Calibrator.LogFloor)) : logits;

    private string Linear(string rows, double[] weights, double[] biases)
    {
        int classCount = biases.Length;
        var transposed = new double[weights.Length];
        for (int k = 0; k < classCount; k++)
        {
            for (int j = 0; j < classCount; j++)
            {
                transposed[(j * classCount) + k] = weights[(k * classCount) + j];
            }
        }

        return writer.Add("Add", writer.Add("MatMul", rows, writer.Numbers(transposed, classCount, classCount)), PerClass(biases));
    }

    private string Unsmoothed(Unsmoothing map, string probabilities)
    {
        var less = writer.Add("Sub", probabilities, writer.Number(map.Alpha / map.ClassCount));
        var positive = writer.Add("Max", less, writer.Number(0));
        return Normalised(writer.Add("Div", positive, writer.Number(1 - map.Alpha)), map.MixWeight, map.ClassCount);
    }

    private string Platt(string logits, double[] slopes, double[] intercepts)
    {
        var (log, logComplement) = WithComplements(logits);
        var logit = writer.Add("Sub", log, logComplement);
        return Sigmoid(writer.Add("Add", writer.Add("Mul", logit, PerClass(slopes)), PerClass(intercepts)));
    }

    private string Beta(BetaCalibration map, string logits)
    {
        var (log, logComplement) = WithComplements(logits);
        var difference = writer.Add("Sub", writer.Add("Mul", log, PerClass(map.A)), writer.Add("Mul", logComplement, PerClass(map.B)));
        return Sigmoid(writer.Add("Add", difference, PerClass(map.M)));
    }

    /// <summary>ln p and ln(1−p), floored. Where p is above ½, 1−p is the sum of the others, which does not cancel.</summary>
    private (string Log, string LogComplement) WithComplements(string logits)
    {
        var probabilities = writer.Softmax(logits);
        var one = writer.Number(1);
        var isMost = writer.IsGreater(probabilities, writer.Number(0.5));
        var isRest = writer.Add("Sub", one, isMost);
        var rest = writer.Sum(writer.Add("Mul", probabilities, isRest));
        var complement = writer.Add(
            "Add", writer.Add("Mul", isMost, rest), writer.Add("Mul", isRest, writer.Add("Sub", one, probabilities)));
        return (FlooredLog(probabilities), FlooredLog(complement));
    }

    private string FlooredLog(string probabilities) => writer.Add("Log", writer.Add("Max", probabilities, writer.Number(SmallestProbability)));

    /// <summary>1/(1 + e^−x), x held within ± ln 2⁵² as the calibrators hold it, so that no class is ever 0.</summary>
    private string Sigmoid(string x)
    {
        var one = writer.Number(1);
        var limited = writer.Add("Min", writer.Add("Max", x, writer.Number(Calibrator.LogFloor)), writer.Number(-Calibrator.LogFloor));
        return writer.Add("Div", one, writer.Add("Add", one, writer.Add("Exp", writer.Add("Neg", limited))));
    }

    /// <summary>Divides by the sum, an empty row being uniform, and mixes in the uniform distribution.</summary>
    private string Normalised(string values, double weight, int classCount)
    {
        var isEmpty = writer.Add("Sub", writer.Number(1), writer.IsGreater(writer.Sum(values), writer.Number(0)));
        var filled = writer.Add("Add", values, isEmpty);
        return Mixed(writer.Add("Div", filled, writer.Sum(filled)), weight, classCount);
    }

    private string Mixed(string probabilities, double weight, int classCount) => weight == 0
        ? probabilities
        : writer.Add("Add", writer.Add("Mul", probabilities, writer.Number(1 - weight)), writer.Number(weight / classCount));
}
