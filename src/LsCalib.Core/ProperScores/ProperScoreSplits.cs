using LsCalib.Core.Calibrators;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.ProperScores;

/// <summary>NLL and Brier score, each cut into calibration and refinement by one method of recalibration.</summary>
/// <param name="Method">Key of the method: temperature, isotonic.</param>
/// <param name="Status">How the fit ended; without <see cref="FitStatus.Converged"/> the parts are NaN.</param>
/// <param name="Reason">What happened where it did not converge; else empty.</param>
/// <param name="Nll">In nats.</param>
/// <param name="Brier">Score 0–2.</param>
public sealed record ProperScoreSplits(string Method, FitStatus Status, string Reason, ProperScoreSplit Nll, ProperScoreSplit Brier)
{
    /// <summary>
    /// Splits by temperature scaling: each row is recalibrated by the temperature fitted without its fold. What one
    /// temperature cannot mend counts as refinement.
    /// </summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="statistics">Row results of the scores as they are.</param>
    /// <param name="fit">Cross-fitted temperatures of the same rows.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    /// <exception cref="ArgumentException">The scores, row results and folds are not of equally many rows.</exception>
    public static ProperScoreSplits ByTemperature(
        ScoreMatrix scores, PredictionStatistics statistics, CrossFit fit, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(fit);
        CheckRows(scores, statistics, fit.FoldOfRow);
        const string Method = "temperature";
        if (fit.Failure is { } failure)
        {
            return Without(Method, failure.Status, failure.Reason, statistics);
        }

        var temperatures = new double[fit.Folds.Count];
        for (int fold = 0; fold < temperatures.Length; fold++)
        {
            temperatures[fold] = fit.Folds[fold].Temperature;
        }

        var scaling = RowScaling.ByGroup(temperatures, fit.FoldOfRow);
        var recalibrated = StatisticsPass.Run(scores.ToLogits(), statistics.Labels, scaling, classwiseBinCount: 1, threads, cancel);
        return Of(Method, statistics, recalibrated.Nll, recalibrated.Brier);
    }

    /// <summary>
    /// Splits by isotonic regression, one class against the rest: the probability of class k is replaced by the
    /// non-decreasing step of the frequency of class k fitted without the row's fold, interpolated between steps, and the
    /// row divided by its sum (Zadrozny and Elkan 2002). Every fit also holds one row of the class below all others and
    /// one of another class above, so that no frequency is 0 or 1: of n rows of a class, a further one lies below all
    /// others with probability 1/(n + 1). With many classes of few rows each the fits are noisy, and the calibration
    /// part can be well below 0. Time grows with N·K, about 0.1 µs for each.
    /// </summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="statistics">Row results of the scores as they are.</param>
    /// <param name="foldOfRow">Fold of each row [N], 0 to <see cref="TemperatureScaling.FoldCount"/> − 1.</param>
    /// <param name="cancel">Stops between classes.</param>
    /// <exception cref="ArgumentException">The scores, row results and folds are not of equally many rows, or a fold is out of range.</exception>
    public static ProperScoreSplits ByIsotonic(
        ScoreMatrix scores, PredictionStatistics statistics, byte[] foldOfRow, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(foldOfRow);
        CheckRows(scores, statistics, foldOfRow);
        foreach (byte fold in foldOfRow)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fold, TemperatureScaling.FoldCount, nameof(foldOfRow));
        }

        const string Method = "isotonic";
        if (scores.RowCount < TemperatureScaling.FewestRows)
        {
            string reason = FormattableString.Invariant(
                $"{scores.RowCount} rows are too few to cross-fit on; {TemperatureScaling.FewestRows} are needed");
            return Without(Method, FitStatus.TooFewRows, reason, statistics);
        }

        var (nll, brier) = OneVsRestIsotonic.OutOfFold(scores, statistics.Labels, foldOfRow, TemperatureScaling.FoldCount, cancel);
        return Of(Method, statistics, nll, brier);
    }

    private static ProperScoreSplits Of(string method, PredictionStatistics statistics, double[] nll, double[] brier) =>
        new(method, FitStatus.Converged, "", ProperScoreSplit.Of(statistics.Nll, nll), ProperScoreSplit.Of(statistics.Brier, brier));

    private static ProperScoreSplits Without(string method, FitStatus status, string reason, PredictionStatistics statistics) => new(
        method, status, reason, ProperScoreSplit.WithoutRecalibration(statistics.Nll), ProperScoreSplit.WithoutRecalibration(statistics.Brier));

    private static void CheckRows(ScoreMatrix scores, PredictionStatistics statistics, byte[] folds)
    {
        if (scores.RowCount != statistics.RowCount || scores.RowCount != folds.Length)
        {
            throw new ArgumentException(
                $"{scores.RowCount} rows of scores, {statistics.RowCount} row results and {folds.Length} folds.", nameof(scores));
        }
    }
}
