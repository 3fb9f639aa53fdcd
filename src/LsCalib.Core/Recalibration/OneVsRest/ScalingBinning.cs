using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Scaling-binning (Kumar, Liang and Ma 2019) of each class against the rest: Platt scaling fitted on a third of the rows, its
/// outputs binned by equal mass on the second, each replaced by the mean output of the third in its bin; then divided by the
/// sum over classes and mixed with the uniform distribution.
/// </summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">n, rows fitted on.</param>
/// <param name="Slopes">Slopes of the Platt scaling [K].</param>
/// <param name="Intercepts">Intercepts of the Platt scaling [K].</param>
/// <param name="Classes">Steps of each class over the outputs of its Platt scaling [K].</param>
/// <param name="MixWeight">w of (1−w)·q + w/K.</param>
public sealed record ScalingBinning(int ClassCount, int RowCount, double[] Slopes, double[] Intercepts, ClassSteps[] Classes, double MixWeight) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "scaling-binning",
        "scaling-binning",
        "Platt scaling of each class against the rest on a third of the rows, its outputs binned by equal mass on the second and replaced by their means on the third; divided by the sum, and mixed with the uniform distribution by w = 1/(n+1)",
        "Kumar, Liang and Ma 2019",
        Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Probabilities;

    /// <inheritdoc/>
    public override bool KeepsPrediction => false;

    /// <inheritdoc/>
    public override int ParameterCount => (2 * ClassCount) + Classes.Sum(steps => steps.Edges.Length + steps.Values.Length);

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        target = target[..logits.Length];
        var complement = new double[logits.Length];
        LogProbabilities.WithComplements(logits, target, complement);
        for (int k = 0; k < target.Length; k++)
        {
            target[k] = Classes[k].At(Sigmoid.Of((Slopes[k] * (target[k] - complement[k])) + Intercepts[k]));
        }

        NormaliseAndMix(target, MixWeight);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel) =>
        throw new NotSupportedException();
}
