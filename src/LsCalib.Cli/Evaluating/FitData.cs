using LsCalib.Core.Calibrators;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Cli.Evaluating;

/// <summary>The rows that calibrators are fitted on.</summary>
/// <param name="Scored">Scores and labels.</param>
/// <param name="Groups">Rows that are not independent, or null.</param>
/// <param name="Weights">How much each row counts, or null.</param>
/// <param name="Source">What they are.</param>
internal sealed record FitData(LabelledScores Scored, RowGroups? Groups, RowWeights? Weights, FitSource Source)
{
    /// <summary>Whether each row is recalibrated by a fit without its fold.</summary>
    public bool IsCrossFitted => Source.Origin == FitOrigin.CrossFitted;
}
