using LsCalib.Core.Gates;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Gates;

/// <summary>Rules as the file that a gate reads; its schema is gate-rules.schema.json.</summary>
public static class GateRulesJson
{
    /// <summary>The file, UTF-8, ending in a line feed.</summary>
    /// <param name="rules">At least one.</param>
    public static byte[] Write(IEnumerable<GateRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", 1);
            json.WriteStartArray("rules");
            foreach (var rule in rules)
            {
                json.WriteStartObject();
                json.WriteString("metric", rule.Metric);
                if (rule.IsRelative)
                {
                    json.WriteString(Member(rule.Kind), RuleText.Number(rule));
                }
                else
                {
                    json.WriteNumber(Member(rule.Kind), rule.Limit);
                }

                if (rule.Use == RuleUse.Bound)
                {
                    json.WriteString("use", "bound");
                }

                switch (rule.Rows)
                {
                    case { Column: { } column } rows:
                        json.WriteStartObject("slice");
                        json.WriteString(column, rows.Value);
                        json.WriteEndObject();
                        break;
                    case { } rows:
                        json.WriteString("class", rows.Value);
                        break;
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>A kind as the file writes it: maxIncrease.</summary>
    public static string Member(RuleKind kind) => kind switch
    {
        RuleKind.Max => "max",
        RuleKind.Min => "min",
        RuleKind.MaxIncrease => "maxIncrease",
        _ => "maxDecrease",
    };
}
