using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Matrix scaling: logits W·z + b (Guo et al. 2017, section 4.2), with a penalty that cross-validation chose.</summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">Rows fitted on.</param>
/// <param name="Weights">W [K,K], row-major: output class by input class.</param>
/// <param name="Biases">b [K].</param>
/// <param name="Penalty">The penalty that W and b were fitted with.</param>
/// <param name="FloorsLogits">Whether logits below <see cref="Calibrator.LogFloor"/> are raised to it, as those of probabilities are.</param>
public sealed record MatrixScaling(int ClassCount, int RowCount, double[] Weights, double[] Biases, LinearPenalty Penalty, bool FloorsLogits) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "matrix",
        "matrix",
        "probabilities are softmax(W·z + b) with a full matrix W, at the least NLL plus a penalty chosen by cross-validation",
        "Guo, Pleiss, Sun and Weinberger 2017",
        Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Logits;

    /// <inheritdoc/>
    public override bool KeepsPrediction => false;

    /// <inheritdoc/>
    public override int ParameterCount => ClassCount * (ClassCount + 1);

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        Span<double> input = logits.Length <= LinearMap.MostOnStack ? stackalloc double[logits.Length] : new double[logits.Length];
        logits.CopyTo(input);
        if (FloorsLogits)
        {
            LinearMap.Floor(input);
        }

        LinearMap.Apply(Weights, Biases, input, target);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel) =>
        MatrixFit.Fit(scores, labels, MatrixInput.Logits, options, VectorPaths.Best, cancel);
}
