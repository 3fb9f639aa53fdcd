using LsCalib.Core.Kernels;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Kernels;

public sealed class ConsistencyTestTests
{
    [Fact]
    public void P_value_of_two_rows_is_that_of_four_outcomes()
    {
        // p = (0.9,0.1) twice, so k = 1. u·u' by labels: both 0: 0.02; one of each: -0.18; both 1: 1.62. Observed: both 1,
        // with probability 0.01 under the hypothesis; observed one of each: 1 (nothing is less).
        var scores = Samples.Probabilities([0.9, 0.1, 0.9, 0.1], 2);
        var rare = ConsistencyTest.Run(scores, [1, 1], RowScaling.None, 1, 1, 20_000);
        Assert.Equal(1.62, rare.Statistic, 1e-12);
        Assert.Equal(0.01, rare.PValue, 0.003);
        Assert.Equal(1, ConsistencyTest.Run(scores, [0, 1], RowScaling.None, 1, 1, 1000).PValue);
        Assert.Equal(0.82, ConsistencyTest.Run(scores, [0, 0], RowScaling.None, 1, 1, 20_000).PValue, 0.015);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(45, 4)]
    [InlineData(64, 40)]
    public void Statistic_is_the_unbiased_estimate(int rows, int classes)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1.4, 2, 9);
        var scores = Samples.Logits(logits, classes);
        double expected = KernelCalibration.Estimate(scores, labels, RowScaling.None, 1).Unbiased;
        Assert.Equal(expected, ConsistencyTest.Run(scores, labels, RowScaling.None, 1, null, 9).Statistic, 1e-13);
    }

    [Fact]
    public void P_value_is_that_of_labels_drawn_anew()
    {
        var (logits, labels) = Samples.Calibrated(60, 3, 1.3, 2, 11);
        var scores = Samples.Logits(logits, 3);
        var test = ConsistencyTest.Run(scores, labels, RowScaling.None, 1, 0.5, 4000);
        var random = new SeededRandom(77);
        var p = new double[3];
        int reached = 0;
        for (int draw = 0; draw < 4000; draw++)
        {
            var drawn = new int[60];
            for (int i = 0; i < 60; i++)
            {
                scores.CopyRow(i, p);
                Softmax.InPlace(p);
                double u = random.NextDouble();
                drawn[i] = u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2;
            }

            reached += KernelCalibration.Estimate(scores, drawn, RowScaling.None, 1, 0.5).Unbiased >= test.Statistic ? 1 : 0;
        }

        Assert.InRange(test.PValue, 0.005, 0.9);
        Assert.Equal(reached / 4000.0, test.PValue, 4 * Math.Sqrt(2 * test.PValue * (1 - test.PValue) / 4000));
    }

    [Fact]
    public void Calibrated_models_are_rejected_as_often_as_the_level_and_sharpened_ones_nearly_always()
    {
        int rejected = 0;
        int found = 0;
        for (int seed = 1; seed <= 200; seed++)
        {
            var (logits, labels) = Samples.Calibrated(60, 3, 1, 1.5, seed);
            rejected += ConsistencyTest.Run(Samples.Logits(logits, 3), labels, RowScaling.None, seed, null, 99).PValue <= 0.05 ? 1 : 0;
            (logits, labels) = Samples.Calibrated(300, 3, 3, 1.5, seed);
            found += seed <= 20 && ConsistencyTest.Run(Samples.Logits(logits, 3), labels, RowScaling.None, seed, null, 99).PValue <= 0.05 ? 1 : 0;
        }

        // Binomial(200, 0.05): outside 1 to 23 with probability 5e-4.
        Assert.InRange(rejected, 1, 23);
        Assert.InRange(found, 19, 20);
    }

    [Fact]
    public void Every_vector_path_gives_the_same_bits_and_a_seed_repeats()
    {
        var (logits, labels) = Samples.Calibrated(130, 6, 1.2, 2, 6);
        var scores = Samples.Logits(logits, 6);
        var results = new[] { VectorPath.Portable, VectorPath.Avx2, VectorPath.Avx512 }.Where(VectorPaths.IsSupported)
            .Select(path => ConsistencyTest.Run(scores, labels, RowScaling.None, 1, null, 49, path, default)).ToList();
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Many_rows_are_sampled_and_it_is_said()
    {
        var (logits, labels) = Samples.Calibrated(2500, 3, 1, 1.5, 4);
        var test = ConsistencyTest.Run(Samples.Logits(logits, 3), labels, RowScaling.None, 0, 0.5, 19);
        Assert.Equal(2000, test.RowsUsed);
        Assert.Contains("sampled rows", test.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void Certain_rows_never_count_against_a_model_that_is_right()
    {
        var scores = Samples.Probabilities([1, 0, 0, 1, 1, 0], 2);
        Assert.Equal(1, ConsistencyTest.Run(scores, [0, 1, 0], RowScaling.None, 0).PValue);
        Assert.Equal(0.001, ConsistencyTest.Run(scores, [1, 1, 1], RowScaling.None, 0).PValue, 1e-15);
    }

    [Fact]
    public void Too_few_rows_have_no_p_value_and_bad_arguments_are_refused()
    {
        Assert.True(double.IsNaN(ConsistencyTest.Run(Samples.Probabilities([], 2), [], RowScaling.None, 0).PValue));
        Assert.True(double.IsNaN(ConsistencyTest.Run(Samples.Probabilities([0.5, 0.5], 2), [0], RowScaling.None, 0).PValue));
        var scores = Samples.Probabilities([0.5, 0.5, 0.2, 0.8], 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyTest.Run(scores, [0, 2], RowScaling.None, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyTest.Run(scores, [0, 1], RowScaling.None, 0, null, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyTest.Run(scores, [0, 1], RowScaling.None, 0, null, 20_001));
        Assert.Throws<ArgumentException>(() => ConsistencyTest.Run(scores, [0, 1], RowScaling.ByTemperature(2), 0));
    }
}
