using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class WeightedTemperatureTests
{
    private const int Classes = 4;

    [Theory]
    [InlineData(300)]
    [InlineData(5000)]
    public void Whole_weights_give_the_temperature_of_repeated_rows(int rows)
    {
        var (logits, labels) = Samples.Calibrated(rows, Classes, 1.5, 2, 31);
        int[] counts = [.. Enumerable.Range(0, rows).Select(row => 1 + (row * row % 4))];
        int[] repeated = Repeated(counts);
        double direct = TemperatureScaling.Fit(Scores(logits, repeated), Take(labels, repeated)).Temperature;
        double weighted = Fit(logits, labels, new() { Weights = Weights(counts) }).Temperature;
        Assert.InRange(weighted / direct, 1 - 1e-10, 1 + 1e-10);
        Assert.NotInRange(weighted / TemperatureScaling.Fit(Samples.Logits(logits, Classes), labels).Temperature, 1 - 1e-5, 1 + 1e-5);
    }

    [Fact]
    public void Whole_weights_are_not_counts_for_the_interval_unless_groups_say_so()
    {
        var (logits, labels) = Samples.Calibrated(400, Classes, 1.5, 2, 32);
        int[] twos = [.. Enumerable.Repeat(2, 400)];
        int[] repeated = Repeated(twos);
        double Reach(TemperatureFit fit) => Math.Log(fit.Interval!.Upper / fit.Temperature);
        double direct = Reach(TemperatureScaling.Fit(Scores(logits, repeated), Take(labels, repeated)));
        Assert.Equal(Math.Sqrt(2) * direct, Reach(Fit(logits, labels, new() { Weights = Weights(twos) })), 1e-4 * direct);

        int[] counts = [.. Enumerable.Range(0, 400).Select(row => 1 + (row % 3))];
        repeated = Repeated(counts);
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, 400).Select(row => row % 90)]);
        foreach (int resamples in new[] { 0, 96 })
        {
            var weighted = Fit(logits, labels, new() { Weights = Weights(counts), Groups = groups, ResampleCount = resamples });
            var twice = TemperatureScaling.Fit(
                Scores(logits, repeated), Take(labels, repeated), new TemperatureOptions { Groups = RowGroups.From("g", Take(groups.OfRow, repeated)), ResampleCount = resamples });
            Assert.Equal(twice.Interval!.Lower, weighted.Interval!.Lower, 1e-6);
            Assert.Equal(twice.Interval.Upper, weighted.Interval.Upper, 1e-6);
        }
    }

    [Fact]
    public void The_sandwich_squares_weighted_slopes()
    {
        var (logits, labels) = Samples.Calibrated(500, Classes, 1.5, 2, 33);
        var weights = RowWeights.From("w", [.. Enumerable.Range(0, 500).Select(row => 0.2 + (row % 7))]);
        var fit = Fit(logits, labels, new() { Weights = weights });
        double beta = 1 / fit.Temperature;
        double slopes = 0;
        double squares = 0;
        double curvature = 0;
        var p = new double[Classes];
        for (int row = 0; row < 500; row++)
        {
            var z = logits.AsSpan(row * Classes, Classes);
            double mean = 0;
            double square = 0;
            for (int k = 0; k < Classes; k++)
            {
                p[k] = z[k];
            }

            Softmax.InPlace(p, beta);
            for (int k = 0; k < Classes; k++)
            {
                mean += p[k] * z[k];
                square += p[k] * z[k] * z[k];
            }

            double slope = weights.OfRow[row] * (mean - z[labels[row]]);
            slopes += slope;
            squares += slope * slope;
            curvature += weights.OfRow[row] * (square - (mean * mean));
        }

        Assert.Equal(0, slopes / (curvature * beta), 1e-10);
        double deviation = Math.Sqrt(squares) / (curvature * beta);
        Assert.Equal(deviation, Math.Log(fit.Interval!.Upper / fit.Temperature) / Intervals.NormalQuantile, 1e-3 * deviation);
    }

    [Fact]
    public void The_scale_of_weights_changes_nothing()
    {
        var (logits, labels) = Samples.Calibrated(700, Classes, 0.6, 2, 34);
        var weights = Enumerable.Range(0, 700).Select(row => 0.1 + (row % 11)).ToArray();
        TemperatureFit Scaled(double factor, int resamples) =>
            Fit(logits, labels, new() { Weights = RowWeights.From("w", [.. weights.Select(weight => factor * weight)]), ResampleCount = resamples });
        foreach (int resamples in new[] { 0, 64 })
        {
            Assert.Equal(Scaled(1, resamples).Temperature, Scaled(1e9, resamples).Temperature, 1e-11);
            Assert.Equal(Scaled(1, resamples).Interval!.Upper, Scaled(1e9, resamples).Interval!.Upper, 1e-6);
        }

        var equal = Fit(logits, labels, new() { Weights = RowWeights.From("w", [.. Enumerable.Repeat(3.0, 700)]) });
        Assert.Equal(Fit(logits, labels, new()).Interval!.Lower, equal.Interval!.Lower, 1e-11);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 96)]
    [InlineData(true, 0)]
    [InlineData(true, 96)]
    public void Rows_of_weight_0_might_as_well_not_be_there(bool isGrouped, int resamples)
    {
        var (logits, labels) = Samples.Calibrated(600, Classes, 1.5, 2, 35);
        double[] weights = [.. Enumerable.Range(0, 600).Select(row => row % 3 == 1 ? 0 : 1.0 + (row % 5))];
        int[] kept = [.. Enumerable.Range(0, 600).Where(row => weights[row] > 0)];

        // Groups 0, 7, 14, … have rows of weight 0 only.
        int[] groupOfRow = [.. Enumerable.Range(0, 600).Select(row => row % 3 == 1 && row > 300 ? 7 * (row % 5) : 1 + (7 * (row % 23)) + (row % 6))];
        var all = new TemperatureOptions { Weights = RowWeights.From("w", weights), ResampleCount = resamples, Groups = isGrouped ? RowGroups.From("g", groupOfRow) : null };
        var few = all with { Weights = RowWeights.From("w", Take(weights, kept)), Groups = isGrouped ? RowGroups.From("g", Take(groupOfRow, kept)) : null };
        void AssertSame(TemperatureFit expected, TemperatureFit actual)
        {
            Assert.Equal(FitStatus.Converged, expected.Status);
            Assert.Equal(expected.RowCount, actual.RowCount);
            Assert.Equal(expected.Temperature, actual.Temperature, 1e-10);
            Assert.Equal(expected.Interval!.Lower, actual.Interval!.Lower, 1e-6);
            Assert.Equal(expected.Interval.Upper, actual.Interval.Upper, 1e-6);
        }

        AssertSame(TemperatureScaling.Fit(Scores(logits, kept), Take(labels, kept), few), Fit(logits, labels, all));
        var expectedFolds = TemperatureScaling.CrossFit(Scores(logits, kept), Take(labels, kept), few);
        var folds = TemperatureScaling.CrossFit(Samples.Logits(logits, Classes), labels, all);
        AssertSame(expectedFolds.All, folds.All);
        Assert.Equal(expectedFolds.FoldOfRow, Take(folds.FoldOfRow, kept));
        for (int fold = 0; fold < TemperatureScaling.FoldCount; fold++)
        {
            Assert.Equal(expectedFolds.Folds[fold].RowCount, folds.Folds[fold].RowCount);
            Assert.Equal(expectedFolds.Folds[fold].Temperature, folds.Folds[fold].Temperature, 1e-10);
        }
    }

    [Fact]
    public void A_wrong_row_of_weight_0_does_not_keep_the_others_from_being_separable()
    {
        float[] logits = [2, 0, 3, 0, 1, 0, 0, 1];
        int[] labels = [0, 0, 0, 0];
        var fit = TemperatureScaling.Fit(Samples.Logits(logits, 2), labels, new TemperatureOptions { Weights = Weights([1, 2, 3, 0]) });
        Assert.Equal(FitStatus.Separable, fit.Status);
        Assert.Contains("all 3 rows", fit.Reason, StringComparison.Ordinal);
        Assert.Equal(FitStatus.Converged, TemperatureScaling.Fit(Samples.Logits(logits, 2), labels).Status);
    }

    [Fact]
    public void Too_few_rows_or_groups_of_some_weight_are_not_cross_fitted()
    {
        var (logits, labels) = Samples.Calibrated(200, Classes, 1.5, 2, 36);
        var weights = Weights([.. Enumerable.Range(0, 200).Select(row => row < 49 ? 1 : 0)]);
        var few = TemperatureScaling.CrossFit(Samples.Logits(logits, Classes), labels, new TemperatureOptions { Weights = weights });
        Assert.Equal(FitStatus.TooFewRows, few.Failure!.Status);
        Assert.Contains("49 rows", few.Failure.Reason, StringComparison.Ordinal);
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, 200).Select(row => row / 12)]);
        var fewer = TemperatureScaling.CrossFit(
            Samples.Logits(logits, Classes), labels, new TemperatureOptions { Weights = Weights([.. Enumerable.Range(0, 200).Select(row => row < 48 ? 1 : 0)]), Groups = groups });
        Assert.Contains("4 groups", fewer.Failure!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(80)]
    public void A_weighted_resample_counts_its_rows_as_often_as_drawn_times_their_weight(int classes)
    {
        var (logits, labels) = Samples.Calibrated(400, classes, 1.5, 2, 37);
        double[] weights = [.. Enumerable.Range(0, 400).Select(row => 0.5 + (row % 6))];
        var scores = Samples.Logits(logits, classes);
        var draws = TemperatureScaling.Fit(scores, labels, new TemperatureOptions { Weights = RowWeights.From("w", weights), ResampleCount = 32, Seed = 2 }).Draws!;
        var counts = Counts(400, 2);
        for (int resample = 0; resample < 32; resample++)
        {
            double[] drawn = [.. Enumerable.Range(0, 400).Select(row => counts[(row * ResampleCounts.Lanes) + resample] * weights[row])];
            double refit = TemperatureScaling.Fit(scores, labels, new TemperatureOptions { Weights = RowWeights.From("w", drawn) }).Temperature;
            Assert.InRange(Math.Exp(draws.LogTemperatures[resample]) / refit, 1 - 5e-7, 1 + 5e-7);
        }
    }

    [Fact]
    public void Weights_and_groups_of_other_rows_are_refused()
    {
        var scores = Samples.Logits(new float[8], Classes);
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit(scores, [0, 1], new TemperatureOptions { Weights = Weights([1, 1, 1]) }));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.CrossFit(scores, [0, 1], new TemperatureOptions { Groups = RowGroups.From("g", [0, 1, 2]) }));
    }

    private static TemperatureFit Fit(float[] logits, int[] labels, TemperatureOptions options) => TemperatureScaling.Fit(Samples.Logits(logits, Classes), labels, options);

    private static RowWeights Weights(int[] counts) => RowWeights.From("w", [.. counts.Select(count => (double)count)]);

    private static int[] Repeated(int[] counts) => [.. Enumerable.Range(0, counts.Length).SelectMany(row => Enumerable.Repeat(row, counts[row]))];

    private static T[] Take<T>(T[] values, int[] rows) => Array.ConvertAll(rows, row => values[row]);

    private static ScoreMatrix<float> Scores(float[] logits, int[] rows) =>
        Samples.Logits([.. rows.SelectMany(row => logits[(row * Classes)..((row + 1) * Classes)])], Classes);

    private static unsafe byte[] Counts(int units, long seed)
    {
        var counts = new byte[units * ResampleCounts.Lanes];
        fixed (byte* target = counts)
        {
            ResampleCounts.Draw(target, units, seed, 0);
        }

        return counts;
    }
}
