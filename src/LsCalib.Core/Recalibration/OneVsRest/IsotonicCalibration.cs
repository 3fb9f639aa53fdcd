using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Isotonic regression of each class against the rest, linear between its steps, divided by the sum over classes and mixed
/// with the uniform distribution (Zadrozny and Elkan 2002).
/// </summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">n, rows fitted on.</param>
/// <param name="Classes">The curve of each class [K].</param>
/// <param name="MixWeight">w of (1−w)·q + w/K.</param>
public sealed record IsotonicCalibration(int ClassCount, int RowCount, ClassCurve[] Classes, double MixWeight) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "isotonic",
        "isotonic",
        "each class's probability is mapped by isotonic regression against the rest, divided by the sum; mixed with the uniform distribution by w = 1/(n+1)",
        "Zadrozny and Elkan 2002",
        Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Probabilities;

    /// <inheritdoc/>
    public override bool KeepsPrediction => false;

    /// <inheritdoc/>
    public override int ParameterCount => Classes.Sum(curve => curve.Knots.Length + curve.Values.Length);

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        target = target[..logits.Length];
        logits.CopyTo(target);
        Softmax.InPlace(target);
        for (int k = 0; k < target.Length; k++)
        {
            target[k] = Classes[k].At(target[k]);
        }

        NormaliseAndMix(target, MixWeight);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel)
    {
        var classes = IsotonicPass.Run(scores, labels, options.Threads, cancel);
        return CalibratorFit.Of(new IsotonicCalibration(scores.ClassCount, scores.RowCount, classes, UniformWeight(scores.RowCount)));
    }
}
