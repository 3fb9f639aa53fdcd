using System.Globalization;
using LsCalib.Core.Catalog;

namespace LsCalib.Core.Gates;

/// <summary>Rules that could never decide, or would decide nothing, are told before anything is measured.</summary>
public static class RuleChecks
{
    /// <summary>What is wrong with a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="name">How a kind is written where the rule stands.</param>
    /// <returns>What is wrong and what to do, in sentences; null where nothing is.</returns>
    public static string? Problem(GateRule rule, Func<RuleKind, string> name)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(name);
        if (MetricCatalog.Find(rule.Metric) is not { } info)
        {
            return $"\"{rule.Metric}\" names no metric.{Spelling.Question(MetricCatalog.Nearest(rule.Metric))} ls-calib metrics lists them.";
        }

        return !double.IsFinite(rule.Limit) ? "the limit is not a finite number."
            : Direction(rule, info, name) ?? (rule.NeedsBaseline ? Tolerance(rule, info, name) : Absolute(rule, info, name));
    }

    /// <summary>The first two rules that cannot both be meant: a max below a min, or one limit given twice with other numbers.</summary>
    /// <returns>Their places and why, without full stop; null where there are none.</returns>
    public static (int First, int Second, string Problem)? Contradiction(IReadOnlyList<GateRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var earlier = new Dictionary<(string, RowSelection?), List<int>>();
        for (int i = 0; i < rules.Count; i++)
        {
            var key = (rules[i].Metric, rules[i].Rows);
            if (!earlier.TryGetValue(key, out var places))
            {
                earlier.Add(key, places = []);
            }

            foreach (int place in places)
            {
                if (Contradiction(rules[place], rules[i]) is { } problem)
                {
                    return (place, i, problem);
                }
            }

            places.Add(i);
        }

        return null;
    }

    private static string? Contradiction(GateRule a, GateRule b)
    {
        if ((a.Kind, a.IsRelative, a.Use) == (b.Kind, b.IsRelative, b.Use))
        {
            return a.Limit == b.Limit ? null : $"{RuleText.Name(a)} has two limits of one kind, {RuleText.Limit(a)} and {RuleText.Limit(b)}";
        }

        bool excludes = (a.Kind == RuleKind.Max && b.Kind == RuleKind.Min && a.Limit < b.Limit)
            || (a.Kind == RuleKind.Min && b.Kind == RuleKind.Max && b.Limit < a.Limit);
        return excludes ? $"no value of {RuleText.Name(a)} is within both {RuleText.Limit(a)} and {RuleText.Limit(b)}" : null;
    }

    private static string? Direction(GateRule rule, MetricInfo info, Func<RuleKind, string> name) => (rule.Kind, info.Better) switch
    {
        (RuleKind.Max, Better.Higher) => $"{info.Key} is better the higher it is. Limit it from below: {name(RuleKind.Min)}.",
        (RuleKind.Min, Better.Lower) => $"{info.Key} is better the lower it is. Limit it from above: {name(RuleKind.Max)}.",
        (RuleKind.MaxIncrease, Better.Higher) => $"{info.Key} is better the higher it is, so an increase is no worsening. Use {name(RuleKind.MaxDecrease)}.",
        (RuleKind.MaxDecrease, Better.Lower) => $"{info.Key} is better the lower it is, so a decrease is no worsening. Use {name(RuleKind.MaxIncrease)}.",
        (RuleKind.MaxIncrease or RuleKind.MaxDecrease, Better.Zero) =>
            $"{info.Key} is best at 0, so whether a change of it is a worsening depends on its sign. Use {name(RuleKind.Min)} and {name(RuleKind.Max)}.",
        (RuleKind.MaxIncrease or RuleKind.MaxDecrease, Better.None) =>
            $"{info.Key} describes the predictions, and no change of it is a worsening. Use {name(RuleKind.Min)} and {name(RuleKind.Max)}.",
        _ => null,
    };

    private static string? Tolerance(GateRule rule, MetricInfo info, Func<RuleKind, string> name)
    {
        if (rule.Use == RuleUse.Bound)
        {
            return $"\"bound\" is of {name(RuleKind.Max)} and {name(RuleKind.Min)}; rules against a baseline always decide on the interval.";
        }

        if (rule.Limit < 0)
        {
            return $"the tolerance {RuleText.Number(rule)} is negative. It is how much worse the candidate may be: 0 or more.";
        }

        if (rule.IsRelative)
        {
            return rule.Limit == 0 ? "0% of the baseline allows nothing. Write 0, or a percentage above 0."
                : rule.Kind == RuleKind.MaxDecrease && rule.Limit >= 1 ? $"a decrease by {RuleText.Number(rule)} cannot be exceeded, so the rule would never fail."
                : null;
        }

        double most = Largest(info);
        return rule.Limit >= most && double.IsFinite(most) ? $"{info.Key} cannot worsen by {(rule.Limit > most ? "" : "more than ")}{RuleText.Number(rule)} (it is at most {Text(most)}), so the rule would never fail. A percentage of the baseline is written {RuleText.Number(rule)}%." : null;
    }

    private static string? Absolute(GateRule rule, MetricInfo info, Func<RuleKind, string> name)
    {
        if (rule.IsRelative)
        {
            return $"a percentage is of the baseline's value, and {name(rule.Kind)} has no baseline. Write {Text(rule.Limit)}.";
        }

        double most = Largest(info);
        double least = CanBeNegative(info) || (double.IsInfinity(most) && info.Better != Better.Lower) ? -most : 0;
        if (rule.Kind == RuleKind.Max ? rule.Limit == most : rule.Limit == least)
        {
            return $"{info.Key} is never {(rule.Kind == RuleKind.Max ? "above" : "below")} {RuleText.Number(rule)}, so the rule would never fail. Leave it out, or give a limit within {Text(least)} to {Text(most)}.";
        }

        return rule.Limit >= least && rule.Limit <= most ? null
            : $"the limit {RuleText.Number(rule)} is outside the range of {info.Key}, {(double.IsFinite(most) ? $"{Text(least)} to {Text(most)}" : $"{Text(least)} and more")}.{(info.Unit == MetricFamily.Units.Fraction && rule.Limit > most ? $" For {RuleText.Number(rule)} % write {Text(rule.Limit / 100)}." : "")}";
    }

    /// <summary>Whether a metric can lie below 0: signed gaps, what has its bias taken out, and what a recalibration out of fold takes away.</summary>
    private static bool CanBeNegative(MetricInfo info) => info.Better == Better.Zero || info.Unit == MetricFamily.Units.Statistic
        || info.Key == "skce" || info.Key.StartsWith("l1-debiased", StringComparison.Ordinal) || info.Key.Contains("-calibration", StringComparison.Ordinal);

    /// <summary>The largest magnitude that a metric can have.</summary>
    private static double Largest(MetricInfo info) => info.Unit switch
    {
        _ when info.Key.EndsWith("-sum", StringComparison.Ordinal) => double.PositiveInfinity,
        MetricFamily.Units.Fraction or MetricFamily.Units.Square => 1,
        MetricFamily.Units.Brier => 2,
        _ => double.PositiveInfinity,
    };

    private static string Text(double value) => value.ToString("G15", CultureInfo.InvariantCulture);
}
