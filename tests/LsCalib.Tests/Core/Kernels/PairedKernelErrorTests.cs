using LsCalib.Core.Comparison;
using LsCalib.Core.Kernels;
using LsCalib.Core.Scores;
using LsCalib.Tests.Core.Comparison;

namespace LsCalib.Tests.Core.Kernels;

public sealed class PairedKernelErrorTests
{
    [Theory]
    [InlineData(3, 2)]
    [InlineData(37, 5)]
    [InlineData(70, 3)]
    public void Values_and_variance_follow_their_definitions(int rows, int classes)
    {
        var (baseline, candidate) = Pairs.Of(rows, 5, 1, 2.5, 0.5, classes);
        var error = PairedKernelError.Of(candidate.Probabilities!, baseline.Probabilities!, baseline.Labels, 3);
        var (h, other) = (Pair(candidate), Pair(baseline));
        double n = rows;
        double value = 0;
        double squares = 0;
        double ofRows = 0;
        double change = 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                if (j == i)
                {
                    continue;
                }

                double g = h[i, j] - other[i, j];
                value += g / n / (n - 1);
                squares += g * g / n / (n - 1);
                change += Math.Abs(g) / n / (n - 1);
                for (int k = 0; k < rows; k++)
                {
                    ofRows += k == i || k == j ? 0 : g * (h[i, k] - other[i, k]) / n / (n - 1) / (n - 2);
                }
            }
        }

        double first = Math.Max(0, ofRows - (value * value));
        double second = Math.Max(0, squares - (2 * first) - (value * value));
        Assert.Equal(value, error.One - error.Other, 1e-13);
        Assert.Equal((4 * first / n) + (2 * second / n / n), error.Variance, 1e-13);
        Assert.Equal(change, error.Change, 1e-13);
        Assert.Equal(KernelCalibration.Estimate(baseline.Probabilities!, baseline.Labels, RowScaling.None, 3).Unbiased, error.Other, 1e-13);
    }

    [Theory]
    [InlineData(1, 1, 0.4, 0.8, 2.5)]
    [InlineData(1.5, 2.5, 0, 0.75, 1.3)]
    public void The_difference_scatters_over_samples_as_said(double baseline, double candidate, double noise, double least, double most)
    {
        var differences = new double[250];
        double variance = 0;
        for (int seed = 0; seed < differences.Length; seed++)
        {
            var (before, after) = Pairs.Of(250, seed, baseline, candidate, noise);
            var error = PairedKernelError.Of(after.Probabilities!, before.Probabilities!, before.Labels, 3);
            differences[seed] = error.One - error.Other;
            variance += error.Variance / differences.Length;
        }

        Assert.InRange(variance / Math.Pow(Spread.Of(differences), 2), least, most);
    }

    [Fact]
    public void Both_models_rows_are_dealt_to_the_same_blocks()
    {
        var (baseline, candidate) = Pairs.Of(600, 2, 1, 1.5);
        var error = PairedKernelError.Of(candidate.Probabilities!, baseline.Probabilities!, baseline.Labels, 3, 100);
        Assert.Equal(KernelCalibration.Estimate(candidate.Probabilities!, candidate.Labels, RowScaling.None, 3, blockRowCount: 100).Unbiased, error.One, 1e-13);
        Assert.Equal(KernelCalibration.Estimate(baseline.Probabilities!, baseline.Labels, RowScaling.None, 3, blockRowCount: 100).Unbiased, error.Other, 1e-13);
        Assert.True(error.Variance > 0);
        var same = PairedKernelError.Of(candidate.Probabilities!, candidate.Probabilities!, baseline.Labels, 3, 100);
        Assert.Equal((0, 0, 0), (same.One - same.Other, same.Variance, same.Change));
    }

    [Fact]
    public void A_worsening_is_judged_by_the_variance_that_it_would_have()
    {
        // As wide as it may move: no bound.
        var worsening = new KernelWorsening(new(0.004, 0.001, 1e-6, 4e-3) { Change = 1 });
        Assert.Equal(3, worsening.Excess(0), 1e-12);
        Assert.Equal(0.002 / Math.Sqrt(1e-6 + (4e-3 * 0.002)), worsening.Room(0.005), 1e-12);
        var interval = worsening.At(0.95)!;
        Assert.Equal(1.959963984540054, worsening.Excess(interval.Lower), 1e-9);
        Assert.Equal(1.959963984540054, worsening.Room(interval.Upper), 1e-9);
        Assert.True(worsening.Detectable(0.95) > interval.Upper - worsening.Value);

        // No farther than the pairs moved.
        var near = new KernelWorsening(new(0.001, 0.001, 1e-12, 4e-3) { Change = 1e-6, ChangeVariance = 1e-16 });
        Assert.True(near.Room(2e-6) > 10);
        Assert.Equal(1e-6, near.At(0.95)!.Upper, 1e-7);
    }

    /// <summary>h of every pair, γ that of the metric.</summary>
    private static double[,] Pair(RowResults results)
    {
        double factor = 1 / (2 * Math.Pow(KernelBandwidth.Median(results.Probabilities!, RowScaling.None, 3), 2));
        int n = results.RowCount;
        var p = new double[n][];
        for (int i = 0; i < n; i++)
        {
            results.Probabilities!.CopyRow(i, p[i] = new double[results.ClassCount]);
        }

        var h = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double product = 0;
                double distance = 0;
                for (int k = 0; k < results.ClassCount; k++)
                {
                    product += ((k == results.Labels[i] ? 1 : 0) - p[i][k]) * ((k == results.Labels[j] ? 1 : 0) - p[j][k]);
                    distance += (p[i][k] - p[j][k]) * (p[i][k] - p[j][k]);
                }

                h[i, j] = Math.Exp(-factor * distance) * product;
            }
        }

        return h;
    }
}
