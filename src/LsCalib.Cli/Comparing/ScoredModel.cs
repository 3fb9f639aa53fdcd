using LsCalib.Core.Comparison;
using LsCalib.Core.Resampling;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Comparing;

/// <summary>A model that was run and measured. Its scores are let go.</summary>
/// <param name="Model">What is told of it.</param>
/// <param name="Rows">What it predicts of each row.</param>
/// <param name="Scaled">The same with its temperature, null without a fit.</param>
/// <param name="Noise">What its temperature would be on other rows, null without a fit.</param>
/// <param name="Data">What its rows are known by.</param>
/// <param name="Groups">Rows that are not independent, or null.</param>
/// <param name="Warnings">What a reader should know of it.</param>
internal sealed record ScoredModel(
    ComparedModel Model, RowResults Rows, RowResults? Scaled, TemperatureNoise? Noise, ComparedData Data, RowGroups? Groups, IReadOnlyList<string> Warnings);
