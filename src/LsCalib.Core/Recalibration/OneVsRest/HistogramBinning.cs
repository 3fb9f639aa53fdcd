using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Histogram binning of each class against the rest: 15 bins of equal mass, (hits + 1)/(rows + 2) in each, divided by the
/// sum over classes and mixed with the uniform distribution (Zadrozny and Elkan 2001). Edges lie midway between rows; equal
/// probabilities share a bin, so there can be fewer bins, and none is empty.
/// </summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">n, rows fitted on.</param>
/// <param name="Classes">The steps of each class [K].</param>
/// <param name="MixWeight">w of (1−w)·q + w/K.</param>
public sealed record HistogramBinning(int ClassCount, int RowCount, ClassSteps[] Classes, double MixWeight) : Calibrator(ClassCount, RowCount)
{
    /// <summary>The method.</summary>
    public static CalibrationMethod Definition { get; } = new(
        "histogram",
        "histogram",
        "each class's probability is replaced by (hits + 1)/(rows + 2) of its bin of 15 of equal mass, divided by the sum; mixed with the uniform distribution by w = 1/(n+1)",
        "Zadrozny and Elkan 2001",
        Fit);

    /// <inheritdoc/>
    public override string Method => Definition.Key;

    /// <inheritdoc/>
    public override ScoreKind Output => ScoreKind.Probabilities;

    /// <inheritdoc/>
    public override bool KeepsPrediction => false;

    /// <inheritdoc/>
    public override int ParameterCount => Classes.Sum(steps => steps.Edges.Length + steps.Values.Length);

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<double> logits, Span<double> target)
    {
        target = target[..logits.Length];
        logits.CopyTo(target);
        Softmax.InPlace(target);
        for (int k = 0; k < target.Length; k++)
        {
            target[k] = Classes[k].At(target[k]);
        }

        NormaliseAndMix(target, MixWeight);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel)
    {
        var classes = new ClassSteps[scores.ClassCount];
        new ClassColumns(scores, options.Threads, cancel).Probabilities((k, p, _) => classes[k] = FitClass(p, ClassRows.Of(labels, k)));
        return CalibratorFit.Of(new HistogramBinning(scores.ClassCount, scores.RowCount, classes, UniformWeight(scores.RowCount)));
    }

    private static ClassSteps FitClass(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> isClass)
    {
        double[] edges = ClassSteps.EqualMassEdges(probabilities);
        var hits = new int[edges.Length + 1];
        var rows = new int[edges.Length + 1];
        for (int i = 0; i < probabilities.Length; i++)
        {
            int bin = ClassSteps.BinOf(edges, probabilities[i]);
            rows[bin]++;
            hits[bin] += isClass[i] ? 1 : 0;
        }

        var values = new double[rows.Length];
        for (int bin = 0; bin < values.Length; bin++)
        {
            values[bin] = (hits[bin] + 1.0) / (rows[bin] + 2);
        }

        return new(edges, values);
    }
}
