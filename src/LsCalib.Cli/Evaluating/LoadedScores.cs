using System.Collections.Immutable;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Data.Rows;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>Scores with their labels.</summary>
/// <param name="Scores">[N,K].</param>
/// <param name="Labels">[N].</param>
/// <param name="LargestSumDeviation">Largest |sum − 1| of a row of probabilities; null for logits.</param>
internal sealed record LabelledScores(ScoreMatrix Scores, int[] Labels, double? LargestSumDeviation);

/// <summary>Predictions, wherever they come from: scores and labels, or confidences and outcomes alone.</summary>
internal sealed record LoadedScores : IDisposable
{
    /// <summary>Scores and labels, or null with <see cref="TopLabel"/>.</summary>
    public LabelledScores? Scored { get; init; }

    /// <summary>Confidences and outcomes, or null with <see cref="Scored"/>.</summary>
    public ConfidenceOrder? TopLabel { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Groups, slices and weights of the rows.</summary>
    public required RowAttributes Attributes { get; init; }

    /// <summary>Rows that belong together, or null.</summary>
    public RowGroups? Groups => Attributes.Groups;

    /// <summary>Columns by which rows are sliced, as they were named.</summary>
    public ImmutableArray<SliceColumn> Slices => Attributes.Slices;

    /// <summary>How much each row counts, or null: all the same.</summary>
    public RowWeights? Weights => Attributes.Weights;

    /// <summary>Identity of the inputs and label of each row [N], where <see cref="EvaluateRequest.HashesInputs"/> asked for it; else null.</summary>
    public ulong[]? InputHashes { get; init; }

    /// <summary>Rows or positions left out for their label.</summary>
    public required long IgnoredCount { get; init; }

    /// <summary>Files read, with their digests to come.</summary>
    public required IReadOnlyList<(string Path, Task<string> Digest)> Files { get; init; }

    /// <summary>Where a row stands, for messages.</summary>
    public required Func<long, string> Locate { get; init; }

    /// <summary>What holds the memory of the scores, or null.</summary>
    public IDisposable? Owner { get; init; }

    /// <summary>The files with their digests; waits for them.</summary>
    public IReadOnlyList<SourceFile> SourceFiles => [.. Files.Select(file => new SourceFile(file.Path, file.Digest.GetAwaiter().GetResult()))];

    /// <summary>The same rows in another order, with scores of their own: as if the file had been in that order.</summary>
    /// <param name="rows">Row that comes to each place [N].</param>
    public LoadedScores Take(int[] rows)
    {
        var (scored, hashes, locate) = (Scored ?? throw new InvalidOperationException("There are no scores."), InputHashes, Locate);
        return this with
        {
            Scored = scored with { Scores = scored.Scores.Take(rows), Labels = Array.ConvertAll(rows, row => scored.Labels[row]) },
            Attributes = Attributes.Take(rows),
            InputHashes = hashes is null ? null : Array.ConvertAll(rows, row => hashes[row]),
            Locate = row => locate(rows[row]),
            Owner = null,
        };
    }

    public void Dispose() => Owner?.Dispose();
}
