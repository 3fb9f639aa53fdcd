using System.Text.Encodings.Web;
using System.Text.Json;

namespace LsCalib.Reports.Documents;

/// <summary>plot.json: what figures of several models were made of; its schema is plot.schema.json.</summary>
public static class PlotJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(PlotReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", report.Tool);
            Strings(json, "command", report.Command);
            json.WriteNumber("seed", report.Source.Seed);
            json.WriteNumber("level", report.Source.Level);
            Strings(json, "figures", report.Figures);
            json.WriteStartArray("models");
            foreach (var model in report.Models)
            {
                json.WriteStartObject();
                json.WriteString("name", model.Stage.Title);
                json.WriteString("path", model.File.Path);
                json.WriteString("sha256", model.File.Sha256);
                json.WriteNumber("rowCount", model.RowCount);
                json.Number("classCount", model.ClassCount ?? double.NaN);
                Strings(json, "warnings", model.Warnings);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
