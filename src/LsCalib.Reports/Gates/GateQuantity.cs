using System.Collections.Immutable;
using System.Globalization;
using LsCalib.Core.Gates;

namespace LsCalib.Reports.Gates;

/// <summary>A number that is known of a rule: the one list for outputs that hold names and numbers alone.</summary>
/// <param name="Name">Words with low lines between them; ends in the unit where there is one.</param>
/// <param name="Unit">Unit that is the same for all metrics; else empty.</param>
/// <param name="Help">What it is, in a sentence without its full stop.</param>
/// <param name="Of">The number; null or not finite where it is not known.</param>
internal sealed record GateQuantity(string Name, string Unit, string Help, Func<RuleResult, double?> Of)
{
    /// <summary>The number as text that round-trips; null where it is not known.</summary>
    public string? Text(RuleResult rule) => Of(rule) is { } value && double.IsFinite(value) ? (value + 0.0).ToString("R", CultureInfo.InvariantCulture) : null;

    public static ImmutableArray<GateQuantity> All { get; } =
    [
        new("decision", "", "Decision of a rule: 0 pass, 1 inconclusive, 2 fail", rule => (double)rule.Decision),
        new("value", "", "Value of the candidate, in the unit of the metric", rule => rule.Candidate.Value),
        new("value_lower", "", "Lower end of the interval of the value", rule => rule.Candidate.Interval?.Lower),
        new("value_upper", "", "Upper end of the interval of the value", rule => rule.Candidate.Interval?.Upper),
        new("noise_floor_mean", "", "Mean value of a perfectly calibrated model with the same confidences", rule => rule.Candidate.NoiseFloor?.Mean),
        new("noise_floor_q95", "", "Value that a perfectly calibrated model with the same confidences exceeds in 5 of 100 samples", rule => rule.Candidate.NoiseFloor?.Q95),
        new("limit", "", "Limit of the value", rule => rule.Rule.NeedsBaseline ? null : rule.Rule.Limit),
        new("baseline", "", "Value of the baseline", rule => rule.Comparison?.Baseline),
        new("worsening", "", "By how much the candidate is worse than the baseline; below 0 where it is better", rule => rule.Comparison?.Worsening),
        new("worsening_lower", "", "Lower end of the interval of the worsening", rule => rule.Comparison?.Interval?.Lower),
        new("worsening_upper", "", "Upper end of the interval of the worsening", rule => rule.Comparison?.Interval?.Upper),
        new("tolerance", "", "Worsening that is allowed", rule => rule.Comparison?.Tolerance),
        new("adjusted_p_value", "", "p-value of a worsening beyond the tolerance, adjusted over rules by Holm", rule => rule.Comparison?.AdjustedPValue),
        new("detectable_worsening", "", "Smallest true worsening that fails with 80 percent power", rule => rule.Comparison?.Detectable),
        new("rows", "rows", "Rows that the rule rests on", rule => rule.RowCount),
        new("needed_rows", "rows", "Rows that would decide an inconclusive rule", rule => rule.Comparison?.RowsToDecide),
    ];
}
