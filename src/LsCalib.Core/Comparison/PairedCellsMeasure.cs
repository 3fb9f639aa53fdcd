using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>An error that is a sum of |gap| over cells, each by its weight.</summary>
/// <param name="Parts">The cells of predictions, given the parameter and groups of rows.</param>
/// <param name="OfProbabilities">Whether cells are of the probabilities of all classes.</param>
internal sealed record PairedCellsMeasure(Func<RowResults, int, Resampling.RowGroups?, CellParts> Parts, bool OfProbabilities = true) : PairedMeasure
{
    public override bool NeedsProbabilities => OfProbabilities;

    /// <summary>The classwise error, or its sum over classes.</summary>
    public static PairedCellsMeasure Classwise(bool isSum) => new((results, bins, groups) =>
    {
        double factor = isSum ? 1 : 1.0 / results.ClassCount;
        return CellParts.Of(ProbabilityCells.EqualWidth(results, bins), CellScale.Share, _ => factor, groups);
    });

    /// <summary>The adaptive error: the mean over classes and ranges.</summary>
    /// <param name="above">Probabilities up to this are left out.</param>
    public static PairedCellsMeasure Adaptive(double above) => new((results, bins, groups) =>
    {
        var cells = ProbabilityCells.EqualMass(results, bins, above);
        return CellParts.Of(cells, CellScale.One, cell => 1.0 / cells.BinsOfClass(cell) / cells.ClassCount, groups);
    });

    /// <summary>The error by predicted class.</summary>
    public static PairedCellsMeasure Conditional { get; } =
        new((results, bins, groups) => CellParts.Of(new PredictedCells(results, bins), CellScale.Share, _ => 1, groups), OfProbabilities: false);

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        var b = Parts(rows.Baseline, parameter, rows.Groups);
        var c = Parts(rows.Candidate, parameter, rows.Groups);

        // Both errors are means over rows where gaps keep their signs, so that what the rows have in common cancels.
        var (before, after) = (b.Influence(), c.Influence());
        var shift = rows.Temperatures?.Shift(noise => noise.Slope(family.KeyOf(parameter), results => Parts(results, parameter, null).Error));
        double deviation = PairedMean.Of(shift?.OnCandidate(after) ?? after, shift?.OnBaseline(before) ?? before, rows.Groups).StandardError;
        deviation = shift is { Variance: > 0 } ? Math.Sqrt((deviation * deviation) + shift.Variance) : deviation;
        var floor = OfProbabilities
            ? family.Measure(rows.CandidateScores, parameter).NoiseFloor
            : ConditionalError.Compute(rows.Candidate.Labels, rows.Candidate.Predicted, rows.Candidate.Confidence, parameter).Floor;
        return new ErrorWorsening(b.Error, c.Error, deviation, b.Bias, c.Bias, CellMovement.OfSum(b, c, rows.Groups).With(shift, rows))
        {
            Method = "influence of paired rows, widened by what noise can add",
            Floor = floor,
        };
    }
}
