using System.Text.Json;
using LsCalib.Core.Catalog;

namespace LsCalib.Reports.Documents;

/// <summary>An explanation as one JSON document; its schema is explain.schema.json.</summary>
public static class ExplainJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(ExplainReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", report.Tool);
            json.Strings("command", report.Command);
            json.Files("data", report.Data);
            json.WriteNumber("rowCount", report.Explanation.RowCount);
            if (report.ClassCount is { } classes)
            {
                json.WriteNumber("classCount", classes);
            }
            else
            {
                json.WriteNull("classCount");
            }

            json.WriteStartObject("metric");
            Metric(json, report.Explanation.Metric);
            json.WriteNumber("level", report.Level);
            json.WriteEndObject();
            Bins(json, report.Explanation.Arithmetic);
            json.WriteStartArray("related");
            foreach (var related in report.Explanation.Related)
            {
                json.WriteStartObject();
                Metric(json, related.Metric);
                json.Number("difference", related.Difference);
                json.Strings("reasons", related.Reasons);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void Metric(Utf8JsonWriter json, MetricResult metric)
    {
        var (info, m) = metric;
        json.WriteString("key", info.Key);
        json.WriteString("library", info.Library ?? "ls-calib");
        json.WriteString("title", info.Title);
        json.WriteString("definition", info.Definition);
        json.WriteString("source", info.Source);
        json.WriteString("unit", info.Unit);
        json.WriteString("better", info.Better.Word());
        json.Estimate(m);
        if (m.PValue is { } p)
        {
            json.Number("pValue", p);
        }

        json.NoiseFloor(m);
        json.WriteString("note", m.Note);
    }

    private static void Bins(Utf8JsonWriter json, BinArithmetic? arithmetic)
    {
        if (arithmetic is null)
        {
            json.WriteNull("bins");
            return;
        }

        json.WriteStartObject("bins");
        json.WriteString("closedSides", arithmetic.Rule);
        json.WriteString("term", arithmetic.TermName);
        json.WriteString("fold", arithmetic.Fold switch
        {
            BinFold.Maximum => "maximum",
            BinFold.RootOfSum => "root-of-sum",
            BinFold.Mean => "mean",
            _ => "sum",
        });
        json.WriteStartArray("table");
        foreach (var (bin, term, running) in arithmetic.Bins)
        {
            json.WriteStartObject();
            json.Number("lower", bin.Lower);
            json.Number("upper", bin.Upper);
            json.WriteNumber("count", bin.Count);
            json.WriteNumber("weight", bin.Weight);
            json.Number("meanConfidence", bin.MeanConfidence);
            json.Number("accuracy", bin.Accuracy);
            json.Number("gap", bin.Gap);
            json.Number("term", term);
            json.Number("running", running);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
