using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>One column of a figure: the model as it is, or after a recalibration.</summary>
/// <param name="Key">As in tables.</param>
/// <param name="Title">Over its panels.</param>
/// <param name="Evaluation">What is shown.</param>
/// <param name="Scaling">What its logits are multiplied by; null where it is more than that.</param>
internal sealed record FigureStage(string Key, string Title, Evaluation Evaluation, RowScaling? Scaling)
{
    /// <summary>The stages of a run that there are numbers for.</summary>
    public static IReadOnlyList<FigureStage> Of(RunReport report) =>
    [
        new(RunTables.Uncalibrated, "as the model is", report.Evaluation, RowScaling.None),
        .. report.Calibrations.Where(calibration => calibration.Evaluation is not null).Select(calibration => new FigureStage(
            calibration.Method,
            calibration.Method == "temperature" ? FormattableString.Invariant($"temperature scaling, T = {calibration.Parameters[0].Value:0.000}") : calibration.Method,
            calibration.Evaluation!,
            calibration.Scaling)),
    ];

    /// <summary>n and K, for captions.</summary>
    public static string Size(RunReport report) =>
        FormattableString.Invariant($"n = {report.RowCount:N0} rows{(report.Scored is { } scored ? $", {scored.Scores.ClassCount} classes" : "")}{(report.Groups is { } groups ? $", in {groups.Count:N0} groups ({groups.Name}), which noise floors ignore" : "")}{(report.Weights is { } weights ? $", weighted by {weights.Name}: as much as {weights.EffectiveCount:N0} equal rows" : "")}.");

    /// <summary>What the recalibrations were fitted on, for captions; starts with a space.</summary>
    public static string Fits(RunReport report) => string.Concat(report.Calibrations.Select(calibration =>
        calibration.Status == FitStatus.Converged
            ? $" Temperature fitted by NLL on {(calibration.Folds.Count > 0 ? $"the test data, {calibration.Folds.Count}-fold cross-fitted" : calibration.FitOn)}."
            : $" No temperature: {calibration.Reason}."));
}
