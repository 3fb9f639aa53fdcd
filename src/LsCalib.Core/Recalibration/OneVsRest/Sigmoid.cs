namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>The logistic function.</summary>
internal static class Sigmoid
{
    /// <summary>1/(1 + e^−x), without overflow.</summary>
    public static double Of(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    /// <summary>The same with x held within ±36.04, so that it is never 0 nor are all of a row: NLL stays finite.</summary>
    public static double Floored(double x) => Of(Math.Clamp(x, Calibrator.LogFloor, -Calibrator.LogFloor));
}
