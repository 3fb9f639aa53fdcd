using System.Text.Json;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>What a folder that evaluate wrote says of its data.</summary>
internal static class RunData
{
    /// <summary>The file of its predictions.</summary>
    public const string Predictions = "predictions.npz";

    /// <summary>The file of the rows that its calibrators were fitted on.</summary>
    public const string Calibration = "calibration.npz";

    /// <summary>The data that a run's model was run on; empty where predictions were evaluated, whose data is not known.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<BaselineFile> Of(string folder) => Files(folder, "data");

    /// <summary>The data that its model was run on to fit calibrators; empty where they were cross-fitted, or predictions were evaluated.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<BaselineFile> CalibrationOf(string folder) => Files(folder, "calibrationData");

    private static IReadOnlyList<BaselineFile> Files(string folder, string name)
    {
        using var run = Manifest.Read(folder, Manifest.Run);
        return run is not null && run.RootElement.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.Object
            && run.RootElement.TryGetProperty(name, out var data) && data.ValueKind == JsonValueKind.Array
            ? [.. data.EnumerateArray().Select(file => new BaselineFile(Path.GetFileName(Text(file, "path")), Text(file, "sha256")))]
            : [];
    }

    private static string Text(JsonElement file, string name) =>
        file.ValueKind == JsonValueKind.Object && file.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
