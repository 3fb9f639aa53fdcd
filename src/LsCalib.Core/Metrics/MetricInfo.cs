namespace LsCalib.Core.Metrics;

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
/// <param name="Unit">fraction, nats, or score 0–2.</param>
/// <param name="Better">Which values are better.</param>
/// <param name="Definition">What exactly is computed, in words.</param>
public sealed record MetricInfo(string Key, string Title, string Unit, Better Better, string Definition);

/// <summary>A metric's measurement on one set of predictions.</summary>
public sealed record MetricResult(MetricInfo Info, Measurement Measurement);
