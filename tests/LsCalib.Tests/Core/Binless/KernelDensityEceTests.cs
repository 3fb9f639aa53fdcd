using LsCalib.Core.Binless;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using MathNet.Numerics.Distributions;

namespace LsCalib.Tests.Core.Binless;

public sealed class KernelDensityEceTests
{
    [Fact]
    public void Four_rows_have_the_published_value()
    {
        var result = KernelDensityEce.Compute(ConfidenceOrder.From([0.55, 0.65, 0.8, 0.9], [false, true, true, true]), 0, 0.1);
        Assert.Equal(0.1793003613, result.Expected, 1e-9);
        Assert.Equal(4, result.RowsUsed);
        Assert.Equal(0, result.RowsLeftOut);
        Assert.Equal(0.1, result.Bandwidth);
    }

    [Theory]
    [InlineData(0, 0.005)]
    [InlineData(0, 0.1)]
    [InlineData(0, 1)]
    [InlineData(12, 0.02)]
    [InlineData(12, 0.3)]
    public void Errors_are_those_of_beta_densities_row_by_row(int steps, double h)
    {
        var (c, a) = Predictions.Sample(90, 1, 0.1, steps);
        var result = KernelDensityEce.Compute(ConfidenceOrder.From(c, a), 0, h);
        var (absolute, square, _) = RowByRow(c, a, h);
        Assert.Equal(absolute, result.Expected, 1e-10);
        Assert.Equal(square, result.RootMeanSquare, 1e-10);
    }

    [Fact]
    public void The_bandwidth_has_the_largest_leave_one_out_likelihood()
    {
        var (c, a) = Predictions.Sample(60, 2);
        double[] bandwidths = [.. Enumerable.Range(0, 15).Select(i => Math.Pow(10, -5 + (4 * i / 14.0))), 0.2, 0.4, 0.6, 0.8, 1];
        double best = bandwidths.MaxBy(h => RowByRow(c, a, h).LogLikelihood);
        Assert.InRange(best, 1e-4, 0.11);
        Assert.Equal(best, KernelDensityEce.Compute(ConfidenceOrder.From(c, a), 0).Bandwidth, 1e-12);
    }

    [Fact]
    public void Narrow_kernels_see_the_nearest_row()
    {
        // Every density at another row underflows by far; in logarithms the nearest of the others decides: 0.2 (wrong) and
        // 0.3 (right) decide for each other, 0.3 for 0.7. |1 − 0.2| + |0 − 0.3| + |1 − 0.7|.
        var result = KernelDensityEce.Compute(ConfidenceOrder.From([0.2, 0.3, 0.7], [false, true, true]), 0, 1e-5);
        Assert.Equal(1.4 / 3, result.Expected, 1e-12);
    }

    [Fact]
    public void Rows_at_the_ends_see_only_their_ties()
    {
        // At 1: three right and one wrong, so a right row sees 2/3 and the wrong one 3/3. The row at 0 sees nobody.
        var alone = KernelDensityEce.Compute(ConfidenceOrder.From([1, 1, 1, 1, 0], [true, true, true, false, true]), 0);
        Assert.Equal(3 * (1.0 / 3) / 4, alone.Expected, 1e-12);
        Assert.Equal(Math.Sqrt(3.0 / 9 / 4), alone.RootMeanSquare, 1e-12);
        Assert.Equal((5, 1), (alone.RowsUsed, alone.RowsLeftOut));

        // A row inside sees those at both ends, equally at 1/2.
        var inside = KernelDensityEce.Compute(ConfidenceOrder.From([0, 0.5, 1], [true, true, false]), 0, 0.2);
        Assert.Equal((3, 2), (inside.RowsUsed, inside.RowsLeftOut));
        Assert.Equal(0, inside.Expected, 1e-12);
    }

