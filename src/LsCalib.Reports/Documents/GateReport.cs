using LsCalib.Core.Gates;

namespace LsCalib.Reports.Documents;

/// <summary>Everything that a gate says: the one source of all its outputs.</summary>
public sealed record GateReport
{
    /// <summary>Tool and version.</summary>
    public required string Tool { get; init; }

    /// <summary>The command line, without the options that only say where output goes.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Name of the candidate, for titles.</summary>
    public required string Name { get; init; }

    /// <summary>The model files of the candidate, empty where predictions were read.</summary>
    public required IReadOnlyList<SourceFile> Model { get; init; }

    /// <summary>The data or predictions of the candidate.</summary>
    public required IReadOnlyList<SourceFile> Data { get; init; }

    /// <summary>Where rules came from: their file, or null where all were typed.</summary>
    public required SourceFile? RulesFile { get; init; }

    /// <summary>The baseline, or null without one.</summary>
    public required GateBaseline? Baseline { get; init; }

    /// <summary>n.</summary>
    public required int RowCount { get; init; }

    /// <summary>K, or null where only confidence and outcome are known.</summary>
    public required int? ClassCount { get; init; }

    /// <summary>What the rules say.</summary>
    public required GateResult Result { get; init; }

    /// <summary>What the inconclusive gate counts as, pass or fail; null where it decided, or counts as what it is.</summary>
    public Decision? CountsAs { get; init; }

    /// <summary>What a reader must know; sentences without full stop.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>The baseline of a gate.</summary>
/// <param name="File">Its file.</param>
/// <param name="Name">What it was made of: the model's or the predictions' file name.</param>
/// <param name="MatchedBy">How its rows were matched, in words: by row id, by the hash of inputs and label, by row number and label.</param>
public sealed record GateBaseline(SourceFile File, string Name, string MatchedBy);
