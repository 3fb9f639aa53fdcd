using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// Worsening of an error that is biased upwards by noise: the baseline may be better than it looks, and so may the candidate. With
/// bounds of that bias (<see cref="BiasBound"/>, about the noise floor at most) the true worsening lies within
/// [Δ − bias(candidate) − z·se, Δ + bias(baseline) + z·se]; nor can the error move farther than the gaps do
/// (<see cref="Movement"/>).
/// </summary>
internal sealed record ErrorWorsening : Worsening
{
    private readonly double _deviation;
    private readonly double _baselineBias;
    private readonly double _candidateBias;
    private readonly Movement? _moved;

    /// <param name="baseline">The baseline's value.</param>
    /// <param name="candidate">The candidate's value.</param>
    /// <param name="deviation">Standard error of their difference; NaN where it is unknown.</param>
    /// <param name="baselineBias">What noise can have added to the baseline's value.</param>
    /// <param name="candidateBias">That of the candidate.</param>
    /// <param name="moved">What the error can move by at most, null where no such bound is known.</param>
    /// <param name="sign">1 where less is better, −1 where more is.</param>
    public ErrorWorsening(double baseline, double candidate, double deviation, double baselineBias, double candidateBias, Movement? moved, int sign = 1)
        : base(baseline, candidate, sign * (candidate - baseline), baselineBias > 0 || candidateBias > 0 ? "paired bootstrap, widened by what noise can add" : "paired bootstrap, normal")
    {
        _deviation = deviation;
        _baselineBias = baselineBias;
        _candidateBias = candidateBias;
        _moved = moved;
    }

    public override double Excess(double tolerance) => Deviates.Of(Value - _candidateBias, tolerance, _deviation);

    public override double Room(double tolerance)
    {
        double byError = Deviates.OrEqual(tolerance, Value + _baselineBias, _deviation);
        double byRows = _moved?.Room(tolerance) ?? double.NaN;
        return double.IsNaN(byError) ? byRows : double.IsNaN(byRows) ? byError : Math.Max(byError, byRows);
    }

    public override Interval? At(double level)
    {
        double half = Intervals.Quantile(level) * _deviation;
        double most = _moved?.Most(level) ?? double.PositiveInfinity;
        return double.IsNaN(half) ? null : Movement.Within(Value - _candidateBias - half, Value + _baselineBias + half, most, Method);
    }

    public override double Detectable(double level) => _baselineBias + _candidateBias + (Quantiles(level) * _deviation);
}
