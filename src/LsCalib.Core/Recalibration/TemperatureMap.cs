using LsCalib.Core.Calibrators;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>Temperature scaling: logits z/T (Guo et al. 2017).</summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">Rows fitted on.</param>
/// <param name="Temperature">T, positive.</param>
public sealed record TemperatureMap(int ClassCount, int RowCount, double Temperature) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "temperature", "temperature", TemperatureScaling.Definition, "Guo, Pleiss, Sun and Weinberger 2017", Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Logits;

    /// <inheritdoc/>
    public override bool KeepsPrediction => true;

    /// <inheritdoc/>
    public override int ParameterCount => 1;

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        double beta = 1 / Temperature;
        for (int k = 0; k < logits.Length; k++)
        {
            target[k] = logits[k] * beta;
        }
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel)
    {
        var fit = TemperatureScaling.Fit(scores, labels, options.Threads, options.Groups, cancel);
        return fit.Status == FitStatus.Converged
            ? CalibratorFit.Of(new TemperatureMap(scores.ClassCount, scores.RowCount, fit.Temperature))
            : CalibratorFit.Failed(fit.Status, fit.Reason);
    }
}
