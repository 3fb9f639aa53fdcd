using System.Collections.Immutable;
using System.Globalization;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Gates;

/// <summary>A rule to begin with.</summary>
/// <param name="Rule">The rule; the predictions that it was derived from pass it.</param>
/// <param name="Reason">How its limit was derived, without full stop.</param>
public sealed record StartingRule(GateRule Rule, string Reason);

/// <summary>Rules to begin with, for who has none: the present values with room for what chance alone does to them.</summary>
public static class StartingRules
{
    private static readonly string[] Limited = ["accuracy", "nll", "brier", "ece-15"];
    private static readonly string[] Compared = ["accuracy", "nll", "ece-15"];

    /// <summary>Rules that predictions pass.</summary>
    /// <param name="evaluation">Of the predictions; metrics that it does not hold, or that are undefined, get no rule.</param>
    /// <param name="hasBaseline">Whether rules against a baseline are wanted as well.</param>
    public static ImmutableArray<StartingRule> For(Evaluation evaluation, bool hasBaseline)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var metrics = evaluation.Metrics.Concat(evaluation.Basis).DistinctBy(metric => metric.Info.Key).ToDictionary(metric => metric.Info.Key);
        IEnumerable<MetricResult> Known(string[] keys) => keys.Where(metrics.ContainsKey).Select(key => metrics[key]).Where(metric => double.IsFinite(metric.Measurement.Value));
        return
        [
            .. Known(Limited).Select(Limit).OfType<StartingRule>(),
            .. hasBaseline ? Known(Compared).Select(Tolerance).OfType<StartingRule>() : [],
        ];
    }

    /// <summary>The value's own interval and, of errors that are never 0, its noise, rounded away from the value.</summary>
    private static StartingRule? Limit(MetricResult metric)
    {
        var (info, m) = metric;
        bool isHigher = info.Better == Better.Higher;
        var reasons = new List<string> { Text($"the value is {m.Value:0.####}") };
        double limit = m.Value;
        if (m.Interval is { } interval)
        {
            limit = isHigher ? Math.Min(limit, interval.Lower) : Math.Max(limit, interval.Upper);
            reasons.Add(Text($"its interval reaches {(isHigher ? interval.Lower : interval.Upper):0.####}"));
        }
        else
        {
            limit *= isHigher ? 0.9 : 1.1;
            reasons.Add("a tenth of it is added as room");
        }

        if (m.NoiseFloor is { Q95: double noise } && double.IsFinite(noise))
        {
            limit = Math.Max(limit, noise);
            reasons.Add(Text($"a calibrated model stays below {noise:0.####} in 95 of 100 samples"));
        }

        var rule = new GateRule(info.Key, isHigher ? RuleKind.Min : RuleKind.Max, Rounded(limit, up: !isHigher));
        return rule.Limit == 0 || RuleChecks.Problem(rule, RuleText.Word) is not null ? null
            : new(rule, $"{string.Join(", ", reasons)}; rounded {(isHigher ? "down" : "up")}");
    }

    /// <summary>Half the width of the value's interval: what chance alone moves a value by.</summary>
    private static StartingRule? Tolerance(MetricResult metric)
    {
        var (info, m) = metric;
        if (m.Interval is not { } interval || !(interval.Upper > interval.Lower) || !double.IsFinite(interval.Upper - interval.Lower))
        {
            return null;
        }

        double half = (interval.Upper - interval.Lower) / 2;
        var rule = new GateRule(info.Key, info.Better == Better.Higher ? RuleKind.MaxDecrease : RuleKind.MaxIncrease, Rounded(half, up: true));
        return RuleChecks.Problem(rule, RuleText.Word) is not null ? null : new(rule, Text($"half of its interval is {half:0.####} wide; rounded up"));
    }

    /// <summary>Two digits, the rest rounded.</summary>
    private static double Rounded(double value, bool up)
    {
        if (!(value > 0) || double.IsInfinity(value))
        {
            return 0;
        }

        int places = (int)Math.Floor(Math.Log10(value)) - 1;
        double digits = value * Math.Pow(10, -places);
        return double.Parse(Text($"{(up ? Math.Ceiling(digits) : Math.Floor(digits)):R}E{places}"), CultureInfo.InvariantCulture);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
