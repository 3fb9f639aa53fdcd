using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Recalibration;

/// <summary>A method that was tried.</summary>
/// <param name="Method">The method, or null: the scores as they are.</param>
/// <param name="CrossFit">Its fits; null for the scores as they are.</param>
/// <param name="Nll">Mean out-of-fold NLL, nats; NaN without a fit.</param>
/// <param name="FromUncalibrated">Difference of NLL from the scores as they are.</param>
/// <param name="FromBest">Difference of NLL from the best method.</param>
public sealed record MethodTrial(CalibrationMethod? Method, CrossFittedCalibrator? CrossFit, double Nll, PairedMean FromUncalibrated, PairedMean FromBest)
{
    /// <summary>Key of the method, or none.</summary>
    public string Key => Method?.Key ?? "none";
}

/// <summary>
/// Chooses a method by cross-fitted NLL: the simplest whose mean lies within one standard error of the
/// paired difference from the best (the one-standard-error rule of Breiman et al. 1984, with paired rows). The scores as they
/// are take part, as the simplest.
/// </summary>
/// <param name="Trials">All methods in the order of simplicity, the scores as they are first.</param>
/// <param name="Chosen">The one chosen.</param>
/// <param name="Best">The one of least NLL.</param>
public sealed record MethodSelection(IReadOnlyList<MethodTrial> Trials, MethodTrial Chosen, MethodTrial Best)
{
    /// <summary>Tries methods.</summary>
    /// <param name="methods">Methods in the order of simplicity.</param>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">Threads, seed and groups.</param>
    /// <param name="cancel">Stops the fits.</param>
    public static MethodSelection Run(
        IReadOnlyList<CalibrationMethod> methods, ScoreMatrix scores, int[] labels, CalibratorOptions options,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(options);
        var rows = new List<(CalibrationMethod? Method, CrossFittedCalibrator? CrossFit, double[]? Nll)>
        {
            (null, null, Nll(new(scores, RowScaling.None), labels, options.Threads, cancel)),
        };
        foreach (var method in methods)
        {
            var fit = CrossFittedCalibrator.Fit(method, scores, labels, options, cancel);
            rows.Add((method, fit, fit.Failure is not null ? null : Nll(fit.OutOfFold(scores, options.Threads, cancel), labels, options.Threads, cancel)));
        }

        double[] uncalibrated = rows[0].Nll!;
        double[] best = rows.Where(row => row.Nll is not null).MinBy(row => Intervals.Mean(row.Nll!)).Nll!;
        MethodTrial[] trials = [.. rows.Select(row => Trial(row, uncalibrated, best, options.Groups))];
        var least = trials[rows.FindIndex(row => row.Nll == best)];
        var chosen = trials.First(trial => trial.FromBest.Value <= (trial == least ? 0 : trial.FromBest.StandardError));
        return new(trials, chosen, least);
    }

    private static double[] Nll(CalibratedScores scores, int[] labels, int threads, CancellationToken cancel) =>
        StatisticsPass.Run(scores.Scores, labels, scores.Scaling, 1, threads, cancel).Nll;

    private static MethodTrial Trial(
        (CalibrationMethod? Method, CrossFittedCalibrator? CrossFit, double[]? Nll) row, double[] uncalibrated, double[] best, RowGroups? groups)
    {
        if (row.Nll is not { } nll)
        {
            var none = new PairedMean(double.NaN, double.NaN);
            return new(row.Method, row.CrossFit, double.NaN, none, none);
        }

        return new(row.Method, row.CrossFit, Intervals.Mean(nll), PairedMean.Of(nll, uncalibrated, groups), PairedMean.Of(nll, best, groups));
    }
}
