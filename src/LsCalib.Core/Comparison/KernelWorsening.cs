using LsCalib.Core.Kernels;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// Worsening of a squared error that is estimated without bias by pairs of rows. Its variance rises with the errors, so that
/// an estimate which is low by chance looks surer than it is: a larger worsening is judged by the variance that a candidate so much worse
/// has, a smaller one by that of a baseline so much worse, as Wilson's interval judges a proportion.
/// </summary>
internal sealed record KernelWorsening : Worsening
{
    private readonly PairedKernelError _errors;

    /// <param name="errors">The candidate's, then the baseline's.</param>
    public KernelWorsening(PairedKernelError errors)
        : base(errors.Other, errors.One, errors.One - errors.Other, "U-statistics of paired rows, score interval") => _errors = errors;

    public override double Excess(double tolerance) => double.IsNaN(_errors.Variance) ? double.NaN : Deviates.Of(Value, tolerance, Deviation(tolerance));

    public override double Room(double tolerance) => double.IsNaN(_errors.Variance) ? double.NaN : Deviates.OrEqual(tolerance, Value, Deviation(tolerance));

    public override Interval? At(double level)
    {
        double z = Intervals.Quantile(level);
        return double.IsNaN(_errors.Variance) ? null : new(Value - Reach(z, _errors.OtherPerTheta), Value + Reach(z, _errors.OnePerTheta), Method);
    }

    public override double Detectable(double level) => Reach(Quantiles(level), Math.Max(_errors.OnePerTheta, _errors.OtherPerTheta));

    private double Deviation(double worsening) => Math.Sqrt(
        _errors.Variance + (worsening > Value ? _errors.OnePerTheta * (worsening - Value) : _errors.OtherPerTheta * (Value - worsening)));

    /// <summary>The distance d at which d² = z² (variance + perTheta·d).</summary>
    private double Reach(double z, double perTheta)
    {
        double half = z * z * perTheta / 2;
        return half + Math.Sqrt((half * half) + (z * z * _errors.Variance));
    }
}
