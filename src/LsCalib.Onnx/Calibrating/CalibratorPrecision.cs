using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;

namespace LsCalib.Onnx.Calibrating;

/// <summary>
/// Which element type a calibrator computes in. float32 is enough where it does not magnify rounding: with logits up to 40 in
/// size, a gain g moves a logit by 40·g·2⁻²⁴, and 2.4e-6 times 4 keeps probabilities within 1e-5. Beyond that, and where
/// probabilities are told apart by steps or near 1, it is float64.
/// </summary>
internal static class CalibratorPrecision
{
    private const double LargestGain = 4;

    public static TensorType Of(Calibrator calibrator, TensorType scores) =>
        scores == TensorType.Float64 || !(Gain(calibrator) <= LargestGain) ? TensorType.Float64 : TensorType.Float32;

    private static double Gain(Calibrator calibrator) => calibrator switch
    {
        TemperatureMap map => 1 / map.Temperature,
        MixedTemperature map => 1 / map.Temperature,
        Unsmoothing map => 1 / (1 - map.Alpha),
        VectorScaling map => map.Weights.Max(Math.Abs),
        MatrixScaling map => LargestRow(map.Weights, map.ClassCount),
        DirichletCalibration map => LargestRow(map.Weights, map.ClassCount),
        _ => double.PositiveInfinity,
    };

    private static double LargestRow(double[] weights, int classCount) => weights.Chunk(classCount).Max(row => row.Sum(Math.Abs));
}
