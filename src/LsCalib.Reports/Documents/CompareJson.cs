using System.Text.Json;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;

namespace LsCalib.Reports.Documents;

/// <summary>compare.json: several models on the same rows; its schema is compare.schema.json.</summary>
public static class CompareJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(CompareReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", report.Tool);
            json.Strings("command", report.Command);
            json.WriteNumber("seed", report.Seed);
            json.WriteNumber("level", report.Level);
            json.WriteNumber("resamples", report.ResampleCount);
            json.WriteNumber("rowCount", report.RowCount);
            json.WriteNumber("classCount", report.ClassCount);
            if (report.Groups is { } groups)
            {
                json.WriteStartObject("groups");
                json.WriteString("by", groups.Name);
                json.WriteNumber("count", groups.Count);
                json.WriteEndObject();
            }

            json.Strings("warnings", report.Warnings);
            json.WriteStartArray("metrics");
            foreach (var info in report.Metrics)
            {
                json.WriteStartObject();
                json.WriteString("key", info.Key);
                json.WriteString("title", info.Title);
                json.WriteString("unit", info.Unit);
                json.WriteString("better", info.Better.Word());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("models");
            foreach (var model in report.Models)
            {
                Model(json, model);
            }

            json.WriteEndArray();
            json.WriteStartArray("pairs");
            foreach (var pair in report.Pairs)
            {
                Pair(json, pair);
            }

            json.WriteEndArray();
        });
    }

    private static void Model(Utf8JsonWriter json, ComparedModel model)
    {
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.Files("files", model.Files);
        json.WriteString("device", model.Device);
        json.Files("data", model.Data);
        json.Files("calibrationData", model.CalibrationData);
        if (model.Smoothing is { } smoothing)
        {
            json.WriteStartObject("smoothing");
            json.Number("strength", smoothing.Strength);
            json.WriteString("convention", smoothing.Convention);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("smoothing");
        }

        json.WriteString("rowsKnownBy", model.RowsKnownBy);
        Metrics(json, "asIs", model.AsIs);
        json.WriteStartObject("temperature");
        json.WriteString("status", model.Temperature.Status.Key());
        json.WriteString("reason", model.Temperature.Reason);
        json.WriteString("fitOn", model.Temperature.FitOn.Key);
        json.WriteString("fitOnWords", model.Temperature.FitOn.Words);
        var parameter = model.Temperature.Parameters is [var only] ? only : null;
        json.Estimate(new Measurement(parameter?.Value ?? double.NaN, parameter?.Interval));
        json.WriteEndObject();
        if (model.Temperature.Evaluation is { } after)
        {
            Metrics(json, "scaled", after);
        }
        else
        {
            json.WriteNull("scaled");
        }

        json.WriteEndObject();
    }

    private static void Metrics(Utf8JsonWriter json, string name, Evaluation evaluation)
    {
        json.WriteStartObject(name);
        foreach (var (info, measurement) in evaluation.Metrics)
        {
            json.WriteStartObject(info.Key);
            json.Estimate(measurement);
            json.NoiseFloor(measurement);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Pair(Utf8JsonWriter json, ComparedPair pair)
    {
        json.WriteStartObject();
        json.WriteString("name", pair.Name);
        json.WriteString("against", pair.Against);
        json.WriteStartObject("outputs");
        json.Number("meanConfidenceChange", pair.Change.MeanConfidence);
        json.Number("largestConfidenceChange", pair.Change.LargestConfidence);
        json.WriteNumber("changedPredictions", pair.Change.Predictions);
        json.WriteNumber("newlyRight", pair.Change.Correctness.OnlyCandidate);
        json.WriteNumber("newlyWrong", pair.Change.Correctness.OnlyBaseline);
        json.WriteEndObject();
        Differences(json, "asIs", pair.AsIs);
        if (pair.Scaled is { } scaled)
        {
            Differences(json, "scaled", scaled);
        }
        else
        {
            json.WriteNull("scaled");
        }

        json.WriteEndObject();
    }

    private static void Differences(Utf8JsonWriter json, string name, IReadOnlyList<ModelDifference> differences)
    {
        json.WriteStartObject(name);
        foreach (var difference in differences)
        {
            json.WriteStartObject(difference.Info.Key);
            json.Number("first", difference.Baseline);
            json.Number("other", difference.Candidate);
            json.Estimate(new Measurement(difference.Value, difference.Interval));
            json.Number("pValue", difference.PValue);
            json.Number("adjustedPValue", difference.AdjustedPValue);
            json.WriteString("test", difference.Test);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
