using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>One column of a figure: a model as it is, or after a recalibration.</summary>
/// <param name="Key">As in tables.</param>
/// <param name="Title">Over its panels.</param>
/// <param name="Evaluation">What is shown.</param>
/// <param name="Scaling">What its logits are multiplied by; null where it is more than that.</param>
public sealed record FigureStage(string Key, string Title, Evaluation Evaluation, RowScaling? Scaling)
{
    /// <summary>The scores of all classes, for confidence scores beside the maximum probability; null: not known, or not kept.</summary>
    public ScoredRows? Scored { get; init; }

    /// <summary>How temperatures change its NLL and ECE; null: not known, or not asked for.</summary>
    public TemperatureProfile? Profile { get; init; }

    /// <summary>Its rows in words, for captions: n, and K, groups and weights where there are any.</summary>
    public required string Rows { get; init; }

    /// <summary>Whether its rows are in groups, so that no interval that takes rows as independent is drawn.</summary>
    public required bool IsGrouped { get; init; }

    /// <summary>Whether its rows are weighted.</summary>
    public required bool IsWeighted { get; init; }

    /// <summary>The model of a run as it is, as one of several. Neither its scores nor its classes are kept.</summary>
    /// <param name="report">The run.</param>
    /// <param name="name">Name among the models, and title.</param>
    public static FigureStage OfModel(RunReport report, string name)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Make(report, name, name, report.Evaluation with { Classes = [], Classwise = null }, RowScaling.None);
    }

    /// <summary>The stage with the profile of temperatures, with the bins, level and seed of the run.</summary>
    /// <param name="report">The run that it is of.</param>
    /// <param name="cancel">Stops between passes over the scores.</param>
    /// <returns>Itself where there are no scores.</returns>
    public FigureStage WithProfile(RunReport report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Scored is not { } scored)
        {
            return this;
        }

        var options = new TemperatureProfileOptions
        {
            Temperature = new() { Groups = report.Groups, Weights = report.Weights, Seed = report.Seed },
            Binning = report.Evaluation.Reliability.Binning,
            BinCount = report.Evaluation.Reliability.RequestedBinCount,
            Level = report.Level,
        };
        return this with { Profile = TemperatureProfile.Compute(scored.Scores, scored.Statistics.Labels, options, cancel) };
    }

    /// <summary>The stages of a run that there are numbers for.</summary>
    internal static IReadOnlyList<FigureStage> Of(RunReport report) =>
    [
        Make(report, RunTables.Uncalibrated, "as the model is", report.Evaluation, RowScaling.None) with { Scored = report.Scored },
        .. report.Calibrations.Where(calibration => calibration.Evaluation is not null).Select(calibration => Make(
            report,
            calibration.Method,
            calibration.Method == "temperature" ? FormattableString.Invariant($"temperature scaling, T = {calibration.Parameters[0].Value:0.000}") : calibration.Title,
            calibration.Evaluation!,
            calibration.Scaling) with { Scored = report.Scored }),
    ];

    private static FigureStage Make(RunReport report, string key, string title, Evaluation evaluation, RowScaling? scaling) => new(key, title, evaluation, scaling)
    {
        Rows = FormattableString.Invariant($"n = {report.RowCount:N0} rows{(report.Scored is { } scored ? $", {scored.Scores.ClassCount} classes" : "")}{(report.Groups is { } groups ? $", in {groups.Count:N0} groups ({groups.Name}), which noise floors ignore" : "")}{(report.Weights is { } weights ? $", weighted by {weights.Name}: as much as {weights.EffectiveCount:N0} equal rows" : "")}"),
        IsGrouped = report.Groups is not null,
        IsWeighted = report.Weights is not null,
    };
}
