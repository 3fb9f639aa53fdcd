using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>
/// The inverse of label smoothing: a model that learned targets (1−α)·y + α/K gives (1−α)·π + α/K, so
/// π = max(0, (p − α/K)/(1−α)), renormalised. Zeros are kept out of the result by mixing in the uniform distribution. The
/// largest probability is at least 1/K and never cut, and no other can pass it, so the predicted class stays.
/// </summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">n, rows fitted on.</param>
/// <param name="Alpha">α, in [0,1).</param>
/// <param name="MixWeight">w of (1−w)·π + w/K.</param>
public sealed record Unsmoothing(int ClassCount, int RowCount, double Alpha, double MixWeight) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "unsmooth",
        "unsmooth",
        "probabilities are those before label smoothing: max(0, (p − α/K)/(1−α)), renormalised, at the α of least NLL; mixed with the uniform distribution by w = 1/(n+1)",
        "Müller, Kornblith and Hinton 2019, inverted",
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
        target = target[..logits.Length];
        logits.CopyTo(target);
        Softmax.InPlace(target);
        double share = Alpha / target.Length;
        for (int k = 0; k < target.Length; k++)
        {
            target[k] = Math.Max(0, (target[k] - share) / (1 - Alpha));
        }

        NormaliseAndMix(target, MixWeight);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel)
    {
        double uniformWeight = UniformWeight(scores.RowCount);
        double alpha = new UnsmoothSearch(scores, labels, uniformWeight, options.Threads, cancel).Find();
        return CalibratorFit.Of(new Unsmoothing(scores.ClassCount, scores.RowCount, alpha, uniformWeight)) with
        {
            Note = alpha > 0 ? "" : "no smoothing was found to undo; what changes is the uniform distribution mixed in",
        };
    }
}
