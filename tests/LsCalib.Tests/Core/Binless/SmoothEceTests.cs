using LsCalib.Core.Binless;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Binless;

public sealed class SmoothEceTests
{
    private static readonly double[] Confidence = [0.51, 0.55, 0.61, 0.66, 0.68, 0.71, 0.81, 0.85];
    private static readonly bool[] Correct = [false, true, true, true, false, false, true, true];

    [Fact]
    public void Eight_rows_have_the_value_of_the_cosine_series()
    {
        var order = ConfidenceOrder.From(Confidence, Correct);
        var result = SmoothEce.Compute(order);
        Assert.Equal(0.0828704, result.Value, 1e-7);
        Assert.Equal(0.0644909277, SmoothEce.At(order, 0.1), 1e-9);
        Assert.Equal(result.Value, result.Bandwidth, 5e-10);
        Assert.Equal(result.Value, SmoothEce.At(order, result.Bandwidth), 1e-9);
    }

    [Fact]
    public void Residuals_of_one_sign_give_the_mean_gap_at_every_bandwidth()
    {
        // 80 right rows at 1 leave nothing, 20 wrong ones at 0.5 leave 20 × 0.5 / 100.
        var order = ConfidenceOrder.From(
            [.. Enumerable.Repeat(1.0, 80), .. Enumerable.Repeat(0.5, 20)], [.. Enumerable.Repeat(true, 80), .. Enumerable.Repeat(false, 20)]);
        Assert.Equal(new SmoothEce(0.1, 0.1), SmoothEce.Compute(order));
        foreach (double s in new[] { 2e-5, 0.001, 0.05, 0.4, 1, 50 })
        {
            Assert.Equal(0.1, SmoothEce.At(order, s), 1e-12);
        }
    }

    [Fact]
    public void Ends_reflect_all_their_mass()
    {
        // +1/2 at 0 and −1/2 at 1, s = 1/4. The zero is at 1/2, below which lies 2Φ(2) − 1 + 2(Φ(8) − Φ(6)) = 0.9544997380768
        // of the first and the rest to 1 of the second: the integral is 2 × 0.9544997380768 − 1.
        Assert.Equal(0.9089994761536, SmoothEce.At(ConfidenceOrder.From([0, 1], [true, false]), 0.25), 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.2)]
    [InlineData(0.032)]
    [InlineData(0.03125)]
    [InlineData(0.03)]
    [InlineData(0.0156)]
    [InlineData(0.006)]
    [InlineData(0.0038)]
    public void Any_bandwidth_agrees_with_image_sums(double bandwidth)
    {
        var (c, a) = Predictions.Sample(40, 1, 0.2);
        c[0] = 0;
        c[1] = 1;
        Assert.Equal(ImageSums(c, a, bandwidth), SmoothEce.At(ConfidenceOrder.From(c, a), bandwidth), 3e-7);
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(20_000, 0)]
    [InlineData(20_000, 0.05)]
    [InlineData(300_000, 0)]
    public void The_value_is_a_fixed_point(int n, double gap)
    {
        var order = Predictions.Order(n, 2, gap);
        var result = SmoothEce.Compute(order);
        Assert.Equal(result.Value, result.Bandwidth, 5e-10);
        Assert.Equal(result.Value, SmoothEce.At(order, result.Bandwidth), 2e-8);
        double meanGap = order.Correct.Average(right => right ? 1 : 0) - order.Confidence.Average();
        Assert.InRange(result.Value, Math.Abs(meanGap) - 1e-12, 1);
    }

    [Fact]
    public void Values_do_not_grow_with_the_bandwidth()
    {
        var order = Predictions.Order(500, 3);
        double last = 1;
        for (double s = 5e-5; s < 3; s *= 1.3)
        {
            double value = SmoothEce.At(order, s);
            Assert.InRange(value, 0, last + 1e-6);
            last = value;
        }
    }

    [Theory]
    [InlineData(1e-5, 2e-5)]
    [InlineData(1e-6, SmoothEce.SmallestBandwidth)]
    public void Tiny_residuals_far_apart_do_not_cancel(double residual, double bandwidth)
    {
        // The kernels at 0.3 and 0.7 do not meet, so both count in full.
        var (value, s) = SmoothEce.Solve([0.3, 0.7], [residual, -residual]);
        Assert.Equal(2 * residual, value, 1e-11);
        Assert.Equal(bandwidth, s, 1e-11);
    }

    [Fact]
    public void Residuals_give_the_value_of_the_rows()
    {
        var (c, a) = Predictions.Sample(3000, 4, 0.03);
        double expected = SmoothEce.Compute(ConfidenceOrder.From(c, a)).Value;
        var residuals = c.Select((value, i) => ((a[i] ? 1 : 0) - value) / c.Length).ToArray();
        Assert.Equal(expected, SmoothEce.Solve(c, residuals).Value, 1e-9);

        // Each row moved to the nearest of 4096 midpoints.
        var positions = Enumerable.Range(0, 4096).Select(i => (i + 0.5) / 4096).ToArray();
        var grid = new double[4096];
        for (int i = 0; i < c.Length; i++)
        {
            grid[(int)Math.Min(c[i] * 4096, 4095)] += residuals[i];
        }

        Assert.Equal(expected, SmoothEce.Solve(positions, grid).Value, 2e-5);
    }

