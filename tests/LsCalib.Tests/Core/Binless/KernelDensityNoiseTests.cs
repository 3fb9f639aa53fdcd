using LsCalib.Core.Binless;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using MathNet.Numerics.Distributions;

namespace LsCalib.Tests.Core.Binless;

public sealed class KernelDensityNoiseTests
{
    [Theory]
    [InlineData(0, 0.02)]
    [InlineData(0, 0.3)]
    [InlineData(15, 0.05)]
    public void The_standard_error_is_that_of_the_slopes_by_each_rows_weight(int steps, double h)
    {
        const double Step = 1e-5;
        var (c, a) = Predictions.Sample(120, 3, 0.2, steps);
        var order = ConfidenceOrder.From(c, a);
        var weights = Enumerable.Repeat(1.0, c.Length).ToArray();
        double squares = 0;
        for (int j = 0; j < c.Length; j++)
        {
            weights[j] = 1 + Step;
            double above = Weighted(c, a, weights, h);
            weights[j] = 1 - Step;
            double below = Weighted(c, a, weights, h);
            weights[j] = 1;
            squares += Math.Pow((above - below) / (2 * Step), 2);
        }

        var error = KernelDensityEce.Compute(order, 0, h);
        double deviation = KernelDensityNoise.Of(order, error, 0, VectorPaths.Best).StandardError;
        Assert.Equal(Weighted(c, a, weights, h), error.Expected, 1e-10);
        Assert.Equal(Math.Sqrt(squares * c.Length / (c.Length - 1)), deviation, 1e-6);
    }

    [Theory]
    [InlineData(300, 0, 0.03)]
    [InlineData(300, 20, 0.03)]
    [InlineData(3000, 0, 0.003)]
    public void Calibrated_errors_are_those_of_drawn_outcomes(int rows, int steps, double h)
    {
        var order = Predictions.Order(rows, 4, 0.2, steps);
        var error = KernelDensityEce.Compute(order, 0, h);
        double[] fast = KernelDensityNoise.Of(order, error, 0, VectorPaths.Best).Calibrated;
        Assert.Equal(KernelDensityNoise.DrawCount, fast.Length);
        var random = new SeededRandom(9);
        double[] direct = [.. Enumerable.Range(0, 200).Select(_ => KernelDensityEce.Compute(order.Redrawn(random), 0, h).Expected)];
        Array.Sort(fast);
        Array.Sort(direct);

        // Two samples of 200 of the same law: means within four standard errors, and the same spread but for a quarter.
        double spread = Deviation(direct);
        Assert.Equal(direct.Average(), fast.Average(), 4 * spread * Math.Sqrt(2 / 200.0));
        Assert.InRange(Deviation(fast) / spread, 0.75, 1.33);
        Assert.Equal(direct[190], fast[190], spread);
    }

    [Fact]
    public void What_smoothing_takes_away_is_what_narrower_kernels_add()
    {
        // Accuracy jumps by 0.2 every 0.1 of confidence; kernels of a standard deviation of about 0.1 see little of it.
        var random = new SeededRandom(5);
        double[] c = [.. Enumerable.Range(0, 450).Select(_ => 0.2 + (0.6 * random.NextDouble()))];
        bool[] a = [.. c.Select(value => random.NextDouble() < value + ((int)(value * 10) % 2 == 0 ? 0.1 : -0.1))];
        var order = ConfidenceOrder.From(c, a);
        var error = KernelDensityEce.Compute(order, 0, 0.04);
        double narrow = KernelDensityEce.Compute(order, 0, 0.04 / KernelDensityNoise.Narrower).Expected;
        Assert.True(narrow > 1.3 * error.Expected);
        Assert.Equal(narrow - error.Expected, KernelDensityNoise.Of(order, error, 0, VectorPaths.Best).Smoothed, 1e-12);
    }

    [Fact]
    public void Vector_paths_agree_to_the_bit()
    {
        var order = Predictions.Order(1301, 4, 0.1);
        var error = KernelDensityEce.Compute(order, 0);
        var (deviation, smoothed, calibrated) = KernelDensityNoise.Of(order, error, 0, VectorPath.Portable);
        foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
        {
            var other = KernelDensityNoise.Of(order, error, 0, path);
            Assert.Equal(deviation, other.StandardError);
            Assert.Equal(smoothed, other.Smoothed);
            Assert.Equal(calibrated, other.Calibrated);
        }
    }

    [Fact]
    public void Rows_without_an_estimate_are_left_out()
    {
        // The row at 0 has no neighbour. At 1 an estimate rests on ties alone, all of them right when drawn.
        var order = ConfidenceOrder.From([1, 1, 1, 1, 0], [true, true, true, false, true]);
        var (deviation, _, calibrated) = KernelDensityNoise.Of(order, KernelDensityEce.Compute(order, 0), 0, VectorPaths.Best);
        Assert.All(calibrated, error => Assert.Equal(0, error, 1e-12));
        Assert.True(deviation > 0);
    }

    [Fact]
    public void An_undefined_error_has_neither()
    {
        var order = ConfidenceOrder.From([0.5], [true]);
        var (deviation, _, calibrated) = KernelDensityNoise.Of(order, KernelDensityEce.Compute(order, 0), 0, VectorPaths.Best);
        Assert.True(double.IsNaN(deviation));
        Assert.Empty(calibrated);
    }

    private static double Deviation(double[] values) => Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1));

    private static double Weighted(double[] c, bool[] a, double[] weights, double h)
    {
        double error = 0;
        for (int i = 0; i < c.Length; i++)
        {
            double all = 0;
            double hits = 0;
            for (int j = 0; j < c.Length; j++)
            {
                double kernel = j == i ? 0 : weights[j] * Beta.PDF((c[j] / h) + 1, ((1 - c[j]) / h) + 1, c[i]);
                all += kernel;
                hits += a[j] ? kernel : 0;
            }

            error += all > 0 ? weights[i] * Math.Abs((hits / all) - c[i]) : 0;
        }

        return error / weights.Where((_, i) => c[i] is > 0 and < 1 || c.Count(other => other == c[i]) > 1).Sum();
    }
}
