using LsCalib.Core.Calibrators;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>All methods, the simplest first: where two are as good, the earlier one is chosen.</summary>
public static class CalibrationMethods
{
    /// <summary>The methods.</summary>
    public static IReadOnlyList<CalibrationMethod> All { get; } =
    [
        TemperatureMap.Definition,
        MixedTemperature.Definition,
        Unsmoothing.Definition,
        VectorScaling.Definition,
        PlattScaling.Definition,
        BetaCalibration.Definition,
        ScalingBinning.Definition,
        HistogramBinning.Definition,
        IsotonicCalibration.Definition,
        MatrixScaling.Definition,
        DirichletCalibration.Definition,
    ];

    /// <summary>The method of a key, or null.</summary>
    public static CalibrationMethod? Find(string key) => All.FirstOrDefault(method => method.Key == key);

    /// <summary>Fits a method on logits.</summary>
    /// <param name="method">The method.</param>
    /// <param name="scores">Scores [N,K]; probabilities are fitted through their logarithms.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">Threads, seed and groups.</param>
    /// <param name="cancel">Stops the fit.</param>
    /// <exception cref="ArgumentException">Labels or groups are of another number of rows, or a label is no class.</exception>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static CalibratorFit Fit(CalibrationMethod method, ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        Labels.Check(labels, scores.RowCount, scores.ClassCount);
        if (options.Groups is { } groups && groups.OfRow.Length != scores.RowCount)
        {
            throw new ArgumentException($"Groups of {groups.OfRow.Length} rows, for {scores.RowCount} rows.", nameof(options));
        }

        FiniteScores.Check(scores, options.Threads, cancel);
        return scores.RowCount == 0
            ? CalibratorFit.Failed(FitStatus.TooFewRows, "there are no rows to fit on")
            : method.Fit(scores.ToLogits(), labels, options, cancel);
    }
}
