using System.Text.Json;

namespace LsCalib.Reports.Documents;

/// <summary>The document in a folder of results that says what it holds.</summary>
public static class Manifest
{
    /// <summary>Of a run of evaluate.</summary>
    public const string Run = "run.json";

    /// <summary>Of the figures of plot.</summary>
    public const string Plot = "plot.json";

    /// <summary>Of the results of compare.</summary>
    public const string Compare = "compare.json";

    /// <summary>The manifest of a folder, or null where there is none that this program wrote.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Which.</param>
    public static JsonDocument? Read(string folder, string name)
    {
        try
        {
            var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, name)));
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("tool", out var tool)
                && tool.ValueKind == JsonValueKind.String
                && tool.GetString()!.StartsWith("ls-calib ", StringComparison.Ordinal))
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
