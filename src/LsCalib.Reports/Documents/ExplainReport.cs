using LsCalib.Core.Catalog;

namespace LsCalib.Reports.Documents;

/// <summary>Everything that an explanation of one number says.</summary>
/// <param name="Tool">Tool and version.</param>
/// <param name="Command">The command line, without the options that only say how output looks.</param>
/// <param name="Data">The files read.</param>
/// <param name="ClassCount">K; null where only confidence and outcome are known.</param>
/// <param name="Level">Confidence level of the interval.</param>
/// <param name="Explanation">The number and its parts.</param>
public sealed record ExplainReport(
    string Tool, IReadOnlyList<string> Command, IReadOnlyList<SourceFile> Data, int? ClassCount, double Level, MetricExplanation Explanation);
