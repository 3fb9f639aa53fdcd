namespace LsCalib.Reports.Documents;

/// <summary>plot.json: what figures of several models were made of; its schema is plot.schema.json.</summary>
public static class PlotJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(PlotReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", report.Tool);
            json.Strings("command", report.Command);
            json.WriteNumber("seed", report.Source.Seed);
            json.WriteNumber("level", report.Source.Level);
            json.Strings("figures", report.Figures);
            json.WriteStartArray("models");
            foreach (var model in report.Models)
            {
                json.WriteStartObject();
                json.WriteString("name", model.Stage.Title);
                json.WriteString("path", model.File.Path);
                json.WriteString("sha256", model.File.Sha256);
                json.WriteNumber("rowCount", model.RowCount);
                json.Number("classCount", model.ClassCount ?? double.NaN);
                json.Strings("warnings", model.Warnings);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }
}
