using LsCalib.Cli.Evaluating;
using LsCalib.Core.Comparison;
using LsCalib.Core.Resampling;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Comparing;

/// <summary>A model that was run and measured. Its scores are let go.</summary>
/// <param name="Model">What is told of it.</param>
/// <param name="Rows">What it predicts of each row.</param>
/// <param name="Scaled">The same with its temperature, null without a fit.</param>
/// <param name="Noise">What its temperature would be on other rows, null without a fit.</param>
/// <param name="Data">What its rows are known by.</param>
/// <param name="Groups">Rows that are not independent, or null.</param>
/// <param name="Warnings">What a reader should know of it.</param>
internal sealed record ScoredModel(
    ComparedModel Model, RowResults Rows, RowResults? Scaled, TemperatureNoise? Noise, ComparedData Data, RowGroups? Groups, IReadOnlyList<string> Warnings);

/// <summary>What the rows of a model are known by.</summary>
/// <param name="Path">The data, for messages.</param>
/// <param name="Digest">SHA-256 of the data that a model was run on; null of predictions whose inputs are not known.</param>
/// <param name="Ids">What each row is called [N], or null.</param>
/// <param name="ClassNames">Names of the classes, or null.</param>
internal sealed record ComparedData(string Path, string? Digest, string[]? Ids, IReadOnlyList<string>? ClassNames)
{
    /// <param name="input">The input.</param>
    /// <param name="loaded">What was read of it.</param>
    public static ComparedData Of(PlotInput input, LoadedScores loaded)
    {
        var files = loaded.SourceFiles;
        return new(input.IsModel ? files[0].Path : input.Path, input.IsModel ? Joined(files.Select(file => file.Sha256)) : input.IsRun ? OfRun(input) : null, loaded.Attributes.Ids, loaded.ClassNames);
    }

    /// <summary>The digest of the data of a run of a model: where predictions were evaluated, their data is not known.</summary>
    private static string? OfRun(PlotInput input)
    {
        using var run = Manifest.Read(input.Path, Manifest.Run);
        return run is not null && run.RootElement.TryGetProperty("model", out var model) && model.ValueKind == System.Text.Json.JsonValueKind.Object
            && run.RootElement.TryGetProperty("data", out var data) && data.ValueKind == System.Text.Json.JsonValueKind.Array
            ? Joined(data.EnumerateArray().Select(file => file.GetProperty("sha256").GetString() ?? ""))
            : null;
    }

    private static string Joined(IEnumerable<string> digests) => string.Join(' ', digests);
}