    [Fact]
    public void A_search_ends_where_smoothing_leaves_one_sign()
    {
        // A residual of the other sign drowns among its neighbours: the value is the mean gap at every bandwidth but tiny ones.
        var random = new SeededRandom(7);
        for (int i = 0; i < 300; i++)
        {
            var positions = Enumerable.Range(0, 60).Select(_ => random.NextDouble()).ToArray();
            var residuals = positions.Select(_ => -0.002 * random.NextDouble()).ToArray();
            residuals[0] = 1e-4 * random.NextDouble();
            positions[1] = positions[0];
            var (value, bandwidth) = SmoothEce.Solve(positions, residuals);
            Assert.Equal(value, bandwidth, 1e-8);
            Assert.InRange(value, Math.Abs(residuals.Sum()) - 1e-12, residuals.Sum(Math.Abs));
        }
    }

    [Fact]
    public void Neither_the_order_of_rows_nor_their_duplication_matters()
    {
        var (c, a) = Predictions.Sample(2000, 6, 0, steps: 300);
        var result = SmoothEce.Compute(ConfidenceOrder.From(c, a));
        Assert.Equal(result, SmoothEce.Compute(Predictions.Shuffled(c, a)));
        Assert.Equal(result.Value, SmoothEce.Compute(ConfidenceOrder.From([.. c, .. c, .. c], [.. a, .. a, .. a])).Value, 1e-9);
    }

    [Fact]
    public void Degenerate_rows_have_plain_values()
    {
        Assert.Equal(double.NaN, SmoothEce.Compute(ConfidenceOrder.From([], [])).Value);
        Assert.Equal(double.NaN, SmoothEce.At(ConfidenceOrder.From([], []), 0.1));
        Assert.Equal(double.NaN, SmoothEce.Solve([], []).Value);
        Assert.Equal(new SmoothEce(0, 0), SmoothEce.Compute(ConfidenceOrder.From([1, 1, 0], [true, true, false])));
        Assert.Equal(0.3, SmoothEce.Compute(ConfidenceOrder.From([0.7], [true])).Value, 1e-15);

        // Equal confidences are one block: 3 of 4 right at 0.9.
        Assert.Equal(0.15, SmoothEce.Compute(ConfidenceOrder.From([0.9, 0.9, 0.9, 0.9], [true, false, true, true])).Value, 1e-15);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var order = ConfidenceOrder.From(Confidence, Correct);
        Assert.Throws<ArgumentException>(() => SmoothEce.Compute(ConfidenceOrder.From([1.1], [true])));
        Assert.Throws<ArgumentException>(() => SmoothEce.Compute(ConfidenceOrder.From([-0.1, 0.5], [true, true])));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoothEce.At(order, 1e-5));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoothEce.At(order, double.NaN));
        Assert.Throws<ArgumentException>(() => SmoothEce.Solve([0.5], [0.1, 0.2]));
        Assert.Throws<ArgumentException>(() => SmoothEce.Solve([1.5], [0.1]));
        Assert.Throws<ArgumentException>(() => SmoothEce.Solve([0.5], [double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoothEce.Curve(order, 0.1, 1));
    }

    [Fact]
    public void Vector_paths_convolve_to_the_same_bits()
    {
        var random = new SeededRandom(1);
        var values = Enumerable.Range(0, 200).Select(_ => random.NextGaussian()).ToArray();
        var kernel = Enumerable.Range(0, 24).Select(_ => random.NextGaussian()).ToArray();
        var expected = Enumerable.Range(0, 23).Select(k => kernel.Select((g, i) => g * values[(4 * k) + i]).Sum()).ToArray();
        var first = new double[23];
        StridedConvolution.Run(VectorPath.Portable, values, kernel, 24, 4, first, 23);
        for (int k = 0; k < 23; k++)
        {
            Assert.Equal(expected[k], first[k], 1e-12);
        }

        foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
        {
            var result = new double[23];
            StridedConvolution.Run(path, values, kernel, 24, 4, result, 23);
            Assert.Equal(first, result);
        }
    }

    /// <summary>The definition: images at every even distance up to 10, straight lines between points a 250th of the bandwidth apart.</summary>
    private static double ImageSums(double[] c, bool[] a, double s)
    {
        int points = (int)Math.Max(2000, 250 / s);
        double sum = 0;
        double last = 0;
        for (int k = 0; k <= points; k++)
        {
            double t = (double)k / points;
            double f = 0;
            for (int i = 0; i < c.Length; i++)
            {
                double kernel = 0;
                for (int image = -10; image <= 10; image += 2)
                {
                    kernel += Gaussian((t - c[i] + image) / s) + Gaussian((t + c[i] + image) / s);
                }

                f += ((a[i] ? 1 : 0) - c[i]) * kernel / (s * c.Length);
            }

            if (k > 0)
            {
                sum += (last < 0) == (f < 0) ? Math.Abs(last + f) / 2 : ((last * last) + (f * f)) / (2 * Math.Abs(last - f));
            }

            last = f;
        }

        return sum / points;
    }

    private static double Gaussian(double z) => Math.Abs(z) > 8 ? 0 : Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
}
