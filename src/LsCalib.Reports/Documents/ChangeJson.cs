using System.Text.Json;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison.Changes;

namespace LsCalib.Reports.Documents;

/// <summary>What explain-change --json prints; its schema is explain-change.schema.json.</summary>
public static class ChangeJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(ChangeReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var change = report.Explanation;
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", report.Tool);
            json.Strings("command", report.Command);
            json.WriteNumber("seed", report.Seed);
            json.WriteNumber("level", report.Level);
            json.WriteString("old", report.Old);
            json.WriteString("new", report.New);
            json.Files("data", report.Data);
            json.WriteNumber("rowCount", change.RowCount);
            json.WriteNumber("classCount", report.ClassCount);
            json.Strings("warnings", report.Warnings);
            json.WriteStartObject("changes");
            foreach (var (name, part) in Changes(change))
            {
                Change(json, name, part, report.Level);
            }

            json.WriteEndObject();
            Error(json, report);
            Repair(json, report);
            json.WriteStartArray("moved");
            foreach (var (kind, part) in change.Moved.SelectMany(kind => kind.Parts.Select(part => (kind.Kind, part))))
            {
                Moved(json, kind, part, report.Level);
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Every change of a mean, by name.</summary>
    public static IEnumerable<(string Name, ScoreChange Change)> Changes(ChangeExplanation change)
    {
        ArgumentNullException.ThrowIfNull(change);
        foreach (var (name, split) in new[] { ("nll", change.Nll), ("brier", change.Brier) })
        {
            yield return (name, split.Total);
            if (split is { Calibration: { } calibration, Refinement: { } refinement })
            {
                yield return (name + "-calibration", calibration);
                yield return (name + "-refinement", refinement);
            }
        }

        yield return ("accuracy", change.Accuracy);
        yield return ("mean-confidence", change.Confidence);
        yield return ("gap", change.Gap);
    }

    private static void Change(Utf8JsonWriter json, string name, ScoreChange change, double level)
    {
        var interval = change.Change.At(level);
        json.WriteStartObject(name);
        json.Number("before", change.Before);
        json.Number("after", change.After);
        json.Number("change", change.Change.Value);
        json.Number("lower", interval?.Lower ?? double.NaN);
        json.Number("upper", interval?.Upper ?? double.NaN);
        json.WriteString("interval", interval?.Method ?? "none");
        json.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter json, ChangeReport report)
    {
        var ece = report.Explanation.Ece;
        var interval = ece.At(report.Level);
        json.WriteStartObject("error");
        json.WriteString("metric", report.EceKey);
        json.Number("before", ece.Baseline);
        json.Number("after", ece.Candidate);
        json.Number("change", ece.Value);
        json.Number("lower", interval?.Lower ?? double.NaN);
        json.Number("upper", interval?.Upper ?? double.NaN);
        json.WriteString("interval", interval?.Method ?? "none");
        json.WriteEndObject();
    }

    private static void Repair(Utf8JsonWriter json, ChangeReport report)
    {
        var change = report.Explanation;
        json.WriteStartObject("repair");
        json.WriteString("status", change.Temperature.Status.Key());
        json.WriteString("reason", change.Temperature.Reason);
        json.Number("temperature", change.Temperature.Status == FitStatus.Converged ? change.Temperature.Temperature : double.NaN);
        json.WriteString("verdict", change.Repair switch
        {
            TemperatureRepair.NotNeeded => "not-needed",
            TemperatureRepair.Repairs => "repairs",
            TemperatureRepair.DoesNot => "does-not",
            _ => "unknown",
        });
        if (change.Repaired is { } repaired)
        {
            Change(json, "nll", repaired, report.Level);
        }

        json.WriteEndObject();
    }

    private static void Moved(Utf8JsonWriter json, string kind, MovedPart part, double level)
    {
        var interval = part.Moved.At(level);
        json.WriteStartObject();
        json.WriteString("kind", kind);
        json.WriteString("name", part.Name);
        json.WriteNumber("countBefore", part.CountBefore);
        json.WriteNumber("countAfter", part.CountAfter);
        json.Number("gapBefore", part.GapBefore);
        json.Number("gapAfter", part.GapAfter);
        json.Number("errorBefore", part.ErrorBefore);
        json.Number("errorAfter", part.ErrorAfter);
        json.Number("moved", part.Moved.Value);
        json.Number("lower", interval?.Lower ?? double.NaN);
        json.Number("upper", interval?.Upper ?? double.NaN);
        json.Number("adjustedPValue", part.AdjustedPValue);
        json.WriteEndObject();
    }
}
