using System.Text.Json;
using LsCalib.Core.Gates;
using static LsCalib.Reports.Gates.GateRulesJson;

namespace LsCalib.Cli.Gating;

/// <summary>Reads one rule of a file of rules.</summary>
internal static class RuleReader
{
    private static readonly string[] Members = ["metric", "max", "min", "maxIncrease", "maxDecrease", "use", "slice", "class"];

    /// <param name="cursor">Stands on the rule; afterwards on its end.</param>
    /// <exception cref="UsageException">The rule cannot be meant.</exception>
    public static GateRule Read(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartObject, "a rule");
        var seen = new List<string>();
        string metric = "";
        RuleKind? kind = null;
        double limit = 0;
        bool isRelative = false;
        RuleUse? use = null;
        RowSelection? rows = null;
        while (cursor.Member(Members, seen) is { } name)
        {
            switch (name)
            {
                case "metric":
                    metric = cursor.String("metric");
                    break;
                case "use":
                    use = cursor.Choice("use", "point", "bound") == "bound" ? RuleUse.Bound : RuleUse.Point;
                    break;
                case "slice" or "class":
                    rows = rows is null ? Rows(ref cursor, name) : throw cursor.Problem("a rule selects rows once: by slice or by class.");
                    break;
                default:
                    var given = Enum.GetValues<RuleKind>().First(each => Member(each) == name);
                    kind = kind is { } other ? throw cursor.Problem($"a rule has one limit, and this one has {Member(other)} and {name}. Write two rules.") : given;
                    (limit, isRelative) = Limit(ref cursor, name);
                    break;
            }
        }

        if (metric.Length == 0 || kind is null)
        {
            throw cursor.Problem(metric.Length == 0 ? "the rule has no \"metric\". Write { \"metric\": \"ece-15\", \"max\": 0.05 }."
                : "the rule has no limit. Give it one of max, min, maxIncrease and maxDecrease.");
        }

        var rule = new GateRule(metric, kind.Value, limit, isRelative) { Rows = rows, Use = use ?? RuleUse.Point };
        if (rule.NeedsBaseline && use is not null)
        {
            throw cursor.Problem($"\"use\" is of max and min; {Member(kind.Value)} always decides on the interval.");
        }

        return RuleChecks.Problem(rule, Member) is { } problem ? throw cursor.Problem(problem) : rule;
    }

    private static (double Limit, bool IsRelative) Limit(ref JsonCursor cursor, string name)
    {
        if (cursor.Token != JsonTokenType.String)
        {
            return (cursor.Number(name) + 0.0, false);
        }

        string text = cursor.String(name);
        string? problem = RuleText.LimitOf(text, out double limit, out bool isRelative);
        return problem is not null ? throw cursor.Problem($"{name}: {problem}")
            : isRelative ? (limit, true)
            : throw cursor.Problem($"{name}: {(name is "max" or "min" ? $"a number stands without quotes. Write {text}." : $"only a percentage stands in quotes. Write {text}, or \"{text}%\".")}");
    }

    private static RowSelection Rows(ref JsonCursor cursor, string name)
    {
        if (name == "class")
        {
            string of = cursor.String("class");
            return of.Length > 0 ? new(null, of) : throw cursor.Problem("class names no class.");
        }

        cursor.Expect(JsonTokenType.StartObject, "slice");
        var columns = new List<string>();
        string value = "";
        while (cursor.Member([], columns) is { } column)
        {
            value = columns.Count == 1 ? cursor.String($"the value of \"{column}\"") : throw cursor.Problem("a slice is of one column.");
        }

        return columns is [{ Length: > 0 } only] ? new(only, value) : throw cursor.Problem("slice names no column. Write { \"site\": \"b\" }.");
    }
}
