using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// Worsening of a root whose square S is estimated without bias, and normally: the debiased L2 error. Near 0 the root itself is
/// neither. A worsening t fits the data where some error r ≥ 0 of the baseline does, S_b ≈ r² and S_c ≈ (r + t)²: the
/// interval holds every t whose best r is within z of the two squares, by their joint normal law.
/// </summary>
internal sealed record DebiasedWorsening : Worsening
{
    private const int Halvings = 60;
    private readonly Square _baseline;
    private readonly Square _candidate;
    private readonly double _covariance;
    private readonly Movement? _moved;

    /// <param name="baseline">Square of the baseline's error and its variance.</param>
    /// <param name="candidate">The same of the candidate.</param>
    /// <param name="covariance">Covariance of both squares.</param>
    /// <param name="moved">What the error can move by at most, or null.</param>
    public DebiasedWorsening(Square baseline, Square candidate, double covariance, Movement? moved)
        : base(DebiasedError.Root(baseline.Value), DebiasedError.Root(candidate.Value), DebiasedError.Root(candidate.Value) - DebiasedError.Root(baseline.Value), "U-statistics of paired rows, profile of the worsening")
    {
        _baseline = baseline;
        _candidate = candidate;
        _covariance = covariance;
        _moved = moved;
    }

    /// <summary>A squared error, which can be estimated below 0, and the variance of the estimate.</summary>
    public readonly record struct Square(double Value, double Variance);

    private double Determinant => (_baseline.Variance * _candidate.Variance) - (_covariance * _covariance);

    private bool IsKnown => double.IsFinite(_baseline.Value) && double.IsFinite(_candidate.Value) && _baseline.Variance > 0 && _candidate.Variance > 0 && Determinant > 0;

    public override double Excess(double tolerance) => IsKnown ? Distance(tolerance) * (Best >= tolerance ? 1 : -1) : double.NaN;

    public override double Room(double tolerance)
    {
        double byRows = _moved?.Room(tolerance) ?? double.NaN;
        double bySquares = IsKnown ? Distance(tolerance) * (Best <= tolerance ? 1 : -1) : double.NaN;
        return double.IsNaN(bySquares) ? byRows : double.IsNaN(byRows) ? bySquares : Math.Max(bySquares, byRows);
    }

    public override Interval? At(double level)
    {
        double most = _moved?.Most(level) ?? double.PositiveInfinity;
        if (!IsKnown)
        {
            return double.IsFinite(most) ? new(-most, most, "at most as far as the gaps of the bins have moved") : null;
        }

        double quantile = Intervals.Quantile(level);
        return Movement.Within(End(-1, quantile), End(1, quantile), most, Method);
    }

    public override double Detectable(double level)
    {
        // From the upper end that so many deviates leave above the tolerance, were the baseline as good as it looks.
        double r = Math.Max(Baseline, 0);
        double deviation = Math.Sqrt(_candidate.Variance + _baseline.Variance - (2 * _covariance));
        return Math.Sqrt((r * r) + (Quantiles(level) * deviation)) - r;
    }

    /// <summary>The worsening that fits best: as seen, or 0 where both squares are below 0.</summary>
    private double Best => Value;

    private double End(int side, double quantile)
    {
        double near = Best;
        double far = side;
        if (Distance(far) < quantile)
        {
            return far;
        }

        for (int i = 0; i < Halvings; i++)
        {
            double middle = (near + far) / 2;
            if (Distance(middle) <= quantile)
            {
                near = middle;
            }
            else
            {
                far = middle;
            }
        }

        return (near + far) / 2;
    }

    /// <summary>Square root of twice the loss of likelihood of a worsening, against the best.</summary>
    private double Distance(double worsening) => Math.Sqrt(Math.Max(0, Least(worsening) - Least(Best)));

    /// <summary>The least squared Mahalanobis distance over the baseline's error r, from where neither error is below 0 up to 1.</summary>
    private double Least(double worsening)
    {
        double low = Math.Max(0, -worsening);
        double high = Math.Max(low, Math.Min(1, 1 - worsening));
        double best = double.PositiveInfinity;
        double at = low;
        const int Steps = 128;
        for (int i = 0; i <= Steps; i++)
        {
            // Finer near 0, where errors lie.
            double share = (double)i / Steps;
            double r = low + ((high - low) * share * share);
            double loss = Loss(r, worsening);
            (best, at) = loss < best ? (loss, r) : (best, at);
        }

        double step = (high - low) * 2 / Steps;
        double from = Math.Max(low, at - step);
        double to = Math.Min(high, at + step);
        for (int i = 0; i < Halvings; i++)
        {
            double third = (to - from) / 3;
            if (Loss(from + third, worsening) <= Loss(to - third, worsening))
            {
                to -= third;
            }
            else
            {
                from += third;
            }
        }

        return Math.Min(best, Loss((from + to) / 2, worsening));
    }

    private double Loss(double r, double worsening)
    {
        double b = _baseline.Value - (r * r);
        double c = _candidate.Value - ((r + worsening) * (r + worsening));
        return ((_candidate.Variance * b * b) - (2 * _covariance * b * c) + (_baseline.Variance * c * c)) / Determinant;
    }
}
