using System.Text.Json;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;

namespace LsCalib.Reports.Documents;

/// <summary>What calibrate --json prints; its schema is calibrate.schema.json.</summary>
public static class CalibrateJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(CalibrateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var run = report.Run;
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("tool", run.Tool);
            json.Strings("command", run.Command);
            json.WriteNumber("seed", run.Seed);
            json.WriteNumber("level", run.Level);
            json.WriteNumber("resamples", run.ResampleCount);
            json.Files("model", run.Model is { } model ? [model.File, .. model.ExternalData] : []);
            json.Files("data", run.Data);
            json.WriteNumber("rowCount", run.RowCount);
            json.WriteNumber("classCount", run.Scored!.Scores.ClassCount);
            json.WriteString("scores", run.Scored.Scores.Kind == ScoreKind.Logits ? "logits" : "probabilities");
            json.Strings("warnings", run.Warnings);
            if (report.Selection is { } selection)
            {
                Selection(json, selection, run.Level);
            }

            json.WriteString("method", report.Calibration?.Method ?? "none");
            if (report.Calibration is { } calibration)
            {
                Calibration(json, calibration, run.Level);
            }

            if (report.Profile is { } profile)
            {
                json.WriteStartObject("profile");
                json.Number("lower", profile.Lower);
                json.Number("upper", profile.Upper);
                json.WriteString("interval", profile.Method);
                json.WriteEndObject();
            }

            Metrics(json, "before", run.Evaluation);
            if (report.Calibration?.Evaluation is { } after)
            {
                Metrics(json, "after", after);
            }

            json.Files("outputs", report.Outputs);
            if (report.Check is { } check)
            {
                json.WriteStartObject("check");
                json.WriteString("place", check.Place);
                json.WriteNumber("rowCount", check.RowCount);
                json.WriteNumber("largestDifference", check.LargestDifference);
                json.WriteNumber("tolerance", check.Tolerance);
                json.WriteNumber("changedPredictions", check.ChangedPredictions);
                json.WriteEndObject();
            }
        });
    }

    private static void Calibration(Utf8JsonWriter json, Calibration calibration, double level)
    {
        var calibrator = calibration.Calibrator!;
        json.WriteString("definition", calibration.Definition);
        json.WriteString("fitOn", calibration.FitOn.Key);
        json.WriteString("fitRows", calibration.FitOn.Words);
        json.WriteNumber("parameterCount", calibrator.ParameterCount);
        json.WriteBoolean("keepsPrediction", calibrator.KeepsPrediction);
        json.WritePropertyName("parameters");
        CalibratorJson.Parameters(calibrator).WriteTo(json);
        if (calibration.Parameters is [{ Interval: { } interval } parameter])
        {
            json.WriteStartObject(parameter.Name);
            json.Estimate(new Measurement(parameter.Value, interval));
            json.WriteEndObject();
        }

        if (calibration.Note.Length > 0)
        {
            json.WriteString("note", calibration.Note);
        }

        json.WriteStartObject("differences");
        foreach (var difference in calibration.Differences)
        {
            Paired(json, difference.Metric, difference);
        }

        json.WriteEndObject();
    }

    private static void Selection(Utf8JsonWriter json, MethodSelection selection, double level)
    {
        json.WriteStartObject("selection");
        json.WriteString("chosen", selection.Chosen.Key);
        json.WriteString("best", selection.Best.Key);
        json.WriteStartArray("methods");
        foreach (var trial in selection.Trials)
        {
            json.WriteStartObject();
            json.WriteString("method", trial.Key);
            json.Number("nll", trial.Nll);
            if (trial.CrossFit?.Failure is { } failure)
            {
                json.WriteString("status", failure.Status.Key());
                json.WriteString("reason", failure.Reason);
            }
            else
            {
                Paired(json, "fromUncalibrated", PairedDifference.Of("nll", trial.FromUncalibrated, level));
                Paired(json, "fromBest", PairedDifference.Of("nll", trial.FromBest, level));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Paired(Utf8JsonWriter json, string name, PairedDifference difference)
    {
        json.WriteStartObject(name);
        json.Estimate(new Measurement(difference.Value, difference.Interval));
        json.Number("standardError", difference.StandardError);
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
}
