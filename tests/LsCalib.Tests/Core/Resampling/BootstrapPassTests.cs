using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;

namespace LsCalib.Tests.Core.Resampling;

/// <summary>The fast pass against resamples made row by row from the same counts.</summary>
public sealed unsafe class BootstrapPassTests
{
    private static readonly double[] Edges = [0.4, 0.55, 0.8];

    [Theory]
    [InlineData(1, false)]
    [InlineData(37, false)]
    [InlineData(3000, false)]
    [InlineData(3000, true)]
    public void Sums_are_those_of_rows_repeated_as_often_as_drawn(int n, bool grouped)
    {
        var (order, values, groups) = Sample(n, grouped);
        var plan = ResamplePlan.From(order, Edges, [values], groups);
        var sums = BootstrapPass.Run(plan, 40, 9, 1, default);
        for (int b = 0; b < 40; b += 13)
        {
            var counts = Counts(plan.UnitCount, 9, b);
            double total = 0;
            double mean = 0;
            var cellCounts = new double[4];
            var cellGaps = new double[4];
            for (int place = 0; place < n; place++)
            {
                double times = counts[groups is null ? place : groups[order.Row[place]]];
                double c = order.Confidence[place];
                int cell = c <= 0.4 ? 0 : c <= 0.55 ? 1 : c <= 0.8 ? 2 : 3;
                total += times;
                mean += times * values[order.Row[place]];
                cellCounts[cell] += times;
                cellGaps[cell] += times * ((order.Correct[place] ? 1 : 0) - c);
            }

            Assert.Equal(mean / total, sums.Means[0][b], 1e-6);
            for (int cell = 0; cell < 4; cell++)
            {
                Assert.Equal(cellCounts[cell], sums.Counts[(b * 4) + cell]);
                Assert.Equal(cellGaps[cell], sums.Gaps[(b * 4) + cell], 1e-5 * n);
            }
        }
    }

    [Fact]
    public void Ranking_metrics_are_those_of_the_resample_where_no_segment_holds_two_confidences()
    {
        // 100 rows: fewer than the segments, so every tied block is a segment of its own.
        var (order, values, _) = Sample(100, false);
        var sums = BootstrapPass.Run(ResamplePlan.From(order, Edges, [values], null), 32, 4, 1, default);
        var counts = Counts(100, 4, 7);
        var rows = Enumerable.Range(0, 100).SelectMany(place => Enumerable.Repeat(place, counts[place])).ToList();
        double wins = 0;
        double risk = 0;
        double joint = 0;
        int right = rows.Count(place => order.Correct[place]);
        foreach (int a in rows.Where(place => order.Correct[place]))
        {
            foreach (int b in rows.Where(place => !order.Correct[place]))
            {
                wins += order.Confidence[a] > order.Confidence[b] ? 1 : order.Confidence[a] == order.Confidence[b] ? 0.5 : 0;
            }
        }

        for (int i = 1; i <= 100; i++)
        {
            // Expected errors among the i most confident: whole tied blocks, and a share of the one that is cut.
            double errors = 0;
            int before = 0;
            foreach (var block in rows.GroupBy(place => order.Confidence[place]).OrderByDescending(block => block.Key))
            {
                double taken = Math.Clamp(i - before, 0, block.Count());
                errors += taken * block.Count(place => !order.Correct[place]) / block.Count();
                before += block.Count();
            }

            // The area is that of trapezoids, of which the last step has half only.
            risk += errors / i / 100;
            joint += (i < 100 ? errors : errors / 2) / 100 / 100;
        }

        Assert.Equal(wins / right / (100 - right), sums.Auroc[7], 1e-12);
        Assert.Equal(risk, sums.Aurc[7], 1e-12);
        Assert.Equal(joint, sums.Augrc[7], 1e-12);
        Assert.InRange(sums.ExcessAurc[7], 0, sums.Aurc[7]);
    }

    [Fact]
    public void Threads_change_nothing_and_neither_do_the_edges()
    {
        var (order, values, _) = Sample(3000, false);
        var one = BootstrapPass.Run(ResamplePlan.From(order, Edges, [values], null), 100, 1, 1, default);
        var three = BootstrapPass.Run(ResamplePlan.From(order, Edges, [values], null), 100, 1, 3, default);
        Assert.Equal(one.Means[0], three.Means[0]);
        Assert.Equal(one.Gaps, three.Gaps);
        Assert.Equal(one.Aurc, three.Aurc);
        var other = BootstrapPass.Run(ResamplePlan.From(order, [0.123], [values], null), 100, 1, 1, default);
        for (int b = 0; b < 100; b++)
        {
            Assert.Equal(one.Means[0][b], other.Means[0][b], 1e-6);
        }
    }

    private static (ConfidenceOrder Order, double[] Values, int[]? Groups) Sample(int n, bool grouped)
    {
        var random = new SeededRandom(n);
        var confidences = Enumerable.Range(0, n).Select(_ => Math.Round(random.NextDouble(), 2)).ToArray();
        var correct = confidences.Select(c => random.NextDouble() < c).ToArray();
        var values = confidences.Select(_ => random.NextGaussian()).ToArray();
        var groups = grouped ? confidences.Select(_ => random.NextInt(200)).ToArray() : null;
        return (ConfidenceOrder.From(confidences, correct), values, groups);
    }

    private static int[] Counts(int units, long seed, int resample)
    {
        var counts = new byte[units * ResampleCounts.Lanes];
        fixed (byte* target = counts)
        {
            ResampleCounts.Draw(target, units, seed, resample / ResampleCounts.Lanes);
        }

        return [.. Enumerable.Range(0, units).Select(unit => (int)counts[(unit * ResampleCounts.Lanes) + (resample % ResampleCounts.Lanes)])];
    }
}
