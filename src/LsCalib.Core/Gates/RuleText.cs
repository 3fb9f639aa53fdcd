using System.Globalization;

namespace LsCalib.Core.Gates;

/// <summary>
/// Rules as they are typed: METRIC=LIMIT, with some of the rows in brackets after the metric. ece-15=0.05, nll=2%,
/// ece-15[site=b]=0.05, ece-15[class=cat]=0.05.
/// </summary>
public static class RuleText
{
    /// <summary>What stands for the predicted class where a slice column could.</summary>
    internal const string PredictedClass = "class";

    private const string Shape = "Write METRIC=LIMIT, such as ece-15=0.05, or ece-15[site=b]=0.05 for some of the rows.";

    /// <summary>The name of a kind, as an option has it after its dashes.</summary>
    public static string Word(this RuleKind kind) => kind switch
    {
        RuleKind.Max => "max",
        RuleKind.Min => "min",
        RuleKind.MaxIncrease => "max-increase",
        _ => "max-decrease",
    };

    /// <summary>pass, inconclusive or fail.</summary>
    public static string Word(this Decision decision) => decision switch
    {
        Decision.Pass => "pass",
        Decision.Inconclusive => "inconclusive",
        _ => "fail",
    };

    /// <summary>Metric and rows: ece-15[site=b].</summary>
    public static string Name(GateRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Rows is { } rows ? $"{rule.Metric}[{rows}]" : rule.Metric;
    }

    /// <summary>Kind and limit: max 0.05, max-increase 2%, max 0.05 (bound).</summary>
    public static string Limit(GateRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return $"{rule.Kind.Word()} {Number(rule)}{(rule.Use == RuleUse.Bound ? " (bound)" : "")}";
    }

    /// <summary>The limit alone, to its last digit: 0.05, or 2%.</summary>
    public static string Number(GateRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.IsRelative ? (100 * rule.Limit).ToString("G15", CultureInfo.InvariantCulture) + "%" : rule.Limit.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The whole rule: ece-15[site=b] max 0.05.</summary>
    public static string Of(GateRule rule) => $"{Name(rule)} {Limit(rule)}";

    /// <summary>A rule as it is typed.</summary>
    /// <param name="kind">The option that it was typed with.</param>
    /// <param name="text">Its value.</param>
    /// <param name="problem">What is wrong with it and what to do, beginning with the option; empty where there is a rule.</param>
    /// <returns>The rule, or null.</returns>
    public static GateRule? Parse(RuleKind kind, string text, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        GateRule? rule = null;
        problem = Split(text, out string metric, out string? selection, out string limit)
            ?? Rows(selection, out var rows)
            ?? LimitOf(limit, out double value, out bool isRelative)
            ?? RuleChecks.Problem(rule = new(metric, kind, value, isRelative) { Rows = rows }, Option)
            ?? "";
        if (problem.Length > 0)
        {
            problem = $"{Option(kind)}: \"{text}\": {problem}";
            return null;
        }

        return rule;
    }

    /// <summary>A limit as it is written.</summary>
    /// <param name="text">A number with a decimal point, or a percentage.</param>
    /// <param name="value">The number; of a percentage the share.</param>
    /// <param name="isRelative">Whether it is a percentage.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? LimitOf(string text, out double value, out bool isRelative)
    {
        ArgumentNullException.ThrowIfNull(text);
        isRelative = text.EndsWith('%');
        string number = isRelative ? text[..^1] : text;
        bool isNumber = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        value = (isRelative ? value / 100 : value) + 0.0;
        return isNumber ? null : $"the limit \"{text}\" is not a finite number. Write it with a decimal point: 0.05.";
    }

    /// <summary>A column as it stands in brackets.</summary>
    internal static string Quoted(string column) => column == PredictedClass || column.Contains('=', StringComparison.Ordinal) || column.StartsWith('"')
        ? $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : column;

    private static string Option(RuleKind kind) => $"--{kind.Word()}";

    private static string? Split(string text, out string metric, out string? selection, out string limit)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        int open = text.IndexOf('[', StringComparison.Ordinal);
        (metric, selection, limit) = (text, null, "");
        if (open >= 0 && (equals < 0 || open < equals))
        {
            // The value may hold brackets and signs of equality; a limit holds neither.
            int close = text.LastIndexOf("]=", StringComparison.Ordinal);
            if (close < open)
            {
                return $"the brackets are not closed before \"=\". {Shape}";
            }

            (metric, selection, equals) = (text[..open], text[(open + 1)..close], close + 1);
        }
        else if (equals < 0)
        {
            return $"has no limit. {Shape}";
        }
        else
        {
            metric = text[..equals];
        }

        limit = text[(equals + 1)..].Trim();
        metric = metric.Trim();
        return metric.Length == 0 ? $"names no metric. {Shape}" : limit.Length == 0 ? $"has no limit. {Shape}" : null;
    }

    private static string? Rows(string? selection, out RowSelection? rows)
    {
        rows = null;
        if (selection is null)
        {
            return null;
        }

        string column;
        int equals;
        bool isQuoted = selection.StartsWith('"');
        if (isQuoted)
        {
            int end = 1;
            while (end < selection.Length && (selection[end] != '"' || (end + 1 < selection.Length && selection[end + 1] == '"')))
            {
                end += selection[end] == '"' ? 2 : 1;
            }

            equals = end + 1;
            column = end < selection.Length ? selection[1..end].Replace("\"\"", "\"", StringComparison.Ordinal) : "";
        }
        else
        {
            equals = selection.IndexOf('=', StringComparison.Ordinal);
            column = selection[..Math.Max(equals, 0)];
        }

        if (column.Length == 0 || equals >= selection.Length || selection[equals] != '=')
        {
            return $"\"[{selection}]\" selects no rows. Write [COLUMN=VALUE], such as [site=b], or [class=NAME] for the rows predicted as a class.";
        }

        rows = new(column == PredictedClass && !isQuoted ? null : column, selection[(equals + 1)..]);
        return rows is { Column: null, Value.Length: 0 } ? "\"[class=]\" names no class." : null;
    }
}
