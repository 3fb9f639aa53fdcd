using System.Collections.Immutable;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison.Changes;

/// <summary>A mean over rows before and after, and its change.</summary>
/// <param name="Before">Of the old model.</param>
/// <param name="After">Of the new one.</param>
/// <param name="Change">After − before, of paired rows.</param>
public sealed record ScoreChange(double Before, double After, PairedMean Change);

/// <summary>
/// The change of a proper score, in what a temperature mends and what it does not: calibration is the score less that of the same
/// model scaled by a temperature that its row had no part in, refinement the latter.
/// </summary>
/// <param name="Total">The score.</param>
/// <param name="Calibration">What a temperature takes away; null where none could be fitted to both.</param>
/// <param name="Refinement">What is left; null with <paramref name="Calibration"/>.</param>
public sealed record SplitChange(ScoreChange Total, ScoreChange? Calibration, ScoreChange? Refinement);

/// <summary>A part of the rows and what became of its gap, accuracy − confidence.</summary>
/// <param name="Name">The bin, class or slice.</param>
/// <param name="CountBefore">Rows that the old model puts there.</param>
/// <param name="CountAfter">Rows that the new one does.</param>
/// <param name="GapBefore">Gap of those; NaN without rows.</param>
/// <param name="GapAfter">Gap of these.</param>
/// <param name="ErrorBefore">Share of the rows times |gap|: what the part adds to the ECE over such parts.</param>
/// <param name="ErrorAfter">The same of the new model.</param>
/// <param name="Moved">Change of share times gap, of paired rows.</param>
public sealed record MovedPart(string Name, int CountBefore, int CountAfter, double GapBefore, double GapAfter, double ErrorBefore, double ErrorAfter, PairedMean Moved)
{
    /// <summary>Two-sided p-value of no movement, adjusted by Holm over the parts of its kind; NaN where nothing scatters.</summary>
    public double AdjustedPValue { get; init; } = double.NaN;
}

/// <summary>Parts of one kind.</summary>
/// <param name="Kind">bin, class, or the name of a slice column.</param>
/// <param name="Parts">Those that moved the error most first.</param>
public sealed record MovedParts(string Kind, ImmutableArray<MovedPart> Parts);

/// <summary>Whether a new temperature alone repairs a change.</summary>
public enum TemperatureRepair
{
    /// <summary>NLL did not get worse for sure, so there is nothing to repair.</summary>
    NotNeeded,

    /// <summary>A new temperature takes away nine tenths of the worsening of NLL or more, for sure.</summary>
    Repairs,

    /// <summary>It leaves more than a tenth of it, for sure.</summary>
    DoesNot,

    /// <summary>The rows cannot tell.</summary>
    Unknown,
}

/// <summary>What changed between two models on the same rows.</summary>
public sealed record ChangeExplanation
{
    /// <summary>n.</summary>
    public required int RowCount { get; init; }

    /// <summary>NLL, nats.</summary>
    public required SplitChange Nll { get; init; }

    /// <summary>Brier score, 0 to 2.</summary>
    public required SplitChange Brier { get; init; }

    /// <summary>Fraction of right rows.</summary>
    public required ScoreChange Accuracy { get; init; }

    /// <summary>Mean confidence.</summary>
    public required ScoreChange Confidence { get; init; }

    /// <summary>Accuracy − mean confidence: below 0 is over-confident.</summary>
    public required ScoreChange Gap { get; init; }

    /// <summary>The diagram's ECE, with the interval of a difference of errors.</summary>
    public required Worsening Ece { get; init; }

    /// <summary>Bins, classes and slices.</summary>
    public required ImmutableArray<MovedParts> Moved { get; init; }

    /// <summary>The temperature of the new model, fitted on all rows; it tells why where there is none.</summary>
    public required TemperatureFit Temperature { get; init; }

    /// <summary>NLL of the new model with a temperature, fitted out of fold, less that of the old one as it was; null without one.</summary>
    public required ScoreChange? Repaired { get; init; }

    /// <summary>Whether that repairs the change, at the level asked for.</summary>
    public required TemperatureRepair Repair { get; init; }

    /// <summary>
    /// By how much calibration by itself got worse, of each score of which that is sure: its part is what a temperature takes away,
    /// also where refinement made up for it and the whole did not get worse.
    /// </summary>
    /// <param name="level">Confidence level, two-sided.</param>
    /// <returns>Keys nll and brier, and the change of the part in the unit of the score.</returns>
    public IReadOnlyList<(string Key, double Change)> WorseCalibration(double level) =>
    [
        .. new[] { ("nll", Nll.Calibration), ("brier", Brier.Calibration) }
            .Where(part => part.Item2?.Change.At(level) is { Lower: > 0 })
            .Select(part => (part.Item1, part.Item2!.Change.Value)),
    ];
}
