using System.Text.Json;
using LsCalib.Core.Gates;
using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Gates;

/// <summary>A gate as one JSON document; its schema is gate.schema.json.</summary>
public static class GateJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var result = report.Result;
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", report.Tool);
            json.Strings("command", report.Command);
            json.WriteString("name", report.Name);
            json.WriteString("decision", result.Decision.Word());
            json.WriteStartObject("counts");
            foreach (var decision in Enum.GetValues<Decision>())
            {
                json.WriteNumber(decision.Word(), GateText.Count(result, decision));
            }

            json.WriteEndObject();
            json.WriteString("repair", result.Repair);
            json.Files("model", report.Model);
            json.Files("data", report.Data);
            RulesFile(json, report.RulesFile);
            Baseline(json, report.Baseline);
            json.WriteNumber("rowCount", report.RowCount);
            json.Number("classCount", report.ClassCount ?? double.NaN);
            json.WriteNumber("level", result.Level);
            json.WriteNumber("seed", result.Seed);
            json.WriteNumber("resampleCount", result.ResampleCount);
            json.WriteStartArray("rules");
            foreach (var rule in result.Rules)
            {
                Rule(json, rule);
            }

            json.WriteEndArray();
            json.Strings("warnings", report.Warnings);
        });
    }

    private static void RulesFile(Utf8JsonWriter json, SourceFile? file)
    {
        if (file is null)
        {
            json.WriteNull("rulesFile");
            return;
        }

        json.WriteStartObject("rulesFile");
        json.WriteString("path", file.Path);
        json.WriteString("sha256", file.Sha256);
        json.WriteEndObject();
    }

    private static void Baseline(Utf8JsonWriter json, GateBaseline? baseline)
    {
        if (baseline is null)
        {
            json.WriteNull("baseline");
            return;
        }

        json.WriteStartObject("baseline");
        json.WriteString("path", baseline.File.Path);
        json.WriteString("sha256", baseline.File.Sha256);
        json.WriteString("name", baseline.Name);
        json.WriteString("matchedBy", baseline.MatchedBy);
        json.WriteEndObject();
    }

    private static void Rule(Utf8JsonWriter json, RuleResult result)
    {
        var (rule, info) = (result.Rule, result.Info);
        json.WriteStartObject();
        json.WriteString("metric", rule.Metric);
        json.WriteString("title", info.Title);
        json.WriteString("unit", info.Unit);
        json.WriteString("better", info.Better.Word());
        json.WriteString("kind", rule.Kind.Word());
        json.Number("limit", rule.Limit);
        json.WriteBoolean("isRelative", rule.IsRelative);
        json.WriteString("use", rule.NeedsBaseline || rule.Use == RuleUse.Bound ? "bound" : "point");
        if (rule.Rows is { } rows)
        {
            json.WriteStartObject("rows");
            json.WriteString(rows.Column is null ? "class" : "column", rows.Column ?? rows.Value);
            if (rows.Column is not null)
            {
                json.WriteString("value", rows.Value);
            }

            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("rows");
        }

        json.WriteString("decision", result.Decision.Word());
        json.WriteString("reason", result.Reason);
        json.WriteNumber("rowCount", result.RowCount);
        json.WriteStartObject("candidate");
        json.Estimate(result.Candidate);
        json.NoiseFloor(result.Candidate);
        if (result.Candidate.Interval is not null)
        {
            json.Number("intervalLevel", result.IntervalLevel);
        }

        json.WriteString("note", result.Candidate.Note);
        json.WriteEndObject();
        Comparison(json, result.Comparison);
        json.Strings("warnings", result.Warnings);
        json.WriteEndObject();
    }

    private static void Comparison(Utf8JsonWriter json, RuleComparison? comparison)
    {
        if (comparison is null)
        {
            json.WriteNull("comparison");
            return;
        }

        json.WriteStartObject("comparison");
        json.Number("baseline", comparison.Baseline);
        json.WriteStartObject("worsening");
        json.Estimate(new Measurement(comparison.Worsening, comparison.Interval));
        json.WriteEndObject();
        json.Number("tolerance", comparison.Tolerance);
        json.Number("adjustedPValue", comparison.AdjustedPValue ?? double.NaN);
        json.Number("detectable", comparison.Detectable ?? double.NaN);
        if (comparison.RowsToDecide is { } rows)
        {
            json.WriteNumber("rowsToDecide", rows);
        }
        else
        {
            json.WriteNull("rowsToDecide");
        }

        json.WriteEndObject();
    }
}
