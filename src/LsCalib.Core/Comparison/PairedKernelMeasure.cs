using LsCalib.Core.Catalog;
using LsCalib.Core.Kernels;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Comparison;

/// <summary>The unbiased squared kernel calibration error: without bias, and so compared by the U-statistic of its pairs alone.</summary>
internal sealed record PairedKernelMeasure : PairedMeasure
{
    public override bool NeedsProbabilities => true;

    public override bool TakesGroups => false;

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        var scores = rows.CandidateScores;
        long seed = scores.Options.Seed;
        var errors = PairedKernelError.Of(rows.Candidate.Probabilities!, rows.Baseline.Probabilities!, rows.Candidate.Labels, seed, null, scores.Cancel);
        var shift = rows.Temperatures?.Shift(noise => noise.Slope(
            family.KeyOf(parameter), results => KernelCalibration.Estimate(results.Probabilities!, results.Labels, RowScaling.None, seed, cancel: scores.Cancel).Unbiased));
        return new KernelWorsening(shift is null ? errors : WithTemperatures(errors, shift, rows))
        {
            Measured = new(() => family.Measure(scores, parameter)),
        };
    }

    /// <summary>What the temperatures do to the difference, and what that has in common with what the rows do themselves.</summary>
    private static PairedKernelError WithTemperatures(PairedKernelError errors, PairedShift shift, PairedRows rows)
    {
        double alone = shift.StandardError(rows);
        double common = 0;
        if (shift.IsOfSameRows)
        {
            double[] before = shift.OnBaseline(new double[rows.RowCount]);
            double[] after = shift.OnCandidate(new double[rows.RowCount]);
            for (int row = 0; row < rows.RowCount; row++)
            {
                common += errors.Influence[row] * (after[row] - before[row]) / rows.RowCount / rows.RowCount;
            }
        }

        double moved = Math.Sqrt(errors.ChangeVariance) + alone;
        return errors with
        {
            Variance = Math.Max(errors.PairVariance, errors.Variance + (alone * alone) + (2 * common)),
            ChangeVariance = moved * moved,
        };
    }
}
