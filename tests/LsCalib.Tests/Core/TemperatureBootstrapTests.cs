using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class TemperatureBootstrapTests
{
    private const int ResampleCount = 64;

    [Theory]
    [InlineData(150, 2, 2, false)]
    [InlineData(150, 2, 2, true)]
    [InlineData(2500, 2, 8, false)]
    [InlineData(1000, 10, 2, true)]
    [InlineData(700, 64, 4, false)]
    [InlineData(300, 100, 6, true)]
    public void Draws_are_the_temperatures_of_the_rows_drawn(int rows, int classes, double spread, bool isDouble)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1.5, spread, 8);
        AssertRefits(logits, labels, classes, isDouble, null);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(10, true)]
    [InlineData(100, false)]
    public void Groups_are_drawn_whole(int classes, bool isDouble)
    {
        var (logits, labels) = Samples.Calibrated(900, classes, 0.7, 3, 9);
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, 900).Select(row => row * row % 83)]);
        AssertRefits(logits, labels, classes, isDouble, groups);
    }

    [Fact]
    public void A_resample_without_an_optimum_is_infinite()
    {
        // Of 40 rows two are wrong: a resample without either of them goes to T = 0. With as many wrong as right, to T = ∞.
        var few = Enumerable.Range(0, 40).SelectMany(row => new[] { 1 + (row * 0.1f), 0 }).ToArray();
        AssertRefits(few, [.. Enumerable.Range(0, 40).Select(row => row % 20 == 3 ? 1 : 0)], 2, false, null, double.NegativeInfinity);
        AssertRefits(few, [.. Enumerable.Range(0, 40).Select(row => row % 20 < 9 ? 1 : 0)], 2, true, null, double.PositiveInfinity);
    }

    [Theory]
    [InlineData(3, 25)]
    [InlineData(3, 40)]
    [InlineData(5, 33)]
    [InlineData(9, 70)]
    public void A_root_at_the_centre_itself_needs_no_other_pass(int right, int groupCount)
    {
        // Every group has one wrong row, so that every resample has the sample's T of 1, but for rounding.
        int size = right + 1;
        int rows = size * groupCount;
        var logits = Enumerable.Range(0, rows).SelectMany(_ => new[] { 0, Math.Log(right) }).ToArray();
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % size == 0 ? 0 : 1)];
        var units = DrawnUnits.From(rows, RowGroups.From("g", [.. Enumerable.Range(0, rows).Select(row => row / size)]), null);
        using var source = new CancellationTokenSource();
        var derivatives = new NllDerivatives(ScoreMatrix.From(ScoreKind.Logits, logits, 2), labels, null, 1, 1, VectorPaths.Best, null, source.Token) { KeepsRows = true };
        derivatives.Sum(1);
        source.Cancel();
        var draws = TemperatureBootstrap.Run(derivatives, units, 1, 200, 3, 1, CancellationToken.None);
        Assert.All(draws.LogTemperatures, draw => Assert.Equal(0, draw, 1e-12));
    }

    [Theory]
    [InlineData(75, 3)]
    [InlineData(50, 1.5)]
    [InlineData(97, 30)]
    public void Equal_rows_have_the_temperatures_of_their_share_right(int right, double odds)
    {
        // 1/T is the log odds of the share right over those of the scores; with no more right than wrong there is no T.
        double[] logits = [.. Enumerable.Range(0, 100).SelectMany(_ => new[] { 0, Math.Log(odds) })];
        int[] labels = [.. Enumerable.Range(0, 100).Select(row => row < right ? 1 : 0)];
        var derivatives = new NllDerivatives(ScoreMatrix.From(ScoreKind.Logits, logits, 2), labels, null, 1, 1, VectorPaths.Best) { KeepsRows = true };
        var draws = TemperatureBootstrap.Run(derivatives, DrawnUnits.From(100, null, null), 1, 500, 7, 1, CancellationToken.None).LogTemperatures;
        for (int resample = 0; resample < draws.Length; resample++)
        {
            int drawn = Counts(100, 7, resample)[..right].Sum();
            double beta = Math.Log(drawn / (100.0 - drawn)) / Math.Log(odds);
            Assert.Equal(drawn <= 50 ? double.PositiveInfinity : -Math.Log(beta), draws[resample], 5e-7);
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(100)]
    public void A_resample_of_constant_scores_is_no_number(int classes)
    {
        // Four groups of five rows, only the first of scores that differ.
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, 20).Select(row => row / 5)]);
        float[] logits = [.. Enumerable.Range(0, 20 * classes).Select(i => i / classes < 5 && i % classes == 1 ? 2f : 0.5f)];
        int[] labels = [.. Enumerable.Range(0, 20).Select(row => row == 0 ? 0 : 1)];
        foreach (bool isDouble in new[] { false, true })
        {
            ScoreMatrix scores = isDouble ? ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(logits, value => (double)value), classes) : Samples.Logits(logits, classes);
            var fit = Fit(scores, labels, new() { ResampleCount = ResampleCount, Seed = 5, Groups = groups });
            int constant = 0;
            for (int resample = 0; resample < ResampleCount; resample++)
            {
                bool isConstant = Counts(4, 5, resample)[0] == 0;
                constant += isConstant ? 1 : 0;
                Assert.Equal(isConstant ? double.NaN : Math.Log(fit.Temperature), fit.Draws!.LogTemperatures[resample], 5e-7);
            }

            Assert.InRange(constant, 1, (ResampleCount / 2) - 1);
            Assert.Equal(fit.Temperature, fit.Interval!.Lower, 1e-6);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(5000)]
    public void Sums_are_of_the_units_drawn(int units)
    {
        var series = Enumerable.Range(0, units).Select(unit => new SlopeSeries
        {
            Slope = Math.Sin(unit),
            Curvature = 1 + Math.Cos(unit),
            Third = unit,
            Fourth = -1.0 / (unit + 1),
            Fifth = 1,
        }).ToArray();
        using var sums = new SeriesSums(units);
        foreach (int block in new[] { 40, 3 })
        {
            sums.Draw(series, 9, block);
            for (int lane = 0; lane < ResampleCounts.Lanes; lane++)
            {
                var counts = Counts(units, 9, (block * ResampleCounts.Lanes) + lane);
                double Sum(Func<SlopeSeries, double> of) => series.Select((s, unit) => counts[unit] * of(s)).Sum();
                var found = sums.Of(lane);
                Assert.Equal(Sum(s => s.Slope), found.Slope, 1e-9);
                Assert.Equal(Sum(s => s.Curvature), found.Curvature, 1e-9);
                Assert.Equal(Sum(s => s.Third), found.Third);
                Assert.Equal(Sum(s => s.Fourth), found.Fourth, 1e-9);
                Assert.Equal(units, found.Fifth);
            }
        }
    }

    [Fact]
    public void Resamples_depend_on_the_seed_and_not_on_the_threads()
    {
        var (logits, labels) = Samples.Calibrated(3000, 5, 1.5, 2, 3);
        double[] Draws(int threads, long seed) =>
            Fit(Samples.Logits(logits, 5), labels, new() { Threads = threads, ResampleCount = 200, Seed = seed }).Draws!.LogTemperatures;
        Assert.Equal(200, Draws(1, 4).Length);
        Assert.Equal(Draws(1, 4), Draws(3, 4));
        Assert.NotEqual(Draws(1, 4), Draws(1, 5));
    }

    [Fact]
    public void A_cross_fit_draws_as_a_fit_does()
    {
        var (logits, labels) = Samples.Calibrated(3000, 5, 1.5, 2, 3);
        var options = new TemperatureOptions { ResampleCount = 100, Seed = 1 };
        var draws = Fit(Samples.Logits(logits, 5), labels, options).Draws!.LogTemperatures;
        var cross = TemperatureScaling.CrossFit(Samples.Logits(logits, 5), labels, options).All.Draws!.LogTemperatures;
        for (int i = 0; i < draws.Length; i++)
        {
            Assert.Equal(draws[i], cross[i], 5e-7);
        }
    }

    [Fact]
    public void The_interval_is_of_the_draws_at_any_level_and_of_the_sandwich_without()
    {
        var (logits, labels) = Samples.Calibrated(2000, 4, 1.5, 2, 12);
        var fit = Fit(Samples.Logits(logits, 4), labels, new() { ResampleCount = 1000 });
        var sandwich = Fit(Samples.Logits(logits, 4), labels, new());
        Assert.Equal(sandwich.Temperature, fit.Temperature);
        Assert.Equal("bootstrap BCa, T refitted in each", fit.Interval!.Method);
        Assert.Equal("sandwich, normal in ln T", sandwich.Interval!.Method);
        Assert.Equal(fit.Interval, fit.IntervalAt(0.95));
        foreach (double level in new[] { 0.5, 0.8, 0.9, 0.99 })
        {
            double Width(TemperatureFit of) => Math.Log(of.IntervalAt(level)!.Upper / of.IntervalAt(level)!.Lower);
            Assert.InRange(Width(fit) / Width(sandwich), 0.85, 1.15);
            int inside = fit.Draws!.LogTemperatures.Count(draw => Math.Exp(draw) >= fit.IntervalAt(level)!.Lower && Math.Exp(draw) <= fit.IntervalAt(level)!.Upper);
            Assert.InRange(inside / 1000.0, level - 0.02, level + 0.02);
        }
    }

    [Fact]
    public void Draws_without_bias_and_skewness_have_percentiles_as_interval()
    {
        // 1001 draws of ln T, 0 to 1, half of the others below the estimate.
        var draws = new TemperatureDraws([.. Enumerable.Range(0, 1001).Select(i => i / 1000.0)], 0.4995 + 1e-9, [-1, 1], false);
        Assert.Equal(0.05, Math.Log(draws.Interval(0.9)!.Lower), 1e-3);
        Assert.Equal(0.95, Math.Log(draws.Interval(0.9)!.Upper), 1e-3);
    }

    [Fact]
    public void Skewness_moves_both_ends_up()
    {
        // Acceleration a = 6 / (6 · 6^1.5): lower at Φ(z / (1 − az)) for z = −1.6449, upper for +1.6449.
        double[] slopes = [2, -1, -1];
        double a = 6 / (6 * Math.Pow(6, 1.5));
        var draws = new TemperatureDraws([.. Enumerable.Range(0, 1000).Select(i => (i + 0.5) / 1000)], 0.5, slopes, false);
        double At(double z) => MathNet.Numerics.Distributions.Normal.CDF(0, 1, z / (1 - (a * z)));
        Assert.Equal(At(-1.6448536), Math.Log(draws.Interval(0.9)!.Lower), 1e-3);
        Assert.Equal(At(1.6448536), Math.Log(draws.Interval(0.9)!.Upper), 1e-3);
        Assert.True(At(-1.6448536) > 0.05 && At(1.6448536) > 0.95);
    }

    [Fact]
    public void An_end_among_resamples_without_an_optimum_is_open()
    {
        var logs = Enumerable.Range(0, 1001).Select(i => i < 100 ? double.NegativeInfinity : i > 990 ? double.PositiveInfinity : i / 1000.0).ToArray();
        var draws = new TemperatureDraws(logs, 0.4995, [-1, 1], false);
        Assert.Equal(0, draws.Interval(0.9)!.Lower);
        Assert.Equal(Math.Exp(0.95), draws.Interval(0.9)!.Upper, 2e-3);
        Assert.Equal(double.PositiveInfinity, draws.Interval(0.99)!.Upper);
    }

    /// <summary>Compares the draws with fits on data in which rows are repeated as often as they were drawn.</summary>
    private static void AssertRefits(float[] logits, int[] labels, int classes, bool isDouble, RowGroups? groups, double infinite = double.NaN)
    {
        ScoreMatrix Scores(float[] values) => isDouble ? ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(values, value => (double)value), classes) : Samples.Logits(values, classes);
        var fit = Fit(Scores(logits), labels, new() { ResampleCount = ResampleCount, Seed = 5, Groups = groups });
        var draws = fit.Draws!.LogTemperatures;
        int units = groups?.Count ?? labels.Length;
        int without = 0;
        for (int resample = 0; resample < ResampleCount; resample++)
        {
            var counts = Counts(units, 5, resample);
            int[] drawn = [.. Enumerable.Range(0, labels.Length).SelectMany(row => Enumerable.Repeat(row, counts[groups?.OfRow[row] ?? row]))];
            var refit = TemperatureScaling.Fit(Scores([.. drawn.SelectMany(row => logits[(row * classes)..((row + 1) * classes)])]), Array.ConvertAll(drawn, row => labels[row]));
            if (refit.Status == FitStatus.Converged)
            {
                Assert.InRange(Math.Exp(draws[resample]) / refit.Temperature, 1 - 5e-7, 1 + 5e-7);
            }
            else
            {
                Assert.Equal(infinite, draws[resample]);
                without++;
            }
        }

        Assert.Equal(!double.IsNaN(infinite), without > 0);
    }

    private static unsafe int[] Counts(int units, long seed, int resample)
    {
        var counts = new byte[units * ResampleCounts.Lanes];
        fixed (byte* target = counts)
        {
            ResampleCounts.Draw(target, units, seed, resample / ResampleCounts.Lanes);
        }

        return [.. Enumerable.Range(0, units).Select(unit => (int)counts[(unit * ResampleCounts.Lanes) + (resample % ResampleCounts.Lanes)])];
    }

    private static TemperatureFit Fit(ScoreMatrix scores, int[] labels, TemperatureOptions options) => TemperatureScaling.Fit(scores, labels, options);
}
