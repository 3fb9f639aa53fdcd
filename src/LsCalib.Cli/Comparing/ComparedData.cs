using LsCalib.Cli.Baselines;
using LsCalib.Cli.Evaluating;
using LsCalib.Core.Comparison;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Comparing;

/// <summary>What the rows of a model are known by.</summary>
/// <param name="Known">Labels, classes and identities of the rows, as a baseline of them would keep them.</param>
/// <param name="Digest">SHA-256 of the data that a model was run on; null of predictions whose inputs are not known.</param>
/// <param name="IsBaseline">Whether they come from the file of a baseline.</param>
/// <param name="Locate">Where a row stands, for messages.</param>
internal sealed record ComparedData(Baseline Known, string? Digest, bool IsBaseline, Func<long, string> Locate)
{
    /// <summary>The data, for messages.</summary>
    public string Path => Known.Path;

    /// <summary>True class of each row [N].</summary>
    public int[] Labels => Known.Rows.Labels;

    /// <summary>What each row is called [N], all different; or null.</summary>
    public string[]? Ids => Known.Identities.IdTexts;

    /// <param name="input">The input, no baseline.</param>
    /// <param name="request">How it was read.</param>
    /// <param name="loaded">What was read of it: scores and labels.</param>
    /// <param name="rows">Its row results.</param>
    /// <param name="model">How a model was read; null of predictions.</param>
    /// <exception cref="DataException">Two rows have the same id.</exception>
    public static ComparedData Of(PlotInput input, EvaluateRequest request, LoadedScores loaded, RowResults rows, ModelSource? model)
    {
        var files = loaded.SourceFiles;
        var identities = new RowIdentities { Inputs = loaded.InputHashes };
        return new(
            new()
            {
                Path = input.IsModel ? files[0].Path : input.Path,
                Origin = BaselineOrigins.Of(request, loaded, loaded.Scored!, model),
                Rows = rows,
                Identities = loaded.Attributes.Ids is { } ids ? identities.WithIds(request.Csv.IdColumn!, ids, loaded.Locate) : identities,
                ClassNames = loaded.ClassNames,
            },
            input.IsModel ? Joined(files.Select(file => file.Sha256)) : input.IsRun ? OfRun(input) : null,
            false,
            loaded.Locate);
    }

    /// <summary>Those of a baseline.</summary>
    public static ComparedData Of(Baseline baseline) => new(baseline, null, true, row => BaselineScores.Locate(baseline, row));

    /// <summary>The digest of the data of a run of a model; null where predictions were evaluated, whose data is not known.</summary>
    internal static string? OfRun(PlotInput input) => RunData.Of(input.Path) is { Count: > 0 } files ? Joined(files.Select(file => file.Sha256)) : null;

    private static string Joined(IEnumerable<string> digests) => string.Join(' ', digests);
}
