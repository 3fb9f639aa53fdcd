using LsCalib.Core.Metrics;

namespace LsCalib.Core.Catalog;

/// <summary>Which values of a metric are better.</summary>
public enum Better
{
    /// <summary>Larger.</summary>
    Higher,

    /// <summary>Smaller.</summary>
    Lower,

    /// <summary>Nearer to zero, from either side.</summary>
    Zero,

    /// <summary>Neither: it describes.</summary>
    None,
}

/// <summary>A metric's name and meaning.</summary>
/// <param name="Key">Name in files and options, with its parameter: ece-15.</param>
/// <param name="Title">Name in tables.</param>
/// <param name="Unit">fraction, nats, score 0–2, or statistic.</param>
/// <param name="Better">Which values are better.</param>
/// <param name="Definition">What exactly is computed, in words.</param>
/// <param name="Source">The paper that it is from; empty where it is common knowledge.</param>
public sealed record MetricInfo(string Key, string Title, string Unit, Better Better, string Definition, string Source)
{
    /// <summary>The library whose number it reproduces; null: a metric of ours.</summary>
    public string? Library { get; init; }
}

/// <summary>A metric's measurement on one set of predictions.</summary>
public sealed record MetricResult(MetricInfo Info, Measurement Measurement);
