using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Ranking;
using LsCalib.Core.Resampling;

namespace LsCalib.Core.Catalog;

/// <summary>What predictions are ranked by.</summary>
internal enum ConfidenceScore
{
    MaximumProbability,
    MaximumLogit,
    Margin,
    NormalizedLogit,
}

/// <summary>Risk and coverage by one confidence score.</summary>
/// <param name="Risk">The curve.</param>
/// <param name="Resamples">Its resamples, or null.</param>
/// <param name="Order">Predictions by that score.</param>
internal sealed record RankedScore(RiskCoverage Risk, BootstrapSums? Resamples, ConfidenceOrder Order)
{
    private BootstrapSums? _same;

    /// <summary>A ranking metric with its percentile interval.</summary>
    /// <param name="estimate">Value of the sample.</param>
    /// <param name="of">The metric of resamples.</param>
    /// <param name="level">Confidence level.</param>
    public Measurement Measure(double estimate, Func<BootstrapSums, double[]> of, double level)
    {
        if (Resamples is null)
        {
            return new(estimate);
        }

        _same ??= BootstrapPass.OfSample(ResamplePlan.From(Order, [], [], groups: null));
        var interval = ResampleIntervals.Percentile(of(Resamples), estimate, of(_same)[0], level);

        // Ranking metrics are fractions; the move to the estimate can lead beyond.
        return new(estimate, interval is null ? null : interval with { Lower = Math.Max(0, interval.Lower), Upper = Math.Min(1, interval.Upper) });
    }
}
