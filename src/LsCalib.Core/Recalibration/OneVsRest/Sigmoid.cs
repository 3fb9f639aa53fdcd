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
}
