using LsCalib.Core.Kernels;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// Worsening of a squared error that is estimated without bias by pairs of rows. Its variance rises with the candidate's error, so
/// that one which is low by chance looks surer than it is: a worsening larger than the one seen is judged by the variance that a candidate so
/// much worse has, as Wilson's interval judges a proportion. Nor can the error move farther than the pairs do, which lets a
/// new runtime with other last digits pass.
/// </summary>
internal sealed record KernelWorsening : Worsening
{
    private readonly PairedKernelError _errors;
    private readonly Movement _moved;

    /// <param name="errors">The candidate's, then the baseline's.</param>
    public KernelWorsening(PairedKernelError errors)
        : base(errors.Other, errors.One, errors.One - errors.Other, "U-statistics of paired rows, score interval")
    {
        _errors = errors;
        _moved = new(errors.Change, Math.Sqrt(errors.ChangeVariance));
    }

    private bool IsKnown => !double.IsNaN(_errors.Variance);

    public override double Excess(double tolerance) => IsKnown ? Deviates.Of(Value, tolerance, Deviation(tolerance)) : double.NaN;

    public override double Room(double tolerance) => IsKnown ? Math.Max(Deviates.OrEqual(tolerance, Value, Deviation(tolerance)), _moved.Room(tolerance)) : double.NaN;

    public override Interval? At(double level)
    {
        double z = Intervals.Quantile(level);
        double most = _moved.Most(level);
        return IsKnown ? Movement.Within(Value - (z * Math.Sqrt(_errors.Variance)), Value + Reach(z), most, Method) : null;
    }

    /// <summary>A candidate so much worse scatters more, too.</summary>
    public override double Detectable(double level) => Reach(Quantiles(level));

    private double Deviation(double worsening) => Math.Sqrt(_errors.Variance + (_errors.OnePerTheta * Math.Max(0, worsening - Value)));

    /// <summary>The distance d at which d² = z² (variance + perTheta·d).</summary>
    private double Reach(double z)
    {
        double half = z * z * _errors.OnePerTheta / 2;
        return half + Math.Sqrt((half * half) + (z * z * _errors.Variance));
    }
}
