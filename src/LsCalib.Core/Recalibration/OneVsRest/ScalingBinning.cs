using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Scaling-binning (Kumar, Liang and Ma 2019) of each class against the rest: Platt scaling fitted on a third of the rows, its
/// outputs binned by equal mass on the second, each replaced by the mean output of the third in its bin; then divided by the
/// sum over classes and mixed with the uniform distribution. Each third has its share of every class, or is of whole groups.
/// At least 30 rows, and three groups where rows are grouped; fewer give <see cref="FitStatus.TooFewRows"/>.
/// </summary>
/// <param name="ClassCount">K.</param>
/// <param name="RowCount">n, rows fitted on.</param>
/// <param name="Slopes">Slopes of the Platt scaling [K].</param>
/// <param name="Intercepts">Intercepts of the Platt scaling [K].</param>
/// <param name="Classes">Steps of each class over the outputs of its Platt scaling [K].</param>
/// <param name="MixWeight">w of (1−w)·q + w/K.</param>
public sealed record ScalingBinning(int ClassCount, int RowCount, double[] Slopes, double[] Intercepts, ClassSteps[] Classes, double MixWeight) : Calibrator(ClassCount, RowCount)
{
    private const int FewestRows = 30;

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
        var row = new RowLogs(logits);
        for (int k = 0; k < target.Length; k++)
        {
            double log = row.Log(logits[k]);
            double complement = row.LogComplement(k, logits[k]);
            target[k] = Classes[k].At(Sigmoid.Floored((Slopes[k] * (log - complement)) + Intercepts[k]));
        }

        NormaliseAndMix(target, MixWeight);
    }

    private static CalibratorFit Fit(ScoreMatrix scores, int[] labels, CalibratorOptions options, CancellationToken cancel)
    {
        const int Parts = 3;
        if (scores.RowCount < FewestRows || options.Groups?.Count < Parts)
        {
            string few = scores.RowCount < FewestRows
                ? string.Create(CultureInfo.InvariantCulture, $"{scores.RowCount} {(scores.RowCount == 1 ? "row is" : "rows are")} too few to fit on three parts of them; {FewestRows} are needed")
                : string.Create(CultureInfo.InvariantCulture, $"{options.Groups!.Count} {(options.Groups.Count == 1 ? "group" : "groups")} of rows cannot be cut into three parts");
            return CalibratorFit.Failed(FitStatus.TooFewRows, few);
        }

        var parts = options.Groups is null
            ? Folds.Stratified(labels, scores.ClassCount, Parts, options.Seed)
            : Folds.OfGroups(options.Groups, Parts, options.Seed);
        int[][] rows = [ClassRows.OfPart(parts, 0), ClassRows.OfPart(parts, 1), ClassRows.OfPart(parts, 2)];
        var slopes = new double[scores.ClassCount];
        var intercepts = new double[scores.ClassCount];
        var classes = new ClassSteps[scores.ClassCount];
        new ClassColumns(scores, options.Threads, cancel).Logarithms((k, log, complement) =>
        {
            (slopes[k], intercepts[k]) = PlattScaling.FitClass(
                ClassRows.Take(log, rows[0]), ClassRows.Take(complement, rows[0]), ClassRows.Of(ClassRows.Take<int>(labels, rows[0]), k));
            classes[k] = Steps(
                Outputs(ClassRows.Take(log, rows[1]), ClassRows.Take(complement, rows[1]), slopes[k], intercepts[k]),
                Outputs(ClassRows.Take(log, rows[2]), ClassRows.Take(complement, rows[2]), slopes[k], intercepts[k]));
        });
        return CalibratorFit.Of(new ScalingBinning(scores.ClassCount, scores.RowCount, slopes, intercepts, classes, UniformWeight(scores.RowCount)));
    }

    private static double[] Outputs(double[] log, double[] complement, double slope, double intercept)
    {
        var outputs = new double[log.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = Sigmoid.Floored((slope * (log[i] - complement[i])) + intercept);
        }

        return outputs;
    }

    /// <summary>Bins of the outputs of the second part, valued by those of the third; a bin that has none of these, by its own.</summary>
    private static ClassSteps Steps(double[] second, double[] third)
    {
        double[] edges = ClassSteps.EqualMassEdges(second);
        var (values, counts) = ClassSteps.Means(edges, third);
        if (counts.Contains(0))
        {
            var (own, _) = ClassSteps.Means(edges, second);
            for (int bin = 0; bin < values.Length; bin++)
            {
                values[bin] = counts[bin] > 0 ? values[bin] : own[bin];
            }
        }

        return new(edges, values);
    }
}
