using LsCalib.Core.Binless;
using LsCalib.Core.Catalog;
using LsCalib.Core.Kernels;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Statistics;

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
        var before = rows.Baseline.Take(sample).ToOrder();
        var after = rows.Candidate.Take(sample).ToOrder();
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
            family.KeyOf(parameter), results => KernelDensityEce.Compute(results.Take(sample).ToOrder(), seed, bandwidth, cancel).Expected);
        var shift = rows.Temperatures is { } temperatures
            ? new PairedShift(temperatures, Slope(temperatures.Baseline, b.Bandwidth), Slope(temperatures.Candidate, c.Bandwidth))
            : null;
        return new ErrorWorsening(
            b.Expected,
            c.Expected,
            isKnown ? Deviation(influence, sample, shift, rows) : double.NaN,
            NoiseFloors.Summary(ofBaseline.Calibrated).Mean + ofCandidate.Smoothed,
            floor.Mean + ofBaseline.Smoothed,
            isKnown ? Moved(rows.Baseline.Take(sample), rows.Candidate.Take(sample), old, now).With(shift, rows) : null)
        {
            RowsPower = 3,
            Method = "influence of paired rows, widened by what noise can add and smoothing take",
            Floor = floor,
            Note = FormattableString.Invariant($"bandwidths {b.Bandwidth:0.00000} and {c.Bandwidth:0.00000}, {sample.Length} rows used"),
        };
    }

    /// <summary>Standard error of the difference: of the rows of the sample, and of all rows where their temperatures move with them.</summary>
    private static double Deviation(double[] influence, int[] sample, PairedShift? shift, PairedRows rows)
    {
        double alone = Spread.Of(influence) / Math.Sqrt(sample.Length);
        if (shift is not { IsOfSameRows: true })
        {
            return Math.Sqrt((alone * alone) + (shift?.Variance ?? 0));
        }

        double mean = influence.Average();
        double share = (double)rows.RowCount / sample.Length;
        var ofRow = new double[rows.RowCount];
        for (int i = 0; i < sample.Length; i++)
        {
            ofRow[sample[i]] = share * (influence[i] - mean);
        }

        return PairedMean.Of(shift.OnCandidate(ofRow), shift.OnBaseline(new double[rows.RowCount])).StandardError;
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
