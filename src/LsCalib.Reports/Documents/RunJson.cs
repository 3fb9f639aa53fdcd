using System.Text.Json;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;

namespace LsCalib.Reports.Documents;

/// <summary>run.json: the whole run as one document; its schema is run.schema.json.</summary>
public static class RunJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", report.Tool);
            json.WriteString("dotnet", Environment.Version.ToString());
            json.Strings("command", report.Command);
            json.WriteNumber("seed", report.Seed);
            json.WriteStartObject("intervals");
            json.WriteNumber("level", report.Level);
            json.WriteNumber("resamples", report.ResampleCount);
            json.WriteEndObject();
            Model(json, report.Model);
            json.Files("data", report.Data);
            json.Files("calibrationData", report.CalibrationData);
            json.WriteNumber("rowCount", report.RowCount);
            json.Number("classCount", report.Scored?.Scores.ClassCount ?? double.NaN);
            if (report.ClassNames is not null)
            {
                json.Strings("classNames", report.ClassNames);
            }

            json.WriteStartObject("scores");
            json.WriteString("kind", report.Scored is null ? "confidence" : report.Scored.Scores.Kind == ScoreKind.Logits ? "logits" : "probabilities");
            json.WriteString("reason", report.ScoreReason);
            json.Number("largestSumDeviation", report.Scored?.LargestSumDeviation ?? double.NaN);
            json.WriteEndObject();
            json.Number("zeroProbabilityRows", report.Scored?.Statistics.ZeroProbabilityRowCount ?? double.NaN);
            Rows(json, report);
            json.Strings("warnings", report.Warnings);
            Evaluation(json, report, report.Evaluation);
            json.WriteStartObject("calibration");
            foreach (var calibration in report.Calibrations)
            {
                Calibration(json, report, calibration);
            }

            json.WriteEndObject();
            json.WriteStartObject("definitions");
            foreach (var metric in report.Evaluation.Metrics)
            {
                json.WriteString(metric.Info.Key, metric.Info.Definition);
            }

            foreach (var calibration in report.Calibrations)
            {
                json.WriteString(calibration.Method, calibration.Definition);
            }

            json.WriteEndObject();
        });
    }

    /// <summary>Word for a direction.</summary>
    internal static string Word(this Better better) => better switch
    {
        Better.Higher => "higher",
        Better.Lower => "lower",
        Better.Zero => "zero",
        _ => "none",
    };

    private static void Rows(Utf8JsonWriter json, RunReport report)
    {
        if (report.Groups is { } groups)
        {
            json.WriteStartObject("groups");
            json.WriteString("by", groups.Name);
            json.WriteNumber("count", groups.Count);
            json.WriteEndObject();
        }

        if (report.Weights is { } weights)
        {
            json.WriteStartObject("weights");
            json.WriteString("by", weights.Name);
            json.WriteNumber("effectiveRowCount", weights.EffectiveCount);
            json.WriteEndObject();
        }

        if (report.Ignored is { } ignored)
        {
            json.WriteStartObject("ignored");
            json.WriteNumber("label", ignored.Label);
            json.WriteNumber("count", ignored.Count);
            json.WriteEndObject();
        }
    }

    private static void Model(Utf8JsonWriter json, ModelSource? model)
    {
        if (model is null)
        {
            json.WriteNull("model");
            return;
        }

        json.WriteStartObject("model");
        json.WriteString("path", model.File.Path);
        json.WriteString("sha256", model.File.Sha256);
        json.Files("externalData", model.ExternalData);
        json.WriteNumber("opset", model.Opset);
        json.WriteString("output", model.Output);
        json.WriteString("scoresFrom", model.ScoresFrom);
        json.WriteNumber("batchSize", model.BatchSize);
        json.WriteString("device", model.Device);
        json.WriteString("deviceReason", model.DeviceReason);
        json.WriteString("onnxRuntime", model.RuntimeVersion);
        json.WriteEndObject();
    }

    private static void Evaluation(Utf8JsonWriter json, RunReport report, Evaluation evaluation)
    {
        json.WriteStartObject("metrics");
        foreach (var (info, measurement) in evaluation.Metrics)
        {
            json.WriteStartObject(info.Key);
            json.Estimate(measurement);
            if (measurement.PValue is { } p)
            {
                json.Number("pValue", p);
            }

            if (measurement.Note.Length > 0)
            {
                json.WriteString("note", measurement.Note);
            }

            json.WriteString("unit", info.Unit);
            json.WriteString("better", info.Better.Word());
            json.NoiseFloor(measurement);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        Reliability(json, evaluation.Reliability);
        json.WriteStartArray("classes");
        foreach (var summary in evaluation.Classes)
        {
            json.WriteStartObject();
            json.WriteNumber("class", summary.Class);
            json.WriteString("name", report.ClassName(summary.Class));
            json.WriteNumber("count", summary.Count);
            json.Number("accuracy", summary.Accuracy);
            json.Number("meanProbability", summary.MeanProbability);
            json.Number("ece", summary.Ece);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (!evaluation.Slices.IsEmpty)
        {
            SlicesJson.Write(json, evaluation.Slices);
        }
    }

    private static void Reliability(Utf8JsonWriter json, ReliabilityTable table)
    {
        json.WriteStartObject("reliability");
        json.WriteString("binning", table.Binning == Binning.EqualWidth ? "equal-width" : "equal-mass");
        json.WriteNumber("requestedBinCount", table.RequestedBinCount);
        json.WriteNumber("binCount", table.Bins.Length);
        json.WriteStartArray("bins");
        foreach (var bin in table.Bins)
        {
            json.WriteStartObject();
            json.Number("lower", bin.Lower);
            json.Number("upper", bin.Upper);
            json.WriteNumber("count", bin.Count);
            json.WriteNumber("weight", bin.Weight);
            json.Number("meanConfidence", bin.MeanConfidence);
            json.Number("accuracy", bin.Accuracy);
            json.Number("gap", bin.Gap);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Calibration(Utf8JsonWriter json, RunReport report, Calibration calibration)
    {
        json.WriteStartObject(calibration.Method);
        bool fitted = calibration.Status == FitStatus.Converged;
        json.WriteString("status", calibration.Status.Key());
        if (calibration.Method == "temperature")
        {
            var parameter = calibration.Parameters.Count == 1 ? calibration.Parameters[0] : null;
            json.Number("value", parameter?.Value ?? double.NaN);
            if (parameter?.Interval is { } interval)
            {
                json.Number("lower", interval.Lower);
                json.Number("upper", interval.Upper);
                json.WriteString("interval", interval.Method);
            }
        }

        json.WriteStartObject("parameters");
        foreach (var parameter in calibration.Parameters)
        {
            json.Number(parameter.Name, parameter.Value);
        }

        json.WriteEndObject();
        json.WriteString("fitOn", calibration.FitOn.Key);
        json.WriteString("fitRows", calibration.FitOn.Words);
        if (!fitted)
        {
            json.WriteString("reason", calibration.Reason);
        }

        if (calibration.Folds.Count > 0)
        {
            json.WriteStartArray("folds");
            foreach (double value in calibration.Folds)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        if (calibration.Calibrator is { } calibrator)
        {
            json.WriteNumber("parameterCount", calibrator.ParameterCount);
            json.WriteBoolean("keepsPrediction", calibrator.KeepsPrediction);
        }

        if (calibration.Note.Length > 0)
        {
            json.WriteString("note", calibration.Note);
        }

        Differences(json, report, calibration);
        if (calibration.Evaluation is { } evaluation)
        {
            Evaluation(json, report, evaluation);
        }
        else
        {
            json.WriteNull("metrics");
        }

        json.WriteEndObject();
    }

    private static void Differences(Utf8JsonWriter json, RunReport report, Calibration calibration)
    {
        if (calibration.Differences.Count == 0)
        {
            return;
        }

        json.WriteStartObject("differences");
        foreach (var difference in calibration.Differences)
        {
            var interval = difference.Interval;
            json.WriteStartObject(difference.Metric);
            json.Number("value", difference.Value);
            json.Number("lower", interval?.Lower ?? double.NaN);
            json.Number("upper", interval?.Upper ?? double.NaN);
            json.WriteString("interval", interval?.Method ?? "none");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
