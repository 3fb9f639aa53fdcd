using System.Collections.Immutable;

namespace LsCalib.Core.Catalog;

/// <summary>A number with all that it is made of, and with what other libraries give for the same thing.</summary>
/// <param name="Metric">The number.</param>
/// <param name="RowCount">N.</param>
/// <param name="Arithmetic">Its bins; null for what is not an error over bins.</param>
/// <param name="Related">The same quantity as others define it.</param>
public sealed record MetricExplanation(MetricResult Metric, int RowCount, BinArithmetic? Arithmetic, ImmutableArray<RelatedMetric> Related)
{
    /// <summary>Why others define the same quantity and none is shown; else empty.</summary>
    public string WhyNothingRelated { get; init; } = "";
}

/// <summary>The same quantity as another library defines it.</summary>
/// <param name="Metric">Its number.</param>
/// <param name="Difference">That number − the one explained; NaN where either is undefined.</param>
/// <param name="Reasons">Why they differ, or why not, in words about these predictions.</param>
public sealed record RelatedMetric(MetricResult Metric, double Difference, ImmutableArray<string> Reasons);
