using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Vector scaling: logits w_k·z_k + b_k (Guo et al. 2017, section 4.2).</summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">Rows fitted on.</param>
/// <param name="Weights">w [K].</param>
/// <param name="Biases">b [K], of mean 0.</param>
/// <param name="FloorsLogits">Whether logits below <see cref="Calibrator.LogFloor"/> are raised to it, as those of probabilities are.</param>
public sealed record VectorScaling(int ClassCount, int RowCount, double[] Weights, double[] Biases, bool FloorsLogits) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "vector",
        "vector",
        "probabilities are softmax(w·z + b) with a weight and a bias for each class, at the least NLL",
        "Guo, Pleiss, Sun and Weinberger 2017",
        Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Logits;

    /// <inheritdoc/>
    public override bool KeepsPrediction => false;

    /// <inheritdoc/>
    public override int ParameterCount => 2 * ClassCount;

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        double floor = FloorsLogits ? LogFloor : double.NegativeInfinity;
        for (int k = 0; k < logits.Length; k++)
        {
            target[k] = (Weights[k] * Math.Max(logits[k], floor)) + Biases[k];
        }
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel) =>
        VectorFit.Fit(scores, labels, options, VectorPaths.Best, cancel);
}
