namespace LsCalib.Core.Comparison;

/// <summary>Distances in standard errors.</summary>
internal static class Deviates
{
    /// <summary>(a − b) / se; where nothing scatters, ±∞ by whether a is above b.</summary>
    public static double Of(double a, double b, double deviation) =>
        deviation == 0 ? (a > b ? double.PositiveInfinity : double.NegativeInfinity) : (a - b) / deviation;

    /// <summary>The same where equality will do.</summary>
    public static double OrEqual(double a, double b, double deviation) =>
        deviation == 0 ? (a >= b ? double.PositiveInfinity : double.NegativeInfinity) : (a - b) / deviation;
}
