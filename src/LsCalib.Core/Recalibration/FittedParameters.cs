using LsCalib.Core.Calibrators;

namespace LsCalib.Core.Recalibration;

/// <summary>The few parameters of a calibrator that are worth a line in a table; methods with parameters for each class have none.</summary>
public static class FittedParameters
{
    /// <summary>Name and value of each.</summary>
    /// <param name="calibrator">The map.</param>
    public static IReadOnlyList<Parameter> Of(Calibrator calibrator) => calibrator switch
    {
        TemperatureMap map => [new("temperature", map.Temperature, null)],
        MixedTemperature map => [new("temperature", map.Temperature, null), new("uniformWeight", map.MixWeight, null)],
        Unsmoothing map => [new("alpha", map.Alpha, null), new("uniformWeight", map.MixWeight, null)],
        Linear.MatrixScaling map => [new("lambda", map.Penalty.Lambda, null), new("mu", map.Penalty.Mu, null)],
        Linear.DirichletCalibration map => [new("lambda", map.Penalty.Lambda, null), new("mu", map.Penalty.Mu, null)],
        OneVsRest.IsotonicCalibration map => [new("uniformWeight", map.MixWeight, null)],
        OneVsRest.HistogramBinning map => [new("uniformWeight", map.MixWeight, null)],
        OneVsRest.ScalingBinning map => [new("uniformWeight", map.MixWeight, null)],
        _ => [],
    };
}
