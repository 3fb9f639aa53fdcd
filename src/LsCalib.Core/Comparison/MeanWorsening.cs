using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>Worsening of a mean over rows, such as NLL: rows are paired, so that what both models find hard cancels.</summary>
internal sealed record MeanWorsening : Worsening
{
    private readonly double[] _baseline;
    private readonly double[] _candidate;
    private readonly RowGroups? _groups;
    private readonly int _sign;
    private readonly double _deviation;

    /// <param name="baseline">Value of each row [N].</param>
    /// <param name="candidate">The same of the candidate [N].</param>
    /// <param name="groups">Rows that are not independent, or null: all are.</param>
    /// <param name="sign">1 where less is better, −1 where more is.</param>
    /// <param name="variance">Variance that the mean has beside that of the rows, from what was fitted elsewhere.</param>
    public MeanWorsening(double[] baseline, double[] candidate, RowGroups? groups, int sign, double variance = 0)
        : base(baseline.Average(), candidate.Average(), 0, "normal, of paired rows")
    {
        _baseline = baseline;
        _candidate = candidate;
        _groups = groups;
        _sign = sign;
        var mean = PairedMean.Of(candidate, baseline, groups);
        Value = sign * mean.Value;

        // A single row tells nothing of what other rows would do, unless nothing differs.
        double deviation = double.IsNaN(mean.StandardError) && mean.Value == 0 ? 0 : mean.StandardError;
        _deviation = variance > 0 ? Math.Sqrt((deviation * deviation) + variance) : deviation;
    }

    public override double Excess(double tolerance) => double.IsNaN(_deviation) ? double.NaN : Deviates.Of(Value, tolerance, _deviation);

    public override double Room(double tolerance) => double.IsNaN(_deviation) ? double.NaN : Deviates.OrEqual(tolerance, Value, _deviation);

    public override Interval? At(double level)
    {
        double half = Intervals.Quantile(level) * _deviation;
        return double.IsNaN(half) ? null : new(Value - half, Value + half, Method);
    }

    public override double Detectable(double level) => Quantiles(level) * _deviation;

    /// <summary>
    /// Of a mean, candidate ≤ (1 + share) · baseline is itself a statement about a mean over rows: no error of the baseline's
    /// value is left out.
    /// </summary>
    public override (Worsening Tested, double Tolerance) Relative(double share)
    {
        double factor = 1 + (_sign * share);
        return (new MeanWorsening(Array.ConvertAll(_baseline, value => factor * value), _candidate, _groups, _sign), 0);
    }
}
