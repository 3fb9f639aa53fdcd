using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>Platt scaling of each class against the rest: σ(a_k·logit p_k + b_k), divided by the sum over classes (Platt 1999; Zadrozny and Elkan 2002).</summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">Rows fitted on.</param>
/// <param name="Slopes">a [K].</param>
/// <param name="Intercepts">b [K].</param>
public sealed record PlattScaling(int ClassCount, int RowCount, double[] Slopes, double[] Intercepts) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "platt",
        "Platt",
        "probabilities are σ(a·logit p + b) for each class against the rest, divided by their sum",
        "Platt 1999; Zadrozny and Elkan 2002",
        Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Probabilities;

    /// <inheritdoc/>
    public override bool KeepsPrediction => false;

    /// <inheritdoc/>
    public override int ParameterCount => 2 * ClassCount;

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        target = target[..logits.Length];
        var complement = new double[logits.Length];
        LogProbabilities.WithComplements(logits, target, complement);
        for (int k = 0; k < target.Length; k++)
        {
            target[k] = Sigmoid.Of((Slopes[k] * (target[k] - complement[k])) + Intercepts[k]);
        }

        NormaliseAndMix(target, 0);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel) =>
        throw new NotSupportedException();
}
