using System.Collections.Immutable;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Gates;

/// <summary>What a gate, or one of its rules, says.</summary>
public enum Decision
{
    /// <summary>The rule holds.</summary>
    Pass,

    /// <summary>The rows cannot tell.</summary>
    Inconclusive,

    /// <summary>The rule is broken.</summary>
    Fail,
}

/// <summary>A rule and what became of it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Info">Its metric.</param>
/// <param name="Decision">What it says.</param>
/// <param name="RowCount">n, rows that it rests on.</param>
/// <param name="Candidate">The candidate's value with its interval and noise floor.</param>
/// <param name="Reason">Why, in a sentence without its full stop.</param>
public sealed record RuleResult(GateRule Rule, MetricInfo Info, Decision Decision, int RowCount, Measurement Candidate, string Reason)
{
    /// <summary>Of rules against a baseline: what was compared; else null.</summary>
    public RuleComparison? Comparison { get; init; }

    /// <summary>Level of the candidate's interval, two-sided: that of the gate, or more where several that decide hold together.</summary>
    public double IntervalLevel { get; init; }

    /// <summary>What a reader should know of the rule, such as a limit below the noise floor; one sentence each, without full stop.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
}

/// <summary>A candidate beside its baseline.</summary>
/// <param name="Baseline">The baseline's value.</param>
/// <param name="Worsening">By how much the candidate is worse, in the metric's unit; below 0 where it is better.</param>
/// <param name="Interval">Interval of the true worsening, at the level of the gate; where the tolerance is a share of the baseline's value, with what that share is uncertain by.</param>
/// <param name="Tolerance">The worsening that is allowed, in the metric's unit.</param>
public sealed record RuleComparison(double Baseline, double Worsening, Interval? Interval, double Tolerance)
{
    /// <summary>Probability of so large a worsening where the true one is the tolerance, at most; adjusted over rules by Holm.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>Smallest true worsening that would fail with 80 % power on so many rows, beside so many rules; null where unknown.</summary>
    public double? Detectable { get; init; }

    /// <summary>Of an inconclusive rule: rows that would decide it, were the worsening seen the true one; null where none would.</summary>
    public long? RowsToDecide { get; init; }
}

/// <summary>What a gate says.</summary>
/// <param name="Rules">Every rule, in the order in which they were given.</param>
/// <param name="Level">Confidence level, two-sided.</param>
/// <param name="Seed">Seed of the draws.</param>
/// <param name="ResampleCount">Paired resamples.</param>
public sealed record GateResult(ImmutableArray<RuleResult> Rules, double Level, long Seed, int ResampleCount)
{
    /// <summary>Fail where a rule fails, else inconclusive where one is, else pass. A gate has at least one rule.</summary>
    public Decision Decision => Rules.Max(rule => rule.Decision);

    /// <summary>Whether a new temperature alone would do, in a sentence; empty where nothing failed or it is not known.</summary>
    public string Repair { get; init; } = "";

    /// <summary>Whether a new temperature alone would do, as far as the rows can tell.</summary>
    public bool RepairIsEnough { get; init; }
}
