using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class ProfileIntervalTests
{
    [Theory]
    [InlineData(60, 2, 0.95, "")]
    [InlineData(500, 3, 0.95, "")]
    [InlineData(500, 3, 0.5, "weights")]
    [InlineData(500, 10, 0.99, "groups")]
    [InlineData(400, 100, 0.9, "weights, groups")]
    public void Both_ends_solve_the_scaled_likelihood_equation(int rows, int classes, double level, string kinds)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1.5, 2, 40);
        var weights = kinds.Contains("weights", StringComparison.Ordinal) ? RowWeights.From("w", [.. Enumerable.Range(0, rows).Select(row => row % 4 * 1.3)]) : null;
        var groups = kinds.Contains("groups", StringComparison.Ordinal) ? RowGroups.From("g", [.. Enumerable.Range(0, rows).Select(row => row * row % 37)]) : null;
        var options = new TemperatureOptions { Weights = weights, Groups = groups };
        var scores = Samples.Logits(logits, classes);
        var fit = TemperatureScaling.Fit(scores, labels, options);
        var interval = ProfileInterval.Compute(scores, labels, fit, options, level)!;

        var (least, slopes, curvatures) = Rows(logits, labels, classes, 1 / fit.Temperature);
        double Weight(int row) => weights?.OfRow[row] ?? 1;
        double h = Enumerable.Range(0, rows).Sum(row => Weight(row) * curvatures[row]);
        var units = Enumerable.Range(0, rows).Where(row => Weight(row) > 0).GroupBy(row => groups?.OfRow[row] ?? row).ToList();
        double j = units.Sum(unit => Math.Pow(unit.Sum(row => Weight(row) * slopes[row]), 2)) * (groups is null ? 1 : units.Count / (units.Count - 1.0));
        Assert.Equal(0, Enumerable.Range(0, rows).Sum(row => Weight(row) * slopes[row]), 1e-9 * h);
        double quantile = level switch { 0.5 => 0.4549364231195727, 0.9 => 2.705543454095404, 0.95 => 3.841458820694124, _ => 6.634896601021213 };
        foreach (double end in new[] { interval.Lower, interval.Upper })
        {
            var nll = Rows(logits, labels, classes, 1 / end).Nll;
            double difference = Enumerable.Range(0, rows).Sum(row => Weight(row) * (nll[row] - least[row]));
            Assert.Equal(quantile, 2 * difference * h / j, 1e-7);
        }

        Assert.True(interval.Lower < fit.Temperature && fit.Temperature < interval.Upper);
        Assert.StartsWith(ProfileInterval.Method, interval.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void With_many_rows_it_is_the_sandwich_interval()
    {
        var (logits, labels) = Samples.Calibrated(40_000, 3, 1.5, 2, 41);
        var scores = Samples.Logits(logits, 3);
        var fit = TemperatureScaling.Fit(scores, labels);
        var interval = ProfileInterval.Compute(scores, labels, fit, new())!;
        double half = Math.Log(fit.Interval!.Upper / fit.Temperature);
        Assert.Equal(1, Math.Log(interval.Upper / fit.Temperature) / half, 0.01);
        Assert.Equal(1, Math.Log(fit.Temperature / interval.Lower) / half, 0.01);
        Assert.NotEqual(interval.Upper, fit.Interval.Upper, 1e-6);
    }

    [Fact]
    public void Rows_told_to_be_copies_leave_the_interval_as_it_was()
    {
        var (logits, labels) = Samples.Calibrated(400, 3, 1.5, 2, 42);
        var scores = Samples.Logits(logits, 3);
        var fit = TemperatureScaling.Fit(scores, labels);
        var once = ProfileInterval.Compute(scores, labels, fit, new())!;
        var fourTimes = Samples.Logits([.. Enumerable.Repeat(logits, 4).SelectMany(values => values)], 3);
        int[] labelsFourTimes = [.. Enumerable.Repeat(labels, 4).SelectMany(values => values)];
        var grouped = new TemperatureOptions { Groups = RowGroups.From("g", [.. Enumerable.Range(0, 1600).Select(row => row % 400)]) };
        var copies = ProfileInterval.Compute(fourTimes, labelsFourTimes, fit, grouped)!;
        double wider = Math.Sqrt(400.0 / 399);
        Assert.Equal(wider, Math.Log(copies.Upper / copies.Lower) / Math.Log(once.Upper / once.Lower), 1e-4);
        var independent = ProfileInterval.Compute(fourTimes, labelsFourTimes, fit, new())!;
        Assert.InRange(Math.Log(independent.Upper / independent.Lower) / Math.Log(once.Upper / once.Lower), 0.48, 0.52);
    }

    [Fact]
    public void Rows_of_weight_0_might_as_well_not_be_there()
    {
        var (logits, labels) = Samples.Calibrated(300, 3, 1.5, 2, 43);
        var weighted = new TemperatureOptions { Weights = RowWeights.From("w", [.. Enumerable.Range(0, 300).Select(row => row < 200 ? 3.0 : 0)]) };
        var all = Interval(Samples.Logits(logits, 3), labels, weighted)!;
        var first = Interval(Samples.Logits(logits[..600], 3), labels[..200], new())!;
        Assert.Equal(first.Lower, all.Lower, 1e-9);
        Assert.Equal(first.Upper, all.Upper, 1e-9);
    }

    [Fact]
    public void An_end_beyond_the_temperatures_searched_is_0_or_infinite()
    {
        // Of 40 rows 18 are wrong: scores that tell nothing would explain them as well.
        double[] few = [.. Enumerable.Range(0, 40).SelectMany(row => new[] { 1 + (row * 0.1), 0 })];
        int[] labels = [.. Enumerable.Range(0, 40).Select(row => row % 20 < 9 ? 1 : 0)];
        var interval = Interval(ScoreMatrix.From(ScoreKind.Logits, few, 2), labels, new())!;
        Assert.True(double.IsPositiveInfinity(interval.Upper));
        Assert.InRange(interval.Lower, 0.1, 100);

        int[] mostlyRight = [.. Enumerable.Range(0, 40).Select(row => row % 20 == 3 ? 1 : 0)];
        double T(double scale) => TemperatureScaling.Fit(ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(few, z => scale * z), 2), mostlyRight).Temperature;
        double least = 1.2 * TemperatureScaling.SmallestTemperature / T(1);
        var low = Interval(ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(few, z => least * z), 2), mostlyRight, new())!;
        Assert.Equal(0, low.Lower);
        Assert.InRange(low.Upper, TemperatureScaling.SmallestTemperature, 1);
    }

    [Fact]
    public void Higher_levels_hold_lower_ones_and_skewness_shows()
    {
        var (logits, labels) = Samples.Calibrated(50, 2, 1.5, 2, 45);
        var scores = Samples.Logits(logits, 2);
        var fit = TemperatureScaling.Fit(scores, labels);
        var intervals = new[] { 0.5, 0.8, 0.95, 0.99 }.Select(level => ProfileInterval.Compute(scores, labels, fit, new(), level)!).ToList();
        Assert.All(intervals.Zip(intervals.Skip(1)), pair => Assert.True(pair.Second.Lower < pair.First.Lower && pair.First.Upper < pair.Second.Upper));
        Assert.True(Math.Log(intervals[3].Upper / fit.Temperature) > 1.1 * Math.Log(fit.Temperature / intervals[3].Lower));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(33)]
    public void Every_vector_width_and_thread_count_gives_the_same_bits(int classes)
    {
        var (logits, labels) = Samples.Calibrated(2000, classes, 1.5, 2, 46);
        var scores = Samples.Logits(logits, classes);
        var fit = TemperatureScaling.Fit(scores, labels);
        Interval Of(VectorPath path, int threads) => ProfileInterval.Compute(scores, labels, fit, new() { Threads = threads }, 0.95, path, default)!;
        foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
        {
            Assert.Equal(Of(VectorPath.Portable, 1), Of(path, 1));
            Assert.Equal(Of(VectorPath.Portable, 1), Of(path, 3));
        }
    }

    [Fact]
    public void Without_a_temperature_or_with_a_single_group_there_is_none()
    {
        var right = Samples.Logits([1, 0, 0, 2], 2);
        Assert.Null(Interval(right, [0, 1], new()));
        var (logits, labels) = Samples.Calibrated(100, 3, 1.5, 2, 47);
        Assert.Null(Interval(Samples.Logits(logits, 3), labels, new() { Groups = RowGroups.From("g", new int[100]) }));
    }

    [Fact]
    public void It_covers_the_best_temperature_of_a_model_that_none_makes_right()
    {
        // Rows of two temperatures: the best single one is that of very many rows.
        const int Rows = 150;
        const int Draws = 400;
        var (many, manyLabels) = Mixed(60_000, 1000);
        double best = TemperatureScaling.Fit(Samples.Logits(many, 3), manyLabels).Temperature;
        int covered = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            var (logits, labels) = Mixed(Rows, 2000 + draw);
            var interval = Interval(Samples.Logits(logits, 3), labels, new())!;
            covered += interval.Lower <= best && best <= interval.Upper ? 1 : 0;
        }

        Assert.InRange((double)covered / Draws, 0.92, 0.975);
    }

    private static (float[] Logits, int[] Labels) Mixed(int rows, long seed)
    {
        var (cold, coldLabels) = Samples.Calibrated(rows / 2, 3, 0.6, 2, 2 * seed);
        var (warm, warmLabels) = Samples.Calibrated(rows / 2, 3, 3, 2, (2 * seed) + 1);
        return ([.. cold, .. warm], [.. coldLabels, .. warmLabels]);
    }

    private static Interval? Interval(ScoreMatrix scores, int[] labels, TemperatureOptions options) =>
        ProfileInterval.Compute(scores, labels, TemperatureScaling.Fit(scores, labels, options), options);

    /// <summary>NLL of each row with its first two derivatives in β, by plain sums.</summary>
    private static (double[] Nll, double[] Slope, double[] Curvature) Rows(float[] logits, int[] labels, int classes, double beta)
    {
        var (nll, slope, curvature) = (new double[labels.Length], new double[labels.Length], new double[labels.Length]);
        for (int row = 0; row < labels.Length; row++)
        {
            var z = logits.AsSpan(row * classes, classes);
            double sum = 0;
            double mean = 0;
            double square = 0;
            foreach (float value in z)
            {
                double e = Math.Exp(beta * ((double)value - z[labels[row]]));
                sum += e;
                mean += e * value;
                square += e * value * value;
            }

            nll[row] = Math.Log(sum);
            slope[row] = (mean / sum) - z[labels[row]];
            curvature[row] = (square / sum) - (mean / sum * (mean / sum));
        }

        return (nll, slope, curvature);
    }
}
