using LsCalib.Core.Catalog;

namespace LsCalib.Core.Gates;

/// <summary>How a gate decides.</summary>
public sealed record GateOptions
{
    /// <summary>Confidence level, two-sided: a rule fails, or passes, by mistake in half of what it leaves.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Paired resamples.</summary>
    public int ResampleCount { get; init; } = 2000;

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; }

    /// <summary>Threads to use; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The same for measuring and comparing.</summary>
    internal MetricSet Metrics => new(Seed: Seed) { Level = Level, ResampleCount = ResampleCount, Threads = Threads };
}
