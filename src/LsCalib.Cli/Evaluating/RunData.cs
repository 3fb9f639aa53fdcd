using System.Text.Json;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>What a folder that evaluate wrote says of its data.</summary>
internal static class RunData
{
    /// <summary>The file of its predictions.</summary>
    public const string Predictions = "predictions.npz";

    /// <summary>The data that a run's model was run on; empty where predictions were evaluated, whose data is not known.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<BaselineFile> Of(string folder)
    {
        using var run = Manifest.Read(folder, Manifest.Run);
        return run is not null && run.RootElement.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.Object
            && run.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            ? [.. data.EnumerateArray().Select(file => new BaselineFile(Path.GetFileName(Text(file, "path")), Text(file, "sha256")))]
            : [];
    }

    private static string Text(JsonElement file, string name) =>
        file.ValueKind == JsonValueKind.Object && file.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
