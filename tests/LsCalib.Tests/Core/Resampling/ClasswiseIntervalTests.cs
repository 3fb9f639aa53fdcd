using LsCalib.Core.Catalog;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Resampling;

public sealed unsafe class ClasswiseIntervalTests
{
    [Theory]
    [InlineData(300, 3)]
    [InlineData(300, 11)]
    [InlineData(2500, 4)]
    public void Noise_is_that_of_rows_repeated_as_often_as_drawn(int rows, int classes)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1.3, 2, 3);
        var scores = Samples.Logits(logits, classes);
        var cells = StatisticsPass.Run(scores, labels, RowScaling.None, 15).Classwise;
        var noise = ClasswiseBootstrap.Noise(scores, RowScaling.None, labels, cells, 40, 5, 2, default)!;
        var counts = new byte[rows * ResampleCounts.Lanes];
        fixed (byte* target = counts)
        {
            ResampleCounts.Draw(target, rows, 5, 1);
        }

        // Resample 33 is lane 1 of block 1.
        var repeated = Enumerable.Range(0, rows).SelectMany(row => Enumerable.Repeat(row, counts[(row * ResampleCounts.Lanes) + 1])).ToArray();
        var again = StatisticsPass.Run(
            Samples.Logits([.. repeated.SelectMany(row => logits.AsSpan(row * classes, classes).ToArray())], classes),
            [.. repeated.Select(row => labels[row])],
            RowScaling.None,
            15).Classwise;
        for (int cell = 0; cell < noise.Length; cell++)
        {
            double expected = ((again.LabelCounts[cell] - again.ProbabilitySums[cell]) - (cells.LabelCounts[cell] - cells.ProbabilitySums[cell])) / rows;
            Assert.Equal(expected, noise[cell]?[33] ?? 0, 1e-6);
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1.5, 3)]
    [InlineData(2.5, 3)]
    [InlineData(1.5, 20)]
    public void Intervals_hold_the_true_error(double temperature, int classes)
    {
        // The truth is that of a sample so large that its own noise is small, less its noise floor.
        const int Simulations = 100;
        double truth = temperature == 1 ? 0 : Truth(temperature, classes);
        int held = 0;
        for (int i = 0; i < Simulations; i++)
        {
            var (logits, labels) = Samples.Calibrated(600, classes, temperature, 1.5, 1000 + i);
            var scores = Samples.Logits(logits, classes);
            var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, 15);
            var set = new MetricSet(Seed: i) { Keys = ["classwise-ece-15"], ResampleCount = 128, ResampleClasses = true, Level = 0.9 };
            var interval = set.Compute(scores, RowScaling.None, statistics)["classwise-ece-15"].Interval!;
            held += interval.Lower <= truth && truth <= interval.Upper ? 1 : 0;
        }

        Assert.True(held >= 80, $"{held} of {Simulations}");
    }

    private static double Truth(double temperature, int classes)
    {
        var (logits, _) = Samples.Calibrated(100_000, classes, temperature, 1.5, 1);
        var edges = BinEdges.EqualWidth(15);
        var gaps = new double[classes * 15];
        var p = new double[classes];
        var q = new double[classes];
        for (int row = 0; row < 100_000; row++)
        {
            for (int k = 0; k < classes; k++)
            {
                p[k] = q[k] = logits[(row * classes) + k];
            }

            Softmax.InPlace(p);
            Softmax.InPlace(q, 1 / temperature);
            for (int k = 0; k < classes; k++)
            {
                gaps[(k * 15) + BinEdges.EqualWidthIndex(edges, p[k])] += q[k] - p[k];
            }
        }

        return gaps.Sum(Math.Abs) / 100_000 / classes;
    }
}
