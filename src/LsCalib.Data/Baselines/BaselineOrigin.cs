using System.Text.Json.Serialization;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Baselines;

/// <summary>A file that a baseline was made of. Its folder is left out: it is nobody's business, and changes from machine to machine.</summary>
/// <param name="Name">File name.</param>
/// <param name="Sha256">Lower-case hexadecimal digest of its bytes.</param>
public sealed record BaselineFile(string Name, string Sha256);

/// <summary>What a baseline was made of, and how that was read.</summary>
public sealed record BaselineOrigin
{
    /// <summary>Tool and version.</summary>
    public required string Tool { get; init; }

    /// <summary>Whether a model was run; else predictions were read.</summary>
    public required bool IsModel { get; init; }

    /// <summary>The model with the files that hold its weights, or the file of predictions.</summary>
    public required IReadOnlyList<BaselineFile> Source { get; init; }

    /// <summary>The data that the model was run on; empty of predictions whose data is not known.</summary>
    public required IReadOnlyList<BaselineFile> Data { get; init; }

    /// <summary>What the scores were read as.</summary>
    public required ScoreKind Scores { get; init; }

    /// <summary>Where they were read, and why they are what they are.</summary>
    public required string ScoreReason { get; init; }

    /// <summary>What was done to inputs before the model saw them; empty: nothing, or predictions.</summary>
    public required string Preprocessing { get; init; }

    /// <summary>Runtime and version, or null of predictions.</summary>
    public required string? Runtime { get; init; }

    /// <summary>Device that the model ran on, cpu or cuda:N; null of predictions.</summary>
    public required string? Device { get; init; }

    /// <summary>The label whose rows were left out, or null.</summary>
    public required int? IgnoredLabel { get; init; }

    /// <summary>Name of the model's or predictions' file.</summary>
    [JsonIgnore]
    public string Name => Source[0].Name;

    /// <summary>Name of the file that holds the rows.</summary>
    [JsonIgnore]
    public string DataName => Data.Count > 0 ? Data[0].Name : Name;

    /// <summary>How another origin differs in what can move numbers without a change of the model; one sentence each, without full stop.</summary>
    /// <param name="candidate">The other.</param>
    internal IEnumerable<string> Differences(BaselineOrigin candidate)
    {
        if (!IsModel || !candidate.IsModel)
        {
            yield break;
        }

        if (Preprocessing != candidate.Preprocessing)
        {
            yield return $"inputs are preprocessed in another way: {Words(candidate.Preprocessing)}; for the baseline {Words(Preprocessing)}";
        }

        if (Runtime != candidate.Runtime || Device != candidate.Device)
        {
            yield return $"the model runs on {candidate.Runtime}, {candidate.Device}; for the baseline on {Runtime}, {Device}";
        }
    }

    private static string Words(string preprocessing) => preprocessing.Length == 0 ? "not at all" : preprocessing;
}
