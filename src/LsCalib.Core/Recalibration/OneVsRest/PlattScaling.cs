using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Platt scaling of each class against the rest: σ(a_k·logit p_k + b_k), divided by the sum over classes (Platt 1999; Zadrozny
/// and Elkan 2002). Fitted to Platt's smoothed targets, (n₊ + 1)/(n₊ + 2) for rows of the class and 1/(n₋ + 2) for others, so
/// that separable classes are finite; a class never seen is 1/(n + 2) whatever p is, the only one seen (n + 1)/(n + 2), and a
/// class whose p is the same in all rows has slope 0. ln p and ln(1−p) are raised to <see cref="Calibrator.LogFloor"/>, and
/// the argument of σ is held within ± that, so that no class is 0.
/// </summary>
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
        var row = new RowLogs(logits);
        for (int k = 0; k < target.Length; k++)
        {
            double log = row.Log(logits[k]);
            double complement = row.LogComplement(k, logits[k]);
            target[k] = Sigmoid.Floored((Slopes[k] * (log - complement)) + Intercepts[k]);
        }

        NormaliseAndMix(target, 0);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel)
    {
        var slopes = new double[scores.ClassCount];
        var intercepts = new double[scores.ClassCount];
        new ClassColumns(scores, options.Threads, cancel).Logarithms((k, log, complement) =>
            (slopes[k], intercepts[k]) = FitClass(log, complement, ClassRows.Of(labels, k)));
        return CalibratorFit.Of(new PlattScaling(scores.ClassCount, scores.RowCount, slopes, intercepts));
    }

    /// <summary>Slope and intercept of one class.</summary>
    /// <param name="log">ln p [n].</param>
    /// <param name="logComplement">ln(1−p) [n].</param>
    /// <param name="isClass">Whether each row is of the class [n].</param>
    internal static (double Slope, double Intercept) FitClass(ReadOnlySpan<double> log, ReadOnlySpan<double> logComplement, ReadOnlySpan<bool> isClass)
    {
        var logit = new double[log.Length];
        for (int i = 0; i < logit.Length; i++)
        {
            logit[i] = log[i] - logComplement[i];
        }

        var fit = new SmoothedLogistic(logit, [], isClass).Fit(useX: true, useY: false);
        return (fit.A, fit.M);
    }
}
