using System.Text.Json;
using LsCalib.Core.Metrics;

namespace LsCalib.Reports.Documents;

/// <summary>What documents say of a measurement, within an object of its own.</summary>
internal static class MeasurementJson
{
    /// <summary>The value with its interval.</summary>
    public static void Estimate(this Utf8JsonWriter json, Measurement measurement)
    {
        json.Number("value", measurement.Value);
        json.Number("lower", measurement.Interval?.Lower ?? double.NaN);
        json.Number("upper", measurement.Interval?.Upper ?? double.NaN);
        json.WriteString("interval", measurement.Interval?.Method ?? "none");
    }

    /// <summary>The level of a calibrated model, where there is one.</summary>
    public static void NoiseFloor(this Utf8JsonWriter json, Measurement measurement)
    {
        if (measurement.NoiseFloor is { } floor)
        {
            json.WriteStartObject("noiseFloor");
            json.Number("mean", floor.Mean);
            json.Number("median", floor.Median);
            json.Number("q95", floor.Q95);
            json.WriteEndObject();
        }
    }
}
