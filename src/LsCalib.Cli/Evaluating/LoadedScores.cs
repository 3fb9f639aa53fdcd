using LsCalib.Core.Scores;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>Scores and labels, wherever they come from.</summary>
internal sealed record LoadedScores : IDisposable
{
    public required ScoreMatrix Scores { get; init; }

    public required int[] Labels { get; init; }

    public required string Reason { get; init; }

    /// <summary>Largest |sum − 1| of a row of probabilities; null for logits.</summary>
    public double? LargestSumDeviation { get; init; }

    public required IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Files read, with their digests to come.</summary>
    public required IReadOnlyList<(string Path, Task<string> Digest)> Files { get; init; }

    /// <summary>Where a row stands, for messages.</summary>
    public required Func<long, string> Locate { get; init; }

    /// <summary>What holds the memory of the scores, or null.</summary>
    public IDisposable? Owner { get; init; }

    /// <summary>The files with their digests; waits for them.</summary>
    public IReadOnlyList<SourceFile> SourceFiles => [.. Files.Select(file => new SourceFile(file.Path, file.Digest.GetAwaiter().GetResult()))];

    public void Dispose() => Owner?.Dispose();
}
