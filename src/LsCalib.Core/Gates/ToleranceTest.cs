using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Gates;

/// <summary>
/// What a rule against a baseline tests. A share of the baseline's value is itself uncertain, so that such a rule tests another
/// difference than that of the two values; its interval is shown moved by what is allowed, so that it lies to the tolerance as
/// what decides does.
/// </summary>
/// <param name="Tested">What is tested.</param>
/// <param name="Tolerance">The tolerance of that test.</param>
/// <param name="Allowed">The worsening that is allowed, in the metric's unit.</param>
internal sealed record ToleranceTest(Worsening Tested, double Tolerance, double Allowed)
{
    public static ToleranceTest Of(GateRule rule, Worsening worsening)
    {
        var (tested, tolerance) = rule.IsRelative ? worsening.Relative(rule.Limit) : (worsening, rule.Limit);
        return new(tested, tolerance, rule.IsRelative ? rule.Limit * Math.Abs(worsening.Baseline) : rule.Limit);
    }

    /// <summary>Interval of the worsening, null where nothing is known.</summary>
    public Interval? Interval(double level)
    {
        double moved = Allowed - Tolerance;
        return Tested.At(level) is { } interval ? interval with { Lower = interval.Lower + moved, Upper = interval.Upper + moved } : null;
    }

    /// <summary>As <see cref="Worsening.RowsToDecide"/>.</summary>
    public long? RowsToDecide(double level, int rowCount, int others) => Tested.RowsToDecide(Tolerance, level, rowCount, others);
}