    [Fact]
    public void Many_rows_are_sampled()
    {
        var (c, a) = Predictions.Sample(30_000, 3, 0.1, steps: 400);
        var order = ConfidenceOrder.From(c, a);
        var result = KernelDensityEce.Compute(order, 1);
        Assert.Equal(KernelDensityEce.MostRows, result.RowsUsed);
        Assert.Equal(result, KernelDensityEce.Compute(Predictions.Shuffled(c, a), 1));
        var other = KernelDensityEce.Compute(order, 2, 0.01);
        Assert.NotEqual(result.Expected, other.Expected);

        // What the rows were drawn with; a probability above 1 is 1.
        double truth = c.Average(value => Math.Abs(Math.Min(0.1 * Math.Sin(9 * value), 1 - value)));
        Assert.Equal(truth, other.Expected, 0.1 * truth);
    }

    [Fact]
    public void Samples_take_every_row_equally_often()
    {
        var order = ConfidenceOrder.From([0.1, 0.2, 0.2, 0.2, 0.9], [true, true, false, true, false]);
        var random = new SeededRandom(1);
        var hits = new double[3];
        for (int draw = 0; draw < 20_000; draw++)
        {
            var sample = ConfidenceBlocks.Sample(order, 2, random);
            Assert.Equal(2, sample.RowCount);
            Assert.Equal(2, sample.Counts.Sum());
            for (int i = 0; i < sample.Counts.Count; i++)
            {
                hits[sample.Confidence[i] < 0.15 ? 0 : sample.Confidence[i] < 0.5 ? 1 : 2] += sample.Counts[i] / 20_000.0;
            }
        }

        // Two of five rows: 0.4 each, with a standard error of 0.0035.
        Assert.Equal(0.4, hits[0], 0.015);
        Assert.Equal(1.2, hits[1], 0.02);
        Assert.Equal(0.4, hits[2], 0.015);
    }

    [Fact]
    public void Vector_paths_agree_to_the_bit()
    {
        var order = Predictions.Order(301, 4, 0.1);
        var expected = KernelDensityEce.Compute(order, 0, null, VectorPath.Portable);
        foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
        {
            Assert.Equal(expected, KernelDensityEce.Compute(order, 0, null, path));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.1)]
    public void Rows_without_others_have_no_estimate(double? bandwidth)
    {
        var none = KernelDensityEce.Compute(ConfidenceOrder.From([], []), 0, bandwidth);
        Assert.Equal(new(double.NaN, double.NaN, bandwidth ?? double.NaN, 0, 0), none);
        foreach (double c in new[] { 0, 0.5, 1 })
        {
            var one = KernelDensityEce.Compute(ConfidenceOrder.From([c], [true]), 0, bandwidth);
            Assert.Equal(new(double.NaN, double.NaN, bandwidth ?? double.NaN, 1, 1), one);
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var order = ConfidenceOrder.From([0.5, 0.6], [true, false]);
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelDensityEce.Compute(order, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelDensityEce.Compute(order, 0, double.NaN));
        Assert.Throws<ArgumentException>(() => KernelDensityEce.Compute(ConfidenceOrder.From([1.5], [true]), 0));
        Assert.Throws<OperationCanceledException>(() => KernelDensityEce.Compute(order, 0, null, new CancellationToken(true)));
    }

    private static (double Absolute, double RootMeanSquare, double LogLikelihood) RowByRow(double[] c, bool[] a, double h)
    {
        double absolute = 0;
        double square = 0;
        double likelihood = 0;
        int used = 0;
        for (int i = 0; i < c.Length; i++)
        {
            double all = 0;
            double hits = 0;
            for (int j = 0; j < c.Length; j++)
            {
                double kernel = j == i ? 0 : Beta.PDF((c[j] / h) + 1, ((1 - c[j]) / h) + 1, c[i]);
                all += kernel;
                hits += a[j] ? kernel : 0;
            }

            if (all > 0)
            {
                used++;
                likelihood += Math.Log(all);
                absolute += Math.Abs((hits / all) - c[i]);
                square += Math.Pow((hits / all) - c[i], 2);
            }
            else
            {
                likelihood -= 1e6;
            }
        }

        return (absolute / used, Math.Sqrt(square / used), likelihood);
    }
}
