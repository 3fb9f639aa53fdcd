using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>What a calibrator is fitted with besides scores and labels.</summary>
public sealed record CalibratorOptions
{
    /// <summary>Threads to use, at least 1; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Seed of folds and of rows that are set apart.</summary>
    public long Seed { get; init; }

    /// <summary>Rows that are not independent of each other, kept together by inner folds; null: all are independent.</summary>
    public RowGroups? Groups { get; init; }
}

/// <summary>A recalibration method: its names, and its fit.</summary>
/// <param name="Key">Name in options and documents, such as temperature.</param>
/// <param name="Title">Name in tables.</param>
/// <param name="Definition">What it does, in words, without a full stop.</param>
/// <param name="Source">The paper.</param>
/// <param name="Fit">Fits it; labels are in range and scores finite (<see cref="CalibrationMethods.Fit"/> has checked).</param>
public sealed record CalibrationMethod(
    string Key,
    string Title,
    string Definition,
    string Source,
    Func<ScoreMatrix, int[], CalibratorOptions, CancellationToken, CalibratorFit> Fit);
