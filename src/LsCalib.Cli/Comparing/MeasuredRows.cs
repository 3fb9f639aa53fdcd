using LsCalib.Cli.Evaluating;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;

namespace LsCalib.Cli.Comparing;

/// <summary>A model as it is, its rows in the order of the first.</summary>
/// <param name="Test">What was read of it.</param>
/// <param name="Data">What its rows are known by.</param>
/// <param name="Match">How they are known to be those of the first; null of itself.</param>
/// <param name="Evaluation">Its metrics.</param>
/// <param name="Results">What it predicts of each row.</param>
internal sealed record MeasuredRows(LoadedScores Test, ComparedData Data, RowMatch? Match, Evaluation Evaluation, RowResults Results);
