using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core;

public sealed class ConsistencyBarsTests
{
    [Theory]
    [InlineData(2, 0.5, 0, 1)] // P(0) = 1/4 > 0.05, P(≤1) = 3/4 < 0.95
    [InlineData(4, 0.9, 0.5, 1)] // P(≤1) = 0.0037, P(≤2) = 0.0523; P(≤3) = 0.3439
    [InlineData(1, 0.95, 0, 1)] // P(0) is 0.05 itself
    [InlineData(1, 0.96, 1, 1)]
    [InlineData(3, 1.0, 1, 1)]
    public void Bars_of_equal_confidences_are_those_of_the_binomial_law(int rows, double confidence, double lower, double upper)
    {
        var bar = Bars(Enumerable.Repeat(confidence, rows).ToArray(), 1)[0]!;
        Assert.Equal(lower, bar.Lower, 1e-12);
        Assert.Equal(upper, bar.Upper, 1e-12);
    }

    [Fact]
    public void Bars_of_different_confidences_are_those_of_all_outcomes_counted_off()
    {
        var random = new SeededRandom(3);
        for (int trial = 0; trial < 20; trial++)
        {
            double[] c = [.. Enumerable.Range(0, 9).Select(_ => random.NextDouble())];
            var mass = new double[10];
            for (int outcome = 0; outcome < 512; outcome++)
            {
                double p = 1;
                for (int i = 0; i < 9; i++)
                {
                    p *= (outcome >> i & 1) == 1 ? c[i] : 1 - c[i];
                }

                mass[int.PopCount(outcome)] += p;
            }

            int Point(double level) => Enumerable.Range(0, 10).First(count => mass.Take(count + 1).Sum() >= level);
            var bar = Bars(c, 1)[0]!;
            Assert.Equal(Point(0.05) / 9.0, bar.Lower, 1e-12);
            Assert.Equal(Point(0.95) / 9.0, bar.Upper, 1e-12);
        }
    }

    [Fact]
    public void Nine_of_ten_drawn_tables_lie_within_and_empty_bins_have_no_bar()
    {
        var random = new SeededRandom(5);
        double[] c = [.. Enumerable.Range(0, 20_000).Select(_ => 0.3 + (0.7 * random.NextDouble()))];
        var order = ConfidenceOrder.From(c, new bool[c.Length]);
        var table = ReliabilityTable.From(order, Binning.EqualWidth, 10);
        var bars = ConsistencyBars.Of(table, order);
        var draws = NoiseFloors.Tables(table, order, 1);
        for (int m = 0; m < 10; m++)
        {
            Assert.Equal(m < 3, bars[m] is null);
            if (bars[m] is { } bar)
            {
                double within = draws.Average(draw => draw.Bins[m].Accuracy >= bar.Lower && draw.Bins[m].Accuracy <= bar.Upper ? 1.0 : 0);
                Assert.InRange(within, 0.87, 0.94);
                Assert.InRange(table.Bins[m].MeanConfidence, bar.Lower, bar.Upper);
            }
        }
    }

    private static System.Collections.Immutable.ImmutableArray<Interval?> Bars(double[] c, int bins)
    {
        var order = ConfidenceOrder.From(c, new bool[c.Length]);
        return ConsistencyBars.Of(ReliabilityTable.From(order, Binning.EqualWidth, bins), order);
    }
}
