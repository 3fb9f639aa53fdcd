using LsCalib.Core.Kernels;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Kernels;

public sealed class KernelCalibrationTests
{
    [Theory]
    [InlineData(1, 0, -2 / Math.E, 1 - (1 / Math.E))]
    [InlineData(0, 0, 0, 0.5)]
    [InlineData(0, 1, 0, 0)]
    public void Two_certain_rows_as_published(int first, int second, double unbiased, double biased)
    {
        // p = e1, e2 and γ = 1, so k = exp(-2/2) = 1/e. Both labels wrong: (-1,1)·(1,-1) = -2; the rows with themselves
        // give 2 each, so the biased mean is (2·(-2/e) + 2 + 2)/4.
        var scores = Samples.Probabilities([1, 0, 0, 1], 2);
        var error = KernelCalibration.Estimate(scores, [first, second], RowScaling.None, 0, 1);
        Assert.Equal(unbiased, error.Unbiased, 1e-12);
        Assert.Equal(biased, error.Biased, 1e-12);
        Assert.True(double.IsNaN(error.StandardError));
        Assert.Equal(2, error.RowsUsed);
        Assert.Equal("all pairs", error.Estimator);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(37, 5)]
    [InlineData(70, 3)]
    [InlineData(40, 130)]
    public void Estimates_and_variance_follow_their_definitions(int rows, int classes)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1.5, 2, 5);
        var h = BruteForce(logits, labels, classes, 0.4);
        var (unbiased, biased, variance) = Moments(h);
        var error = KernelCalibration.Estimate(Samples.Logits(logits, classes), labels, RowScaling.None, 0, 0.4);
        Assert.Equal(unbiased, error.Unbiased, 1e-13);
        Assert.Equal(biased, error.Biased, 1e-13);
        double expected = Math.Sqrt(variance(Math.Max(0, unbiased)));
        Assert.Equal(expected, error.StandardError, 1e-12);

        // The ends of the interval are where the estimate is 1.96 standard errors of that end away, unless cut at 0.
        Assert.Equal(1.959963984540054, (error.Upper - unbiased) / Math.Sqrt(variance(error.Upper)), 1e-6);
        Assert.True(error.Lower == 0 || Math.Abs(((unbiased - error.Lower) / Math.Sqrt(variance(error.Lower))) - 1.959963984540054) < 1e-6);
    }

    [Fact]
    public void Every_vector_path_gives_the_same_bits()
    {
        var (logits, labels) = Samples.Calibrated(333, 11, 1.5, 2, 6);
        var scores = Samples.Logits(logits, 11);
        var results = new[] { VectorPath.Portable, VectorPath.Avx2, VectorPath.Avx512 }.Where(VectorPaths.IsSupported)
            .Select(path => KernelCalibration.Estimate(scores, labels, RowScaling.None, 1, 0.4, 0.95, null, path, default)).ToList();
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Row_order_changes_nothing_but_rounding_and_temperature_is_applied()
    {
        var (logits, labels) = Samples.Calibrated(300, 4, 1.5, 2, 7);
        var reversed = logits.Chunk(4).Reverse().SelectMany(row => row).ToArray();
        var a = KernelCalibration.Estimate(Samples.Logits(logits, 4), labels, RowScaling.ByTemperature(2), 3);
        var b = KernelCalibration.Estimate(Samples.Logits(reversed, 4), [.. labels.AsEnumerable().Reverse()], RowScaling.ByTemperature(2), 3);
        var halved = KernelCalibration.Estimate(Samples.Logits([.. logits.Select(z => z / 2)], 4), labels, RowScaling.None, 3);
        Assert.Equal(a.Bandwidth, b.Bandwidth, 1e-14);
        Assert.Equal(a.Unbiased, b.Unbiased, 1e-14);
        Assert.Equal(a.Upper, b.Upper, 1e-14);
        Assert.Equal(a.Unbiased, halved.Unbiased, 1e-14);
    }

    [Fact]
    public void Blocks_estimate_what_all_pairs_do()
    {
        var (logits, labels) = Samples.Calibrated(1000, 3, 2, 1.5, 8);
        var scores = Samples.Logits(logits, 3);
        double all = KernelCalibration.Estimate(scores, labels, RowScaling.None, 0, 0.5).Unbiased;
        var blocks = Enumerable.Range(0, 300).Select(seed => KernelCalibration.Estimate(scores, labels, RowScaling.None, seed, 0.5, 0.95, 20)).ToList();
        Assert.All(blocks, block => Assert.Equal((50, 1000), (block.BlockCount, block.RowsUsed)));
        Assert.Equal("mean over 50 random blocks of 20 rows", blocks[0].Estimator);
        double[] values = [.. blocks.Select(block => block.Unbiased)];

        // Every pair is equally likely to share a block, so the mean over seeds is the mean over all pairs.
        double mean = values.Average();
        double error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / 299 / 300);
        Assert.InRange(mean, all - (4 * error), all + (4 * error));
        Assert.InRange(KernelCalibration.Estimate(scores, labels, RowScaling.None, 0, 0.5, 0.95, 250).StandardError, 1e-5, 1);
        Assert.Equal(all, KernelCalibration.Estimate(scores, labels, RowScaling.None, 0, 0.5, 0.95, 1000).Unbiased);
    }

    [Theory]
    [InlineData(20_000, 12, 20_000)]
    [InlineData(2236, 1000, 2236)]
    [InlineData(50_000, 10, 8000)]
    [InlineData(50_000, 1000, 100)]
    [InlineData(1, 2, 2)]
    public void Budget_of_pairs_sets_the_blocks(int rows, int classes, int expected) =>
        Assert.Equal(expected, KernelCalibration.BlockRowCount(rows, classes));

    [Fact]
    public void Intervals_cover_calibrated_and_miscalibrated_models()
    {
        // The squared error at T = 2.5 and γ = 0.5 over 200,000 other rows. Of 80 intervals at 90 %, fewer than 61 cover
        // with probability 3e-4.
        const double Truth = 0.01131;
        int calibrated = 0;
        int overconfident = 0;
        for (int seed = 1; seed <= 80; seed++)
        {
            var (logits, labels) = Samples.Calibrated(400, 3, 1, 1.5, seed);
            calibrated += KernelCalibration.Estimate(Samples.Logits(logits, 3), labels, RowScaling.None, 0, 0.5, 0.9).Lower == 0 ? 1 : 0;
            (logits, labels) = Samples.Calibrated(400, 3, 2.5, 1.5, seed);
            var error = KernelCalibration.Estimate(Samples.Logits(logits, 3), labels, RowScaling.None, 0, 0.5, 0.9);
            overconfident += error.Lower <= Truth && Truth <= error.Upper ? 1 : 0;
        }

        Assert.InRange(calibrated, 61, 80);
        Assert.InRange(overconfident, 61, 80);
    }

    [Fact]
    public void Degenerate_input_is_undefined_or_zero_not_wrong()
    {
        var empty = KernelCalibration.Estimate(Samples.Probabilities([], 2), [], RowScaling.None, 0);
        Assert.True(double.IsNaN(empty.Unbiased) && double.IsNaN(empty.Biased) && double.IsNaN(empty.Lower) && double.IsNaN(empty.Upper));
        var one = KernelCalibration.Estimate(Samples.Probabilities([0.75, 0.25], 2), [0], RowScaling.None, 0);
        Assert.True(double.IsNaN(one.Unbiased));
        Assert.Equal(0.125, one.Biased, 1e-15);
        Assert.Equal(1, one.Bandwidth);
        var right = KernelCalibration.Estimate(Samples.Probabilities([1, 0, 0, 1, 1, 0, 0, 1], 2), [0, 1, 0, 1], RowScaling.None, 0);
        Assert.Equal((0, 0, 0, 0, 0), (right.Unbiased, right.Biased, right.StandardError, right.Lower, right.Upper));

        // Equal rows: k = 1, so Σ h over all pairs is |Σ (e_y - p)|² = |(2,2) - 4·(0.5,0.5)|² = 0.
        var equal = KernelCalibration.Estimate(Samples.Probabilities([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 2), [0, 1, 0, 1], RowScaling.None, 0);
        Assert.Equal(0, equal.Biased, 1e-15);
        Assert.Equal(-0.5 * 4 / 12, equal.Unbiased, 1e-15);
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        var scores = Samples.Probabilities([0.5, 0.5, 0.2, 0.8], 2);
        Assert.Throws<ArgumentException>(() => KernelCalibration.Estimate(scores, [0], RowScaling.None, 0));
        Assert.Throws<ArgumentException>(() => KernelCalibration.Estimate(scores, [0, 1], RowScaling.ByTemperature(2), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelCalibration.Estimate(scores, [0, 1], RowScaling.None, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelCalibration.Estimate(scores, [0, 1], RowScaling.None, 0, 1e-200));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelCalibration.Estimate(scores, [0, 1], RowScaling.None, 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelCalibration.Estimate(scores, [0, 1], RowScaling.None, 0, 1, 0.9, 1));
        Assert.Throws<NonFiniteScoreException>(() => KernelCalibration.Estimate(Samples.Logits([0, float.NaN, 1, 2], 2), [0, 1], RowScaling.None, 0));
    }

    [Fact]
    public void Bandwidth_is_the_median_distance()
    {
        // Distances: |a-b| = √2·0.1, |a-c| = √2·0.5, |b-c| = √2·0.4.
        Assert.Equal(Math.Sqrt(2) * 0.4, KernelBandwidth.Median(Samples.Probabilities([0.9, 0.1, 0.8, 0.2, 0.4, 0.6], 2), RowScaling.None, 0), 1e-14);

        // Six of ten pairs coincide; of the other four all lie √2·0.3 apart.
        Assert.Equal(
            Math.Sqrt(2) * 0.3,
            KernelBandwidth.Median(Samples.Probabilities([0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.6, 0.4], 2), RowScaling.None, 0),
            1e-14);
        Assert.Equal(KernelBandwidth.Smallest, KernelBandwidth.Median(Samples.Probabilities([1, 0, 1 - 1e-9, 1e-9], 2), RowScaling.None, 0));
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", 0.0014065464304517524, 0.0015315263403853554)]
    [InlineData("wideresnet-16-4-cifar-10", 0.0007595077591084662, 0.0007879133050408204)]
    public void Real_predictions_give_the_values_of_a_plain_double_sum(string name, double unbiased, double biased)
    {
        // Computed with numpy from the definition, γ = 0.5.
        using var test = PredictionFile.Read(SharedData.Path("golden", $"{name}-test.npz"), null, new CsvOptions(), null);
        var error = KernelCalibration.Estimate(test.Scores, test.Labels, RowScaling.None, 0, 0.5);
        Assert.Equal(unbiased, error.Unbiased, 1e-12);
        Assert.Equal(biased, error.Biased, 1e-12);
    }

    private static double[][] BruteForce(float[] logits, int[] labels, int classes, double bandwidth)
    {
        var p = logits.Chunk(classes).Select(row => Array.ConvertAll(row, z => (double)z)).ToArray();
        foreach (double[] row in p)
        {
            Softmax.InPlace(row);
        }

        double Pair(int i, int j)
        {
            double distance = p[i].Zip(p[j], (a, b) => (a - b) * (a - b)).Sum();
            double product = (labels[i] == labels[j] ? 1 : 0) - p[i][labels[j]] - p[j][labels[i]] + p[i].Zip(p[j], (a, b) => a * b).Sum();
            return Math.Exp(-distance / (2 * bandwidth * bandwidth)) * product;
        }

        return [.. labels.Select((_, i) => labels.Select((_, j) => Pair(i, j)).ToArray())];
    }

    /// <summary>Means over pairs, and the variance by θ from the doubly centred matrix itself.</summary>
    private static (double Unbiased, double Biased, Func<double, double> Variance) Moments(double[][] h)
    {
        double n = h.Length;
        double biased = h.Sum(row => row.Sum()) / n / n;
        double[] means = [.. h.Select((row, i) => (row.Sum() - row[i]) / (n - 1))];
        double unbiased = means.Average();
        double squares = h.SelectMany((row, i) => row.Where((_, j) => j != i)).Select(value => value * value).Average();
        double s = Math.Max(0, squares - (2 * means.Select(m => m * m).Average()) + (unbiased * unbiased));
        double[] full = [.. h.Select(row => row.Average())];
        double v = full.Select(r => (r - biased) * (r - biased)).Average() / biased;
        return (unbiased, biased, theta => (4 * theta * v / n) + (2 * s / n / n));
    }
}
