using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;

namespace LsCalib.Onnx.Calibrating;

/// <summary>How far a calibrated model's probabilities are from the calibrator applied outside of it.</summary>
/// <param name="RowCount">Rows compared.</param>
/// <param name="LargestDeviation">|Difference| of the probability that is worst, measured by what is allowed in its row; NaN where a score is NaN.</param>
/// <param name="Row">Row of it.</param>
/// <param name="Class">Class of it.</param>
/// <param name="Expected">The probability by the calibrator.</param>
/// <param name="Found">The probability by the model.</param>
/// <param name="Tolerance">What is allowed in that row.</param>
/// <param name="ChangedPredictionCount">Rows whose predicted class of before now has a smaller score than another.</param>
/// <param name="TiedPredictionCount">Rows whose predicted class of before now shares the largest score with another, within rounding.</param>
/// <param name="FirstChangedRow">First row with a changed prediction, or −1.</param>
/// <param name="PromisesPrediction">Whether the method promises that none changes.</param>
public sealed record CalibratedModelAgreement(
    int RowCount,
    double LargestDeviation,
    int Row,
    int Class,
    double Expected,
    double Found,
    double Tolerance,
    int ChangedPredictionCount,
    int TiedPredictionCount,
    int FirstChangedRow,
    bool PromisesPrediction)
{
    /// <summary>Whether probabilities agree, and predictions are kept where that is promised.</summary>
    public bool Passes => LargestDeviation <= Tolerance && (!PromisesPrediction || ChangedPredictionCount == 0);
}

/// <summary>Compares a written model with its calibrator.</summary>
public static class CalibratedModelCheck
{
    /// <summary>Share of the tolerance, relative, within which two scores are ties: float32 exponentials need not keep the order of neighbours.</summary>
    private const double RoundingShare = 0.2;

    /// <summary>What probabilities may differ by: 1e-5, and 5e-3 for float16, whose numbers lie up to 4.9e-4 apart.</summary>
    public static double ToleranceOf(TensorType type) => type == TensorType.Float16 ? 5e-3 : 1e-5;

    /// <summary>Compares the scores of both models for the same rows.</summary>
    /// <param name="calibrator">The calibrator.</param>
    /// <param name="source">Scores of the model before [N,K].</param>
    /// <param name="written">Scores of the calibrated model [N,K].</param>
    /// <param name="type">Element type of the written scores (<see cref="WrittenModel.Type"/>).</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>
    /// Allowed is <see cref="ToleranceOf"/>; of written logits up to m in size, what rounding them to their type costs where that
    /// is more: m·2⁻²⁴ of float32 (m above 168), m·2⁻¹¹ of float16 (m above 10).
    /// </returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static CalibratedModelAgreement Compare(
        Calibrator calibrator, ScoreMatrix source, ScoreMatrix written, TensorType type, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(calibrator);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(written);
        if (source.RowCount != written.RowCount || source.ClassCount != written.ClassCount || calibrator.ClassCount != source.ClassCount)
        {
            throw new ArgumentException($"Scores [{source.RowCount},{source.ClassCount}] and [{written.RowCount},{written.ClassCount}], for a calibrator of {calibrator.ClassCount} classes.", nameof(written));
        }

        var logits = source.ToLogits();
        var (before, expected, found) = (new double[source.ClassCount], new double[source.ClassCount], new double[source.ClassCount]);
        var worst = (Share: -1.0, Deviation: 0.0, Row: 0, Class: 0, Expected: 0.0, Found: 0.0, Allowed: ToleranceOf(type));
        int changed = 0, tied = 0, firstChanged = -1;
        for (int row = 0; row < source.RowCount; row++)
        {
            cancel.ThrowIfCancellationRequested();
            logits.CopyRow(row, before);
            written.CopyRow(row, found);
            int predicted = Largest(before);
            int now = Largest(found);
            if (found[now] - found[predicted] > RoundingShare * ToleranceOf(type) * Math.Abs(found[now]))
            {
                changed++;
                firstChanged = firstChanged < 0 ? row : firstChanged;
            }
            else if (now != predicted)
            {
                tied++;
            }

            calibrator.Transform(before, expected);
            ToProbabilities(expected, calibrator.Output);
            double allowed = Allowed(found, written.Kind, type);
            ToProbabilities(found, written.Kind);
            for (int k = 0; k < expected.Length; k++)
            {
                double deviation = Math.Abs(expected[k] - found[k]);
                double share = deviation / allowed;
                if (share > worst.Share || (double.IsNaN(share) && !double.IsNaN(worst.Share)))
                {
                    worst = (share, deviation, row, k, expected[k], found[k], allowed);
                }
            }
        }

        return new(
            source.RowCount, worst.Deviation, worst.Row, worst.Class, worst.Expected, worst.Found, worst.Allowed,
            changed, tied, firstChanged, calibrator.KeepsPrediction);
    }

    private static double Allowed(double[] scores, ScoreKind kind, TensorType type)
    {
        double rounding = type switch { TensorType.Float16 => Math.ScaleB(1, -11), TensorType.Float32 => Math.ScaleB(1, -24), _ => 0 };
        return kind == ScoreKind.Logits ? Math.Max(ToleranceOf(type), rounding * scores.Max(Math.Abs)) : ToleranceOf(type);
    }

    private static void ToProbabilities(double[] row, ScoreKind kind)
    {
        if (kind == ScoreKind.Logits)
        {
            Softmax.InPlace(row);
        }
    }

    private static int Largest(double[] row)
    {
        int largest = 0;
        for (int k = 1; k < row.Length; k++)
        {
            largest = row[k] > row[largest] ? k : largest;
        }

        return largest;
    }
}
