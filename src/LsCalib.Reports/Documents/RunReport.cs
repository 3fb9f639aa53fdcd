using System.Collections.Immutable;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;

namespace LsCalib.Reports.Documents;

/// <summary>A file that went into a run.</summary>
/// <param name="Path">As the user typed it.</param>
/// <param name="Sha256">Lower-case hexadecimal digest of its bytes.</param>
public sealed record SourceFile(string Path, string Sha256);

/// <summary>The model of a run, and how it was read.</summary>
/// <param name="File">Its file.</param>
/// <param name="ExternalData">Files beside it that hold weights.</param>
/// <param name="Opset">Version of its operator set.</param>
/// <param name="Output">Output that the scores belong to.</param>
/// <param name="ScoresFrom">Where the scores were read, and why they are what they are.</param>
/// <param name="Device">cpu or cuda:N.</param>
/// <param name="DeviceReason">Why this device.</param>
/// <param name="RuntimeVersion">Version of ONNX Runtime.</param>
/// <param name="BatchSize">Rows in a batch.</param>
public sealed record ModelSource(
    SourceFile File, IReadOnlyList<SourceFile> ExternalData, long Opset, string Output, string ScoresFrom, string Device, string DeviceReason, string RuntimeVersion, int BatchSize)
{
    /// <summary>Strength of the label smoothing that it was trained with, and its convention, as its file says; null where it does not.</summary>
    public (double Strength, string Convention)? Smoothing { get; init; }
}

/// <summary>Everything that a run says: the one source of every file and of the terminal summary.</summary>
public sealed record RunReport
{
    /// <summary>Tool and version.</summary>
    public required string Tool { get; init; }

    /// <summary>The command line, without the options that only say where output goes.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Name of what was evaluated, for titles.</summary>
    public required string Name { get; init; }

    public required long Seed { get; init; }

    /// <summary>The model, or null where predictions were read.</summary>
    public required ModelSource? Model { get; init; }

    /// <summary>The data or predictions files evaluated on.</summary>
    public required IReadOnlyList<SourceFile> Data { get; init; }

    /// <summary>The files fitted on, or empty: cross-fitted.</summary>
    public required IReadOnlyList<SourceFile> CalibrationData { get; init; }

    /// <summary>What those files hold; null where they are the data evaluated on, or there are none.</summary>
    public FittedRows? Fitted { get; init; }

    /// <summary>Why the scores are read as logits or probabilities, or where confidences were read.</summary>
    public required string ScoreReason { get; init; }

    public required IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The scores of all classes; null where only confidences and outcomes are known.</summary>
    public required ScoredRows? Scored { get; init; }

    /// <summary>Confidences and outcomes where nothing else is known; null with <see cref="Scored"/>.</summary>
    public required ConfidenceOrder? TopLabel { get; init; }

    /// <summary>Rows that are resampled together; null: rows are independent.</summary>
    public required RowGroups? Groups { get; init; }

    /// <summary>How much each row counts; null: all the same.</summary>
    public required RowWeights? Weights { get; init; }

    /// <summary>The weights on the scale that they were given on [N], so that they can be read back to the digit; null with <see cref="Weights"/>.</summary>
    public required double[]? GivenWeights { get; init; }

    /// <summary>What was left out for its label, or null: nothing was to be.</summary>
    public required IgnoredRows? Ignored { get; init; }

    /// <summary>N.</summary>
    public int RowCount => Evaluation.Reliability.RowCount;

    public required Evaluation Evaluation { get; init; }

    /// <summary>The uncalibrated predictions by slices, the worst first; empty where none were asked for.</summary>
    public ImmutableArray<Slice> Slices => Evaluation.Slices;

    /// <summary>Recalibration baselines, in the order of tables.</summary>
    public required IReadOnlyList<Calibration> Calibrations { get; init; }

    /// <summary>Notes for the reader: one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Resamples that bootstrap intervals rest on; 0: none.</summary>
    public required int ResampleCount { get; init; }

    /// <summary>Confidence level of intervals.</summary>
    public required double Level { get; init; }

    /// <summary>Key of the ECE that belongs to the diagram.</summary>
    public required string DiagramEceKey { get; init; }

    /// <summary>Name of a class: its own, or its index.</summary>
    public string ClassName(int k) => ClassNames is { } names && k < names.Count
        ? names[k]
        : k.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
