using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>Temperature scaling mixed with the uniform distribution, (1−w)·softmax(z/T) + w/K with w = 1/(n+1) (ts-mix of Berta et al. 2025).</summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">n, rows fitted on.</param>
/// <param name="Temperature">T, positive.</param>
/// <param name="MixWeight">w, in [0,1).</param>
public sealed record MixedTemperature(int ClassCount, int RowCount, double Temperature, double MixWeight) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "ts-mix",
        "ts-mix",
        "probabilities are (1−w)·softmax(z/T) + w/K with w = 1/(n+1) of the n rows fitted on, so that none is 0",
        "Berta, Holzmüller, Jordan and Bach 2025",
        Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Probabilities;

    /// <inheritdoc/>
    public override bool KeepsPrediction => true;

    /// <inheritdoc/>
    public override int ParameterCount => 1;

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        logits.CopyTo(target);
        Softmax.InPlace(target[..logits.Length], 1 / Temperature);
        for (int k = 0; k < logits.Length; k++)
        {
            target[k] = ((1 - MixWeight) * target[k]) + (MixWeight / logits.Length);
        }
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel)
    {
        var fit = TemperatureScaling.Fit(scores, labels, options.Threads, options.Groups, cancel);
        return fit.Status == FitStatus.Converged
            ? CalibratorFit.Of(new MixedTemperature(scores.ClassCount, scores.RowCount, fit.Temperature, UniformWeight(scores.RowCount)))
            : CalibratorFit.Failed(fit.Status, fit.Reason);
    }
}
