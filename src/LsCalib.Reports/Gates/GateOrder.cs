using System.Collections.Immutable;
using LsCalib.Core.Gates;
using LsCalib.Core.Metrics;

namespace LsCalib.Reports.Gates;

/// <summary>The order in which outputs that hold only some rules take them.</summary>
public static class GateOrder
{
    /// <summary>
    /// Failed rules, then inconclusive ones, then those passed; each kind by how far the value is beyond its limit in
    /// half-widths of its interval (without one: in limits), the farthest first; equals as they were given.
    /// </summary>
    public static ImmutableArray<RuleResult> WorstFirst(GateResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. result.Rules.OrderByDescending(rule => rule.Decision).ThenByDescending(Excess)];
    }

    /// <summary>How far beyond the limit, below 0 within it; an undefined value is farther than any.</summary>
    private static double Excess(RuleResult rule)
    {
        var (value, limit, interval) = rule.Comparison is { } comparison
            ? (comparison.Worsening, comparison.Tolerance, comparison.Interval)
            : (rule.Candidate.Value, rule.Rule.Limit, rule.Candidate.Interval);
        double beyond = rule.Rule.Kind == RuleKind.Min ? limit - value : value - limit;
        double excess = beyond / Scale(interval, limit);
        return double.IsNaN(excess) ? double.PositiveInfinity : excess;
    }

    private static double Scale(Interval? interval, double limit)
    {
        double half = interval is null ? double.NaN : (interval.Upper - interval.Lower) / 2;
        return half > 0 && double.IsFinite(half) ? half : limit != 0 && double.IsFinite(limit) ? Math.Abs(limit) : 1;
    }
}
