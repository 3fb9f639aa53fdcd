using System.Text.Json;
using LsCalib.Core.Scores;
using LsCalib.Data.Baselines;

namespace LsCalib.Reports.Documents;

/// <summary>What a baseline holds as one JSON document; its schema is baseline.schema.json.</summary>
public static class BaselineJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(BaselineReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var baseline = report.Baseline;
        var origin = baseline.Origin;
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", report.Tool);
            json.WriteStartObject("file");
            json.WriteString("path", report.File.Path);
            json.WriteString("sha256", report.File.Sha256);
            json.WriteNumber("byteCount", report.ByteCount);
            json.WriteString("madeBy", origin.Tool);
            json.WriteEndObject();
            json.WriteStartObject("source");
            json.WriteString("kind", origin.IsModel ? "model" : "predictions");
            Files(json, "files", origin.Source);
            json.WriteEndObject();
            Files(json, "data", origin.Data);
            json.WriteStartObject("scores");
            json.WriteString("kind", origin.Scores == ScoreKind.Logits ? "logits" : "probabilities");
            json.WriteString("reason", origin.ScoreReason);
            json.WriteEndObject();
            json.WriteString("preprocessing", origin.Preprocessing);
            json.WriteString("runtime", origin.Runtime);
            json.WriteString("device", origin.Device);
            json.WriteNumber("rowCount", baseline.Rows.RowCount);
            json.WriteNumber("classCount", baseline.Rows.ClassCount);
            json.Number("ignoredLabel", origin.IgnoredLabel ?? double.NaN);
            if (baseline.ClassNames is { } names)
            {
                json.Strings("classNames", names);
            }
            else
            {
                json.WriteNull("classNames");
            }

            json.WriteStartObject("identity");
            json.WriteString("kind", baseline.Identities.Kind switch
            {
                RowIdentityKind.RowId => "row-id",
                RowIdentityKind.Inputs => "inputs",
                _ => "row-number",
            });
            json.WriteString("column", baseline.Identities.IdColumn);
            json.WriteEndObject();
            json.WriteString("probabilities", baseline.Probabilities switch { null => null, ScoreMatrix<float> => "float32", _ => "float64" });
            json.WriteStartObject("metrics");
            foreach (var (info, measurement) in report.Metrics)
            {
                json.WriteStartObject(info.Key);
                json.Number("value", measurement.Value);
                json.WriteString("unit", info.Unit);
                json.WriteString("better", info.Better.Word());
                json.NoiseFloor(measurement);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private static void Files(Utf8JsonWriter json, string name, IReadOnlyList<BaselineFile> files)
    {
        json.WriteStartArray(name);
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteString("sha256", file.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
