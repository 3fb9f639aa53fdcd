using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;

namespace LsCalib.Tests.Core.Resampling;

/// <summary>
/// Coverage of 90 % intervals at a known calibration error. 200 simulations have a standard error of 2 percentage points,
/// so the bounds are wide; the benchmarks' "coverage" measures closely.
/// </summary>
public sealed class IntervalTests
{
    private const int Simulations = 200;

    [Theory]
    [InlineData(0)]
    [InlineData(0.03)]
    [InlineData(0.1)]
    public void Intervals_hold_the_true_error(double error)
    {
        string[] keys = ["ece-15", "ece-15-mass", "rmsce-15", "l2-debiased-15", "gap", "accuracy"];
        double[] truth = [error, error, error, error, -error, 0.575 - error];
        var held = new int[keys.Length];
        for (int i = 0; i < Simulations; i++)
        {
            var set = new MetricSet(Seed: i) { Keys = keys, ResampleCount = 200, Level = 0.9 };
            var evaluation = set.Compute(Model(1000, error, i));
            for (int k = 0; k < keys.Length; k++)
            {
                var interval = evaluation[keys[k]].Interval!;
                held[k] += interval.Lower <= truth[k] && truth[k] <= interval.Upper ? 1 : 0;
            }
        }

        for (int k = 0; k < keys.Length; k++)
        {
            Assert.True(held[k] >= 0.82 * Simulations, $"{keys[k]}: {held[k]} of {Simulations}");
        }
    }

    [Fact]
    public void An_interval_holds_its_estimate_and_stays_above_zero()
    {
        for (int i = 0; i < 20; i++)
        {
            var evaluation = new MetricSet(Seed: i) { ResampleCount = 100, Keys = ["ece-15", "mce-15", "mce-15-min10", "rmsce-15-mass", "ece-15-over", "ece-15-under", "sweep-ece"] }
                .Compute(Model(60, 0.05, i));
            foreach (var (info, measurement) in evaluation.Metrics)
            {
                if (!double.IsNaN(measurement.Value))
                {
                    Assert.InRange(measurement.Interval!.Lower, 0, measurement.Value);
                    Assert.InRange(measurement.Interval.Upper, measurement.Value, 1);
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.12)]
    public void The_smooth_error_has_an_interval(double error)
    {
        // Gaps three times as large are tried too: there smoothing leaves residuals of one sign, whose search must end.
        var interval = new MetricSet { Keys = ["smooth-ece"], ResampleCount = 200 }.Compute(Model(5000, error, 3))["smooth-ece"].Interval!;
        Assert.InRange(error, interval.Lower, interval.Upper);
        Assert.InRange(interval.Upper - interval.Lower, 0.005, 0.04);
    }

    [Fact]
    public void The_interval_of_a_mean_leans_to_its_long_tail()
    {
        var random = new SeededRandom(2);
        var values = Enumerable.Range(0, 300).Select(_ => -Math.Log(1 - random.NextDouble())).ToArray();
        double mean = values.Average();
        var draws = Enumerable.Range(0, 4000).Select(_ => Enumerable.Range(0, 300).Average(_ => values[random.NextInt(300)])).ToArray();
        var interval = ResampleIntervals.OfMean(draws, values, 0.95)!;
        Assert.True(interval.Upper - mean > mean - interval.Lower);
        double error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean))) / 300;
        Assert.Equal(1.96 * error, (interval.Upper - interval.Lower) / 2, 0.1 * error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.31)]
    [InlineData(1)]
    public void Selection_finds_the_order_statistic(double level)
    {
        var random = new SeededRandom(6);
        var values = Enumerable.Range(0, 501).Select(_ => Math.Round(random.NextGaussian(), 1)).ToArray();
        var sorted = values.Order().ToArray();
        Assert.Equal(sorted[(int)Math.Round(level * 500)], Quantiles.Select(values, level));
    }

    /// <summary>Confidences spread over 0.2 to 0.95, accuracy lower by the error everywhere.</summary>
    private static ConfidenceOrder Model(int rows, double error, long seed)
    {
        var random = new SeededRandom(seed, 77);
        var confidences = new double[rows];
        var correct = new bool[rows];
        for (int i = 0; i < rows; i++)
        {
            confidences[i] = 0.2 + (0.75 * ((random.NextDouble() + random.NextDouble()) / 2));
            correct[i] = random.NextDouble() < confidences[i] - error;
        }

        return ConfidenceOrder.From(confidences, correct);
    }
}
