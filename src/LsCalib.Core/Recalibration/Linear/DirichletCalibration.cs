using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// Dirichlet calibration: softmax(W·ln p + b) of the log-probabilities (Kull et al. 2019), with a penalty that
/// cross-validation chose. Logarithms below <see cref="Calibrator.LogFloor"/> are raised to it.
/// </summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">Rows fitted on.</param>
/// <param name="Weights">W [K,K], row-major: output class by input class.</param>
/// <param name="Biases">b [K].</param>
/// <param name="Penalty">The penalty that W and b were fitted with.</param>
public sealed record DirichletCalibration(int ClassCount, int RowCount, double[] Weights, double[] Biases, LinearPenalty Penalty) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "dirichlet",
        "Dirichlet",
        "probabilities are softmax(W·ln p + b) of the log-probabilities, at the least NLL plus a penalty chosen by cross-validation",
        "Kull, Perello-Nieto et al. 2019",
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
        LogProbabilities.InPlace(input);
        LinearMap.Floor(input);
        LinearMap.Apply(Weights, Biases, input, target);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel) =>
        MatrixFit.Fit(scores, labels, MatrixInput.LogProbabilities, options, VectorPaths.Best, cancel);
}
