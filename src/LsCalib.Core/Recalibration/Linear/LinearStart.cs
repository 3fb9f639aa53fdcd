using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Where linear fits start, w = 1/T of temperature scaling, or why there is nothing to fit.</summary>
/// <param name="Slope">1/T.</param>
/// <param name="Unseen">Classes that no label names.</param>
/// <param name="Failure">Why there is no fit, or null.</param>
internal sealed record LinearStart(double Slope, int[] Unseen, CalibratorFit? Failure)
{
    // Of probabilities that are all but 0 or 1: logarithms span 36, and NLL still curves here.
    private const double SlopeOfCertain = 0.1;

    /// <summary>
    /// Fits the temperature. Where that fails, no weights and biases are of use either: with every row right, scores that say
    /// nothing, or scores that point away from the labels, they would grow without end, have nothing to scale, or turn every
    /// prediction round. Of probabilities of exactly 0 that no temperature changes, the floored logarithms are tried.
    /// </summary>
    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="floors">Whether the map floors its input.</param>
    /// <param name="options">Threads.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static LinearStart From(ScoreMatrix logits, int[] labels, bool floors, CalibratorOptions options, CancellationToken cancel)
    {
        var seen = new bool[logits.ClassCount];
        foreach (int label in labels)
        {
            seen[label] = true;
        }

        int[] unseen = [.. Enumerable.Range(0, seen.Length).Where(k => !seen[k])];
        if (labels.Length == 0)
        {
            return new(double.NaN, unseen, CalibratorFit.Failed(FitStatus.TooFewRows, "there are no rows to fit on"));
        }

        if (unseen.Length == seen.Length - 1)
        {
            string reason = string.Create(
                CultureInfo.InvariantCulture, $"all labels are {labels[0]}: with one class, NLL falls without end as its bias grows; rows of at least two classes are needed");
            return new(double.NaN, unseen, CalibratorFit.Failed(FitStatus.OneClass, reason));
        }

        var fit = TemperatureScaling.Fit(logits, labels, options.Threads, null, cancel);
        if (fit.Status != FitStatus.Converged && floors)
        {
            fit = TemperatureScaling.Fit(FlooredLogits.Of(logits), labels, options.Threads, null, cancel);
        }

        return fit.Status == FitStatus.Converged ? new(1 / fit.Temperature, unseen, null)
            : fit.Status == FitStatus.AtBound && floors ? new(SlopeOfCertain, unseen, null)
            : new(double.NaN, unseen, CalibratorFit.Failed(fit.Status, Reason(fit)));
    }

    private static string Reason(TemperatureFit fit) => fit.Status switch
    {
        FitStatus.Constant => "all scores of each row are equal, so there is nothing to scale",
        FitStatus.Separable => string.Create(
            CultureInfo.InvariantCulture, $"all {fit.RowCount:N0} rows are classified correctly, so NLL falls without end as the weights grow; use more rows"),
        _ => $"there is no temperature to start from: {fit.Reason}",
    };
}
