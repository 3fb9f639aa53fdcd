using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>An error that is a sum of |gap| over cells, each by its weight.</summary>
/// <param name="Parts">The cells of predictions, given the parameter, groups of rows, and threads.</param>
/// <param name="OfProbabilities">Whether cells are of the probabilities of all classes.</param>
internal sealed record PairedCellsMeasure(Func<RowResults, int, RowGroups?, int, CellParts> Parts, bool OfProbabilities = true) : PairedMeasure
{
    public override bool NeedsProbabilities => OfProbabilities;

    /// <summary>The classwise error, or its sum over classes.</summary>
    public static PairedCellsMeasure Classwise(bool isSum) => new((results, bins, groups, threads) =>
    {
        double factor = isSum ? 1 : 1.0 / results.ClassCount;
        return CellParts.Of(ProbabilityCells.EqualWidth(results, bins, threads), CellScale.Share, _ => factor, groups);
    });

    /// <summary>The adaptive error: the mean over classes and ranges.</summary>
    /// <param name="above">Probabilities up to this are left out.</param>
    public static PairedCellsMeasure Adaptive(double above) => new((results, bins, groups, threads) =>
    {
        var cells = ProbabilityCells.EqualMass(results, bins, threads, above);
        return CellParts.Of(cells, CellScale.One, cell => 1.0 / cells.BinsOfClass(cell) / cells.ClassCount, groups);
    });

    /// <summary>The error by predicted class.</summary>
    public static PairedCellsMeasure Conditional { get; } =
        new((results, bins, groups, _) => CellParts.Of(new PredictedCells(results, bins), CellScale.Share, _ => 1, groups), OfProbabilities: false);

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        // A model that several are compared with is looked at once.
        int threads = rows.BaselineContext.Options.Threads;
        string key = family.KeyOf(parameter);
        var b = rows.BaselineContext.Once($"{key}, parts", () => Parts(rows.Baseline, parameter, rows.Groups, threads));
        var c = Parts(rows.Candidate, parameter, rows.Groups, threads);

        // Both errors are means over rows where gaps keep their signs, so that what the rows have in common cancels.
        var (before, after) = (b.Influence(), c.Influence());
        var shift = rows.Temperatures?.Shift(noise => noise.Slope(key, results => Parts(results, parameter, null, threads).Error));
        double deviation = PairedMean.Of(shift?.OnCandidate(after) ?? after, shift?.OnBaseline(before) ?? before, rows.Groups).StandardError;
        deviation = Math.Sqrt((deviation * deviation) + (shift?.Variance ?? 0));
        return new ErrorWorsening(b.Error, c.Error, deviation, b.Bias, c.Bias, CellMovement.OfSum(b, c, rows.Groups).With(shift, rows))
        {
            Method = "influence of paired rows, widened by what noise can add",
            Measured = new(() => OfProbabilities
                ? family.Measure(rows.CandidateScores, parameter)
                : new(c.Error, null, ConditionalError.Compute(rows.Candidate.Labels, rows.Candidate.Predicted, rows.Candidate.Confidence, parameter).Floor)),
        };
    }
}
