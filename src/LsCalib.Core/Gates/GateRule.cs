namespace LsCalib.Core.Gates;

/// <summary>What a rule limits.</summary>
public enum RuleKind
{
    /// <summary>The value of the candidate, from above.</summary>
    Max,

    /// <summary>The value of the candidate, from below.</summary>
    Min,

    /// <summary>By how much the candidate may be above the baseline: of metrics of which less is better.</summary>
    MaxIncrease,

    /// <summary>By how much the candidate may be below the baseline: of metrics of which more is better.</summary>
    MaxDecrease,
}

/// <summary>What an absolute rule decides on.</summary>
public enum RuleUse
{
    /// <summary>The value itself: pass or fail.</summary>
    Point,

    /// <summary>Its interval: fail or pass where all of it lies on one side of the limit, else inconclusive.</summary>
    Bound,
}

/// <summary>A rule of a gate.</summary>
/// <param name="Metric">Key of the metric.</param>
/// <param name="Kind">What is limited.</param>
/// <param name="Limit">
/// The limit, in the metric's unit; of rules against a baseline the tolerance, 0 or more, as a share of the baseline's value
/// where <paramref name="IsRelative"/>.
/// </param>
/// <param name="IsRelative">Whether the tolerance is a share of the baseline's value (2% is 0.02).</param>
public sealed record GateRule(string Metric, RuleKind Kind, double Limit, bool IsRelative = false)
{
    /// <summary>What an absolute rule decides on.</summary>
    public RuleUse Use { get; init; } = RuleUse.Point;

    /// <summary>The rows that it is about; null: all.</summary>
    public RowSelection? Rows { get; init; }

    /// <summary>Whether it is about a difference to the baseline.</summary>
    public bool NeedsBaseline => Kind is RuleKind.MaxIncrease or RuleKind.MaxDecrease;
}

/// <summary>Some of the rows: a value of a slice column, or the rows predicted as a class.</summary>
/// <param name="Column">The slice column; null: the predicted class.</param>
/// <param name="Value">The value, or the name of the class.</param>
public sealed record RowSelection(string? Column, string Value)
{
    /// <summary>As it is written: site=a, or class=cat; a column of the name class, or with a sign of equality, stands in quotes.</summary>
    public override string ToString() => $"{(Column is null ? RuleText.PredictedClass : RuleText.Quoted(Column))}={Value}";
}
