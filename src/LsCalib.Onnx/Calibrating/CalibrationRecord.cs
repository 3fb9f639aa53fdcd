using System.Globalization;
using LsCalib.Core.Recalibration;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>What a calibrated model says of its calibrator, in its metadata under keys that begin with ls_calib.</summary>
/// <param name="Method">Key of the method, such as temperature.</param>
/// <param name="Parameters">The parameters as JSON, or their hash where they are long.</param>
/// <param name="SourceSha256">SHA-256 of the model before, or null.</param>
/// <param name="FitDataSha256">SHA-256 of the data fitted on, or null.</param>
/// <param name="ToolVersion">Version of the program, or null.</param>
/// <param name="ClassCount">K, or null.</param>
/// <param name="RowCount">n, rows fitted on, or null.</param>
public sealed record CalibrationRecord(
    string Method, string Parameters, string? SourceSha256, string? FitDataSha256, string? ToolVersion, int? ClassCount, int? RowCount)
{
    private const string Prefix = "ls_calib.";
    private const string Previous = Prefix + "previous.";

    /// <summary>The record of a model, or null where it has none.</summary>
    public static CalibrationRecord? Of(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string? Value(string key) => graph.Model.MetadataProps.FirstOrDefault(entry => entry.Key == Prefix + key)?.Value;
        int? Count(string key) => int.TryParse(Value(key), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;
        return Value("method") is { } method
            ? new(method, Value("parameters") ?? "", Value("source_sha256"), Value("fit_data_sha256"), Value("version"), Count("classes"), Count("rows"))
            : null;
    }

    /// <summary>The metadata of a model with a calibrator; an earlier record stays under ls_calib.previous.</summary>
    internal static IReadOnlyList<StringStringEntryProto> Metadata(
        IEnumerable<StringStringEntryProto> source, Calibrator calibrator, CalibratedModelOptions options, string sourceSha256)
    {
        var entries = new List<StringStringEntryProto>();
        foreach (var entry in source)
        {
            bool isOurs = entry.Key.StartsWith(Prefix, StringComparison.Ordinal);
            entries.Add(isOurs ? new() { Key = Previous + entry.Key[Prefix.Length..], Value = entry.Value } : entry);
        }

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                entries.Add(new() { Key = Prefix + key, Value = value });
            }
        }

        Add("method", calibrator.Method);
        Add("parameters", CalibratorParameters.Text(calibrator));
        Add("classes", calibrator.ClassCount.ToString(CultureInfo.InvariantCulture));
        Add("rows", calibrator.RowCount.ToString(CultureInfo.InvariantCulture));
        Add("source_sha256", sourceSha256);
        Add("fit_data_sha256", options.FitDataSha256);
        Add("version", options.ToolVersion);
        return entries;
    }
}
