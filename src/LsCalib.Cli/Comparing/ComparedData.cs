using LsCalib.Cli.Evaluating;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Comparing;

/// <summary>What the rows of a model are known by.</summary>
/// <param name="Path">The data, for messages.</param>
/// <param name="Digest">SHA-256 of the data that a model was run on; null of predictions whose inputs are not known.</param>
/// <param name="Labels">True class of each row [N].</param>
/// <param name="ClassCount">K.</param>
/// <param name="Ids">What each row is called [N], all different; or null.</param>
/// <param name="ClassNames">Names of the classes, or null.</param>
internal sealed record ComparedData(string Path, string? Digest, int[] Labels, int ClassCount, string[]? Ids, IReadOnlyList<string>? ClassNames)
{
    /// <param name="input">The input.</param>
    /// <param name="loaded">What was read of it: scores and labels.</param>
    /// <param name="idColumn">Column of its ids, or null.</param>
    /// <exception cref="DataException">Two rows have the same id.</exception>
    public static ComparedData Of(PlotInput input, LoadedScores loaded, string? idColumn)
    {
        var files = loaded.SourceFiles;
        string[]? ids = loaded.Attributes.Ids;
        return new(
            input.IsModel ? files[0].Path : input.Path,
            input.IsModel ? Joined(files.Select(file => file.Sha256)) : input.IsRun ? OfRun(input) : null,
            loaded.Scored!.Labels,
            loaded.Scored.Scores.ClassCount,
            ids is null ? null : RowIdentities.None.WithIds(idColumn!, ids, loaded.Locate).IdTexts,
            loaded.ClassNames);
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
