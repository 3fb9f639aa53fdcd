using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>A calibrator with the out-of-fold calibrators that its metrics rest on.</summary>
/// <param name="Method">The method.</param>
/// <param name="All">Fitted on all rows: the map to ship.</param>
/// <param name="Folds">Fitted without each fold in turn; empty where <paramref name="All"/> failed.</param>
/// <param name="FoldOfRow">Fold of each row [N].</param>
public sealed record CrossFittedCalibrator(CalibrationMethod Method, CalibratorFit All, IReadOnlyList<CalibratorFit> Folds, byte[] FoldOfRow)
{
    /// <summary>The first fit that did not converge, or null.</summary>
    public CalibratorFit? Failure
    {
        get
        {
            if (All.Calibrator is null)
            {
                return All;
            }

            for (int fold = 0; fold < Folds.Count; fold++)
            {
                if (Folds[fold].Calibrator is null)
                {
                    return Folds[fold] with { Reason = $"without fold {fold + 1} of {Folds.Count}, {Folds[fold].Reason}" };
                }
            }

            return null;
        }
    }

    /// <summary>Fits on all rows, and without each of five folds in turn: the folds that temperatures are cross-fitted on.</summary>
    /// <param name="method">The method.</param>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">Threads, seed and groups.</param>
    /// <param name="cancel">Stops the fits.</param>
    /// <exception cref="ArgumentException">Labels or groups are of another number of rows, or a label is no class.</exception>
    public static CrossFittedCalibrator Fit(
        CalibrationMethod method, ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        Labels.Check(labels, scores.RowCount, scores.ClassCount);
        const int FoldCount = TemperatureScaling.FoldCount;
        if (scores.RowCount < TemperatureScaling.FewestRows)
        {
            return Refused(Text($"{scores.RowCount} {(scores.RowCount == 1 ? "row is" : "rows are")} too few to cross-fit on; {TemperatureScaling.FewestRows} are needed"));
        }

        if (options.Groups is { Count: < FoldCount } few)
        {
            return Refused(Text($"{few.Count} {(few.Count == 1 ? "group of rows is" : "groups of rows are")} too few to cross-fit on; {FoldCount} are needed"));
        }

        var folds = options.Groups is { } groups
            ? Calibrators.Folds.OfGroups(groups, FoldCount, options.Seed)
            : Calibrators.Folds.Stratified(labels, scores.ClassCount, FoldCount, options.Seed);
        var logits = scores.ToLogits();
        var all = CalibrationMethods.Fit(method, logits, labels, options, cancel);
        if (all.Calibrator is null)
        {
            return new(method, all, [], folds);
        }

        var fits = new CalibratorFit[FoldCount];
        for (int fold = 0; fold < FoldCount; fold++)
        {
            cancel.ThrowIfCancellationRequested();
            int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => folds[row] != fold)];
            fits[fold] = CalibrationMethods.Fit(
                method, ScoreRows.Take(logits, rows), Array.ConvertAll(rows, row => labels[row]), options with { Groups = Part(options.Groups, rows) }, cancel);
        }

        return new(method, all, fits, folds);

        CrossFittedCalibrator Refused(string reason) =>
            new(method, CalibratorFit.Failed(FitStatus.TooFewRows, reason), [], new byte[scores.RowCount]);
    }

    /// <summary>The scores, each row mapped by the calibrator that it had no part in.</summary>
    /// <param name="scores">The scores that were fitted on [N,K].</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="InvalidOperationException">A fit failed.</exception>
    public CalibratedScores OutOfFold(ScoreMatrix scores, int threads = 1, CancellationToken cancel = default) => Failure is { } failure
        ? throw new InvalidOperationException(failure.Reason)
        : CalibratedScores.Apply([.. Folds.Select(fit => fit.Calibrator!)], FoldOfRow, scores, threads, cancel);

    private static RowGroups? Part(RowGroups? groups, int[] rows) =>
        groups is null ? null : RowGroups.From(groups.Name, Array.ConvertAll(rows, row => groups.OfRow[row]));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
