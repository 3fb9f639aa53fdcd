using LsCalib.Core.Binless;
using LsCalib.Core.Catalog;
using LsCalib.Core.Kernels;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// The kernel-density error of the top label. It is raised by noise, at most by its floor, and lowered by what its kernels smooth
/// away; either can differ between the models, which have each a bandwidth of their own. Beyond <see cref="KernelDensityEce.MostRows"/>
/// both rest on the same sample of rows.
/// </summary>
internal sealed record PairedDensityMeasure : PairedMeasure
{
    public override bool TakesGroups => false;

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        long seed = rows.CandidateContext.Options.Seed;
        var cancel = rows.CandidateContext.Cancel;
        int[] sample = RowSample.Draw(rows.RowCount, KernelDensityEce.MostRows, seed);
        RowResults Sampled(RowResults results) => results.With(null).Take(sample);
        var baseline = Sampled(rows.Baseline);
        var candidate = Sampled(rows.Candidate);
        var (before, after) = (baseline.ToOrder(), candidate.ToOrder());
        var (b, c) = (KernelDensityEce.Compute(before, seed, null, cancel), KernelDensityEce.Compute(after, seed, null, cancel));
        if (double.IsNaN(b.Expected) || double.IsNaN(c.Expected))
        {
            return new ErrorWorsening(b.Expected, c.Expected, double.NaN, 0, 0, null);
        }

        var ofBaseline = KernelDensityNoise.Of(before, b, seed, VectorPaths.Best, cancel);
        var ofCandidate = KernelDensityNoise.Of(after, c, seed, VectorPaths.Best, cancel);
        var floor = NoiseFloors.Summary(ofCandidate.Calibrated);

        // Rows equally far apart in the baseline's order: the same of both.
        int count = Math.Min(KernelDensityNoise.EvaluatedRows, sample.Length);
        int[] at = [.. Enumerable.Range(0, count).Select(k => before.Row[(int)(((2L * k) + 1) * sample.Length / (2L * count))])];
        var old = new DensityGaps(before, at, b.Bandwidth, VectorPaths.Best, cancel);
        var now = new DensityGaps(after, at, c.Bandwidth, VectorPaths.Best, cancel);
        double[] change = [.. now.Values.Zip(old.Values, (gap, other) => Math.Abs(gap) - Math.Abs(other))];
        double[] influence = [.. change];
        now.AddInfluence(Array.ConvertAll(now.Values, gap => (double)Math.Sign(gap)), 1, influence);
        old.AddInfluence(Array.ConvertAll(old.Values, gap => (double)Math.Sign(gap)), -1, influence);

        // What the rows of a group do together is not known. Of bandwidths, which step, temperatures leave those of the sample.
        bool isKnown = rows.Groups is null;
        double Slope(TemperatureNoise noise, double bandwidth) => noise.Slope(
            family.KeyOf(parameter), results => KernelDensityEce.Compute(Sampled(results).ToOrder(), seed, bandwidth, cancel).Expected);
        var shift = isKnown && rows.Temperatures is { } temperatures
            ? new PairedShift(temperatures, Slope(temperatures.Baseline, b.Bandwidth), Slope(temperatures.Candidate, c.Bandwidth))
            : null;
        return new ErrorWorsening(
            b.Expected,
            c.Expected,
            isKnown ? Deviation(influence, Array.ConvertAll(at, row => sample[row]), sample.Length, shift, rows) : double.NaN,
            NoiseFloors.Summary(ofBaseline.Calibrated).Mean + ofCandidate.Smoothed,
            floor.Mean + ofBaseline.Smoothed,
            isKnown ? Moved(baseline, candidate, old, now).With(shift, rows) : null)
        {
            RowsPower = 3,
            Method = "influence of paired rows, widened by what noise can add and smoothing take",
            Floor = floor,
            Note = FormattableString.Invariant($"bandwidths {b.Bandwidth:0.00000} and {c.Bandwidth:0.00000}, {sample.Length} rows used"),
        };
    }

    /// <summary>Standard error of the difference: that of the rows, that of the temperatures, and what both have in common.</summary>
    /// <param name="influence">What rows do to it, of some of the sample.</param>
    /// <param name="at">Which rows these are.</param>
    /// <param name="sampleCount">Rows of the sample.</param>
    /// <param name="shift">What the temperatures do to it, or null: there are none.</param>
    /// <param name="rows">The rows compared.</param>
    private static double Deviation(double[] influence, int[] at, int sampleCount, PairedShift? shift, PairedRows rows)
    {
        double ofRows = Spread.Of(influence) / Math.Sqrt(sampleCount);
        if (shift is null)
        {
            return ofRows;
        }

        double ofTemperatures = shift.StandardError(rows);
        double common = 0;
        if (shift.IsOfSameRows)
        {
            double[] before = shift.OnBaseline(new double[rows.RowCount]);
            double[] after = shift.OnCandidate(new double[rows.RowCount]);
            double mean = influence.Average();
            for (int k = 0; k < at.Length; k++)
            {
                common += (influence[k] - mean) * (after[at[k]] - before[at[k]]) / at.Length / rows.RowCount;
            }
        }

        // The covariance rests on fewer rows than the variances, and cannot outdo them.
        double least = ofRows - ofTemperatures;
        return Math.Sqrt(Math.Max(least * least, (ofRows * ofRows) + (ofTemperatures * ofTemperatures) + (2 * common)));
    }

    /// <summary>
    /// What the error can have moved by at most: the mean change of the estimated gaps, as confidences that move by little can tell
    /// outcomes apart that they did not before; and the mean change of confidence − correct, as kernels smooth away some of what gaps
    /// have moved.
    /// </summary>
    private static Movement Moved(RowResults baseline, RowResults candidate, DensityGaps old, DensityGaps now)
    {
        static double Residual(RowResults results, int row) => results.Confidence[row] - (results.IsCorrect(row) ? 1 : 0);
        double[] ofRows = [.. Enumerable.Range(0, baseline.RowCount).Select(row => Math.Abs(Residual(candidate, row) - Residual(baseline, row)))];
        double[] change = [.. now.Values.Zip(old.Values, (gap, other) => gap - other)];
        double[] direction = Array.ConvertAll(change, gap => (double)Math.Sign(gap));
        double[] ofGaps = Array.ConvertAll(change, Math.Abs);
        double value = ofGaps.Average();
        now.AddInfluence(direction, 1, ofGaps);
        old.AddInfluence(direction, -1, ofGaps);
        return new(
            Math.Max(ofRows.Average(), value),
            Math.Max(Spread.Of(ofRows) / Math.Sqrt(ofRows.Length), Spread.Of(ofGaps) / Math.Sqrt(baseline.RowCount)));
    }
}
