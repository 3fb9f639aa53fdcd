using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Reports.Documents;

/// <summary>Rows of their own that calibrators were fitted on.</summary>
/// <param name="Scores">[N,K].</param>
/// <param name="Labels">True class of each row [N].</param>
/// <param name="Groups">Rows that are not independent, or null.</param>
/// <param name="GivenWeights">The weights on the scale that they were given on [N]; null: all count the same.</param>
public sealed record FittedRows(ScoreMatrix Scores, int[] Labels, RowGroups? Groups, double[]? GivenWeights);
