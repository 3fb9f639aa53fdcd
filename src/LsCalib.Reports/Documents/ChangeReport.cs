using LsCalib.Core.Comparison.Changes;

namespace LsCalib.Reports.Documents;

/// <summary>What explain-change says.</summary>
/// <param name="Tool">Tool and version.</param>
/// <param name="Command">The command line, without what only says how output looks.</param>
/// <param name="Old">Name of the old predictions.</param>
/// <param name="New">Name of the new ones.</param>
/// <param name="Data">Both files.</param>
/// <param name="ClassCount">K.</param>
/// <param name="Level">Confidence level of intervals.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="EceKey">Key of the ECE.</param>
/// <param name="Explanation">What changed.</param>
/// <param name="Warnings">What a reader must know; sentences without full stop.</param>
public sealed record ChangeReport(
    string Tool, IReadOnlyList<string> Command, string Old, string New, IReadOnlyList<SourceFile> Data, int ClassCount, double Level, long Seed, string EceKey, ChangeExplanation Explanation, IReadOnlyList<string> Warnings);
