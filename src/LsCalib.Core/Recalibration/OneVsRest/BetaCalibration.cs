using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Beta calibration of each class against the rest: σ(a_k·ln p_k − b_k·ln(1−p_k) + m_k), divided by the sum over classes
/// (Kull, Silva Filho and Flach 2017). Fitted to the smoothed targets of <see cref="PlattScaling"/>, where the paper has 0 and
/// 1: else nothing would be least for separable classes or those never seen. a and b are the optimum over a, b ≥ 0, where the
/// paper refits without the negative one. ln p and ln(1−p) are raised to <see cref="Calibrator.LogFloor"/>, and the argument of
/// σ is held within ± that, so that no class is 0.
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
        var row = new RowLogs(logits);
        for (int k = 0; k < target.Length; k++)
        {
            double log = row.Log(logits[k]);
            double complement = row.LogComplement(k, logits[k]);
            target[k] = Sigmoid.Floored((A[k] * log) - (B[k] * complement) + M[k]);
        }

        NormaliseAndMix(target, 0);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel)
    {
        var a = new double[scores.ClassCount];
        var b = new double[scores.ClassCount];
        var m = new double[scores.ClassCount];
        new ClassColumns(scores, options.Threads, cancel).Logarithms((k, log, complement) =>
            (a[k], b[k], m[k]) = FitClass(log, complement, ClassRows.Of(labels, k)));
        return CalibratorFit.Of(new BetaCalibration(scores.ClassCount, scores.RowCount, a, b, m));
    }

    /// <summary>The optimum of one class over a, b ≥ 0: that without bounds where it lies inside, else the best one on the bounds.</summary>
    private static (double A, double B, double M) FitClass(ReadOnlySpan<double> log, ReadOnlySpan<double> logComplement, ReadOnlySpan<bool> isClass)
    {
        var minusComplement = new double[log.Length];
        for (int i = 0; i < minusComplement.Length; i++)
        {
            minusComplement[i] = -logComplement[i];
        }

        var regression = new SmoothedLogistic(log, minusComplement, isClass);
        var free = regression.Fit(useX: true, useY: true);
        if (free.A >= 0 && free.B >= 0)
        {
            return (free.A, free.B, free.M);
        }

        var best = regression.Fit(useX: false, useY: false);
        foreach (var edge in new[] { regression.Fit(useX: true, useY: false), regression.Fit(useX: false, useY: true) })
        {
            best = edge.A >= 0 && edge.B >= 0 && edge.Loss < best.Loss ? edge : best;
        }

        return (best.A, best.B, best.M);
    }
}
