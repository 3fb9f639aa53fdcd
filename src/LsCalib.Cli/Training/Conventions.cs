using LsCalib.Core.Smoothing;

namespace LsCalib.Cli.Training;

/// <summary>Names of the smoothing conventions on the command line.</summary>
internal static class Conventions
{
    public const string AlphaOverK = "alpha/K";
    public const string EpsilonOverOthers = "eps/(K-1)";

    public static string Name(SmoothingConvention convention) =>
        convention == SmoothingConvention.AlphaOverK ? AlphaOverK : EpsilonOverOthers;

    public static SmoothingConvention Parse(string name) =>
        name == EpsilonOverOthers ? SmoothingConvention.EpsilonOverOthers : SmoothingConvention.AlphaOverK;
}
