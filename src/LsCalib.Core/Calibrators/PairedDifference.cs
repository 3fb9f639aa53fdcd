using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>What recalibration does to a metric, of paired rows.</summary>
/// <param name="Metric">Key of the metric.</param>
/// <param name="Value">After − before, in its unit.</param>
/// <param name="StandardError">Its standard error; NaN where the interval rests on more than that.</param>
/// <param name="Interval">Its interval, or null where there is none.</param>
public sealed record PairedDifference(string Metric, double Value, double StandardError, Interval? Interval)
{
    /// <summary>Of a mean over rows.</summary>
    public static PairedDifference Of(string metric, PairedMean mean, double level) => new(metric, mean.Value, mean.StandardError, mean.At(level));
}
