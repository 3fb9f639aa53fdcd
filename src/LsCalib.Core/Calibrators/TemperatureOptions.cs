using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>What a temperature is fitted with besides scores and labels.</summary>
public sealed record TemperatureOptions
{
    /// <summary>Threads to use, at least 1; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Rows that are not independent of each other: folds and the interval keep them together. Null: all are.</summary>
    public RowGroups? Groups { get; init; }

    /// <summary>
    /// How much each row counts, or null: all the same. T minimises Σ w NLL. Weights say how rows were sampled, not how
    /// often each was seen: an interval takes a row of weight 2 as one row, and so is wider than that of the row repeated.
    /// Rows of weight 0 might as well not be there.
    /// </summary>
    public RowWeights? Weights { get; init; }

    /// <summary>Resamples that T is refitted in for its interval; 0: the interval is that of the sandwich variance.</summary>
    public int ResampleCount { get; init; }

    /// <summary>Seed of folds and resamples.</summary>
    public long Seed { get; init; }
}
