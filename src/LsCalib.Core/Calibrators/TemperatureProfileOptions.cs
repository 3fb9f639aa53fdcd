using LsCalib.Core.Metrics;

namespace LsCalib.Core.Calibrators;

/// <summary>How a temperature profile is computed.</summary>
public sealed record TemperatureProfileOptions
{
    /// <summary>Threads, groups, weights and seed; resamples are not drawn.</summary>
    public TemperatureOptions Temperature { get; init; } = new();

    /// <summary>How the bins of the ECE are cut.</summary>
    public Binning Binning { get; init; } = Binning.EqualWidth;

    /// <summary>M of the ECE, at least 1; at each temperature ties can leave fewer bins of equal mass.</summary>
    public int BinCount { get; init; } = 15;

    /// <summary>Confidence level of the interval of T, between 0 and 1.</summary>
    public double Level { get; init; } = 0.95;
}
