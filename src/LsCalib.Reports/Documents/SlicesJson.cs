using System.Text.Json;
using LsCalib.Core.Metrics;
using LsCalib.Core.Slices;

namespace LsCalib.Reports.Documents;

/// <summary>The slices of a stage in run.json.</summary>
internal static class SlicesJson
{
    /// <param name="json">Stands in an object.</param>
    /// <param name="slices">The slices, in their order.</param>
    public static void Write(Utf8JsonWriter json, IEnumerable<Slice> slices)
    {
        json.WriteStartArray("slices");
        foreach (var slice in slices)
        {
            json.WriteStartObject();
            json.WriteString("column", slice.Column);
            json.WriteString("value", slice.Value);
            json.WriteNumber("count", slice.Count);
            Measured(json, "accuracy", slice.Accuracy);
            Measured(json, "meanConfidence", slice.MeanConfidence);
            Measured(json, "gap", slice.Gap);
            Measured(json, "ece", slice.Ece);
            json.Number("excessEce", slice.ExcessEce);
            json.Number("pValue", slice.PValue);
            json.Number("adjustedPValue", slice.AdjustedPValue);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Measured(Utf8JsonWriter json, string name, Measurement measurement)
    {
        json.WriteStartObject(name);
        json.Estimate(measurement);
        json.NoiseFloor(measurement);
        json.WriteEndObject();
    }
}
