using LsCalib.Core.Binless;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;

namespace LsCalib.Tests.Core.Comparison;

/// <summary>Differences of the kernel-density error.</summary>
public sealed class PairedDensityTests
{
    [Fact]
    public void The_gaps_are_those_that_the_error_is_the_mean_of()
    {
        // Ties as well: confidences on a coarse grid.
        var (fine, _) = Pairs.Of(200, 1, 1.5);
        foreach (var order in new[] { fine.ToOrder(), ConfidenceOrder.From([.. fine.Confidence.Select(c => Math.Round(c, 1))], [.. Enumerable.Range(0, 200).Select(fine.IsCorrect)]) })
        {
            var gaps = new DensityGaps(order, [.. Enumerable.Range(0, 200)], 0.02, VectorPaths.Best, default);
            Assert.Equal(KernelDensityEce.Compute(order, 0, 0.02).Expected, gaps.Values.Average(Math.Abs), 1e-12);
        }
    }

    [Fact]
    public void A_difference_scatters_over_samples_as_said()
    {
        var differences = new double[120];
        double mean = 0;
        for (int seed = 0; seed < differences.Length; seed++)
        {
            var (baseline, candidate) = Pairs.Of(400, seed, 0.4, 4, 0.5);
            var worsening = Rows(baseline, candidate).Compare("ece-kde");
            differences[seed] = worsening.Value;
            mean += 1 / (worsening.Excess(worsening.Value - 1) - worsening.Excess(worsening.Value)) / differences.Length;
        }

        Assert.InRange(mean / Spread.Of(differences), 0.8, 1.3);
    }

    [Fact]
    public void What_noise_and_kernels_can_hide_widens_the_interval_but_for_what_has_not_moved()
    {
        var (baseline, candidate) = Pairs.Of(800, 3, 1, 1.6, 0.3);
        var worsening = Rows(baseline, candidate).Compare("ece-kde");
        double deviation = 1 / (worsening.Excess(worsening.Value - 1) - worsening.Excess(worsening.Value));
        var evaluated = new MetricSet { Keys = ["ece-kde"] }.Compute(candidate.ToOrder())["ece-kde"];
        Assert.Equal(evaluated.Value, worsening.Candidate, 1e-12);
        Assert.Equal(evaluated.NoiseFloor, worsening.Floor);
        Assert.True(worsening.At(0.95)!.Lower <= worsening.Value - worsening.Floor!.Mean - (1.95 * deviation));

        // Of grouped rows nothing is known.
        var grouped = new PairedRows(baseline, candidate, new MetricSet { Groups = RowGroups.From("g", [.. Enumerable.Range(0, 800).Select(row => row / 4)]) });
        Assert.Null(grouped.Compare("ece-kde").At(0.95));
        Assert.False(PairedRows.TakesGroups("ece-kde"));
    }

    [Fact]
    public void Confidences_that_move_by_little_and_tell_outcomes_apart_are_no_small_movement()
    {
        // One confidence for all, right as often as it says; then a little higher where the row is right.
        const int N = 1500;
        var random = new SeededRandom(4);
        bool[] right = [.. Enumerable.Range(0, N).Select(_ => random.NextDouble() < 0.6)];
        RowResults With(Func<int, double> confidence)
        {
            double[] c = [.. Enumerable.Range(0, N).Select(confidence)];
            return new([.. right.Select(hit => hit ? 0 : 1)], new int[N], c, [.. c.Select((p, row) => right[row] ? p : 1 - p)], [.. c.Select((p, row) => 2 * (right[row] ? (1 - p) * (1 - p) : p * p))], 2);
        }

        var jitter = new SeededRandom(5);
        double[] near = [.. Enumerable.Range(0, N).Select(_ => 0.004 * jitter.NextDouble())];
        var worsening = Rows(With(row => 0.6 + near[row]), With(row => 0.6 + near[row] + (right[row] ? 0.03 : -0.03))).Compare("ece-kde");
        var interval = worsening.At(0.95)!;
        Assert.True(worsening.Value > 0.25, $"{worsening.Value}");
        Assert.InRange(worsening.Value, interval.Lower, interval.Upper);
        Assert.True(worsening.Room(0.04) < 0);
        Assert.True(worsening.Excess(0.04) > 2);

        // The last digits alone are a small movement still.
        var noise = Rows(With(row => 0.6 + near[row]), With(row => 0.6 + near[row] + (1e-7 * jitter.NextDouble()))).Compare("ece-kde");
        Assert.True(noise.Room(0.002) > 2, $"{noise.Room(0.002)}");
    }

    private static PairedRows Rows(RowResults baseline, RowResults candidate) => new(baseline, candidate, new MetricSet { ResampleCount = 100 });
}
