using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Beta calibration of each class against the rest: σ(a_k·ln p_k − b_k·ln(1−p_k) + m_k), divided by the sum over classes
/// (Kull, Silva Filho and Flach 2017).
/// </summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">Rows fitted on.</param>
/// <param name="A">a [K], at least 0.</param>
/// <param name="B">b [K], at least 0.</param>
/// <param name="M">m [K].</param>
public sealed record BetaCalibration(int ClassCount, int RowCount, double[] A, double[] B, double[] M) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "beta",
        "beta",
        "probabilities are σ(a·ln p − b·ln(1−p) + m) for each class against the rest, a and b not negative, divided by their sum",
        "Kull, Silva Filho and Flach 2017",
        Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Probabilities;

    /// <inheritdoc/>
    public override bool KeepsPrediction => false;

    /// <inheritdoc/>
    public override int ParameterCount => 3 * ClassCount;

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        target = target[..logits.Length];
        var complement = new double[logits.Length];
        LogProbabilities.WithComplements(logits, target, complement);
        for (int k = 0; k < target.Length; k++)
        {
            target[k] = Sigmoid.Of((A[k] * target[k]) - (B[k] * complement[k]) + M[k]);
        }

        NormaliseAndMix(target, 0);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel) =>
        throw new NotSupportedException();
}
