using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class TemperatureScalingTests
{
    [Theory]
    [InlineData(0.4, 5)]
    [InlineData(1.0, 10)]
    [InlineData(2.5, 3)]
    [InlineData(40, 10)]
    public void A_known_temperature_is_recovered_within_its_interval(double temperature, int classes)
    {
        var (logits, labels) = Samples.Calibrated(20_000, classes, temperature, 2, 11);
        var fit = TemperatureScaling.Fit(Samples.Logits(logits, classes), labels);
        Assert.Equal(FitStatus.Converged, fit.Status);
        double deviation = Math.Log(fit.Interval!.Upper / fit.Temperature) / Intervals.NormalQuantile;
        Assert.InRange(Math.Abs(Math.Log(fit.Temperature / temperature)) / deviation, 0, 4);
    }

    [Fact]
    public void Two_rows_have_a_closed_form()
    {
        // Two classes, gap 1: one row right, one wrong, and two more right: the right share 3/4 = sigmoid(1/T), T = 1 / ln 3.
        var scores = ScoreMatrix.From(ScoreKind.Logits, new double[] { 1, 0, 1, 0, 1, 0, 1, 0 }, 2);
        var fit = TemperatureScaling.Fit(scores, [0, 0, 0, 1]);
        Assert.Equal(1 / Math.Log(3), fit.Temperature, 1e-12);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(70)]
    public void Every_vector_width_and_thread_count_gives_the_same_bits(int classes)
    {
        var (logits, labels) = Samples.Calibrated(15_000, classes, 1.5, 2, 5);
        var scores = Samples.Logits(logits, classes);
        double reference = TemperatureScaling.Fit(scores, labels, 1, VectorPath.Portable).Temperature;
        foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
        {
            Assert.Equal(reference, TemperatureScaling.Fit(scores, labels, 1, path).Temperature);
            Assert.Equal(reference, TemperatureScaling.Fit(scores, labels, 3, path).Temperature);
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public void The_slope_at_the_optimum_is_nothing_but_rounding(int classes)
    {
        var (logits, labels) = Samples.Calibrated(5_000, classes, 3, 2, 5);
        var scores = Samples.Logits(logits, classes);
        double beta = 1 / TemperatureScaling.Fit(scores, labels).Temperature;
        var moments = new NllDerivatives(scores, labels, null, 1, 1, VectorPaths.Best).Sum(beta);
        Assert.InRange(Math.Abs(moments.Slope / (moments.Curvature * beta)), 0, 1e-11);
    }

    [Fact]
    public void Derivatives_agree_with_finite_differences()
    {
        var (logits, labels) = Samples.Calibrated(300, 6, 1, 2, 9);
        var derivatives = new NllDerivatives(Samples.Logits(logits, 6), labels, null, 1, 1, VectorPaths.Best);
        const double H = 1e-4;
        var at = derivatives.Sum(0.8);
        var above = derivatives.Sum(0.8 + H);
        var below = derivatives.Sum(0.8 - H);
        Assert.Equal((above.Slope - below.Slope) / (2 * H), at.Curvature, Math.Abs(at.Curvature) * 1e-6);
        Assert.Equal((above.Curvature - below.Curvature) / (2 * H), at.Third, Math.Abs(at.Curvature) * 1e-6);
        Assert.Equal((above.Third - below.Third) / (2 * H), at.Fourth, Math.Abs(at.Curvature) * 1e-5);
        Assert.Equal((above.Fourth - below.Fourth) / (2 * H), at.Fifth, Math.Abs(at.Curvature) * 1e-4);
    }

    [Fact]
    public void Rows_all_classified_right_have_no_temperature()
    {
        foreach (float scale in new[] { 0.001f, 1f, 1e7f })
        {
            var scores = ScoreMatrix.From(ScoreKind.Logits, new[] { 2 * scale, 0, scale, 0, 0, 3 * scale }, 2);
            var fit = TemperatureScaling.Fit(scores, [0, 0, 1]);
            Assert.Equal(FitStatus.Separable, fit.Status);
            Assert.True(double.IsNaN(fit.Temperature));
        }
    }

    [Fact]
    public void Equal_scores_have_no_temperature() =>
        Assert.Equal(FitStatus.Constant, TemperatureScaling.Fit(ScoreMatrix.From(ScoreKind.Logits, new float[] { 1, 1, 2, 2 }, 2), [0, 1]).Status);

    [Fact]
    public void Scores_that_point_away_from_the_labels_have_no_temperature() =>
        Assert.Equal(FitStatus.AntiCorrelated, TemperatureScaling.Fit(ScoreMatrix.From(ScoreKind.Logits, new float[] { 2, 0, 0, 1, 1, 0 }, 2), [1, 0, 0]).Status);

    [Theory]
    [InlineData(1e-5f)]
    [InlineData(1e5f)]
    public void An_optimum_outside_the_search_is_at_a_bound(float scale)
    {
        // The optimum is T = scale / ln 3.
        var scores = ScoreMatrix.From(ScoreKind.Logits, new[] { scale, 0, scale, 0, scale, 0, scale, 0 }, 2);
        var fit = TemperatureScaling.Fit(scores, [0, 0, 0, 1]);
        Assert.Equal(FitStatus.AtBound, fit.Status);
        Assert.Contains(scale < 1 ? "below" : "above", fit.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Rows_whose_true_class_has_probability_0_do_not_bear_on_the_temperature(int threads)
    {
        var (logits, labels) = Samples.Calibrated(900, 4, 1.7, 2, 5);
        double[] p = [.. logits];
        for (int i = 0; i < 900; i++)
        {
            Softmax.InPlace(p.AsSpan(i * 4, 4));
        }

        var without = TemperatureScaling.Fit(Samples.Probabilities(p, 4), labels, threads);
        double[] certain = [0, 0.7, 0.3, 0];
        int[] all = [.. labels, .. Enumerable.Range(0, 100).Select(i => 3 * (i % 2))];
        var scores = Samples.Probabilities([.. p, .. Enumerable.Range(0, 100).SelectMany(_ => certain)], 4);
        var fit = TemperatureScaling.Fit(scores, all, threads);
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal(without.Temperature, fit.Temperature, 1e-12);
        Assert.Equal(without.Interval!.Lower, fit.Interval!.Lower, 1e-12);
        Assert.Equal(1000, fit.RowCount);

        // Nor does the loss of these rows depend on it: the temperature is where the reported NLL is least.
        double Nll(double temperature) => StatisticsPass.Run(scores.ToLogits(), all, RowScaling.ByTemperature(temperature), 1).Nll.Average();
        Assert.True(Nll(fit.Temperature) < Math.Min(Nll(fit.Temperature * 1.001), Nll(fit.Temperature / 1.001)));
        var scaled = StatisticsPass.Run(scores.ToLogits(), all, RowScaling.ByTemperature(5), 1);
        Assert.Equal(100, scaled.ZeroProbabilityRowCount);
        Assert.All(scaled.Nll[900..], loss => Assert.Equal(52 * Math.Log(2), loss, 1e-12));
    }

    [Fact]
    public void Tiny_probabilities_are_not_clipped()
    {
        // ln p of the true class of the first row is far below the epsilon of a float, and it is no 0.
        float[] p = [1e-20f, 1, .. Enumerable.Repeat(new[] { 0.9f, 0.1f }, 60).SelectMany(row => row)];
        double[] logits = [.. p.Select(value => Math.Log(value))];
        int[] labels = new int[61];
        var fit = TemperatureScaling.Fit(ScoreMatrix.From(ScoreKind.Probabilities, p, 2), labels);
        double direct = TemperatureScaling.Fit(ScoreMatrix.From(ScoreKind.Logits, logits, 2), labels).Temperature;
        Assert.InRange(fit.Temperature / direct, 1 - 1e-6, 1 + 1e-6);
    }

    [Fact]
    public void Why_there_is_no_temperature_is_said_of_the_rows_that_one_could_change()
    {
        var trees = Samples.Probabilities([1, 0, 0, 1, 1, 0], 2);
        var fit = TemperatureScaling.Fit(trees, [0, 1, 1]);
        Assert.Equal(FitStatus.Separable, fit.Status);
        Assert.Contains("apart from 1 whose true class has probability 0", fit.Reason, StringComparison.Ordinal);
        Assert.Contains("every row has probability 0", TemperatureScaling.Fit(trees, [1, 0, 1]).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Cross_fitted_folds_are_the_fits_without_their_rows()
    {
        var (logits, labels) = Samples.Calibrated(700, 4, 1.6, 2, 21);
        var scores = Samples.Logits(logits, 4);
        var cross = TemperatureScaling.CrossFit(scores, labels, seed: 3);
        Assert.Null(cross.Failure);
        Assert.Equal(TemperatureScaling.Fit(scores, labels).Temperature, cross.All.Temperature, 1e-11);
        for (int fold = 0; fold < 5; fold++)
        {
            var rows = Enumerable.Range(0, 700).Where(i => cross.FoldOfRow[i] != fold).ToArray();
            var kept = rows.SelectMany(i => logits.AsSpan(i * 4, 4).ToArray()).ToArray();
            double direct = TemperatureScaling.Fit(Samples.Logits(kept, 4), [.. rows.Select(i => labels[i])]).Temperature;
            Assert.InRange(Math.Abs((cross.Folds[fold].Temperature / direct) - 1), 0, 1e-10);
        }
    }

    [Fact]
    public void Folds_are_stratified_even_and_seeded()
    {
        var labels = Enumerable.Range(0, 503).Select(i => i % 7 == 0 ? 1 : 0).ToArray();
        var folds = Folds.Stratified(labels, 2, 5, 1);
        for (int k = 0; k < 2; k++)
        {
            var counts = folds.Where((_, i) => labels[i] == k).GroupBy(fold => fold).Select(group => group.Count()).ToList();
            Assert.Equal(5, counts.Count);
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }

        Assert.Equal(folds, Folds.Stratified(labels, 2, 5, 1));
        Assert.NotEqual(folds, Folds.Stratified(labels, 2, 5, 2));
    }

    [Fact]
    public void Few_rows_are_not_cross_fitted() =>
        Assert.Equal(FitStatus.TooFewRows, TemperatureScaling.CrossFit(Samples.Logits(new float[98], 2), new int[49], 0).Failure!.Status);

    [Fact]
    public void Probabilities_with_a_zero_true_class_still_have_a_temperature()
    {
        // 98 rows right at .9, one wrong, one that gives its class no chance and so tells nothing of T.
        var rows = Enumerable.Repeat(new[] { 0.9, 0.1 }, 99).Append([0.0, 1.0]).SelectMany(row => row).ToArray();
        var labels = new int[100];
        labels[98] = 1;
        var fit = TemperatureScaling.Fit(Samples.Probabilities(rows, 2), labels);
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal(Math.Log(9) / Math.Log(98), fit.Temperature, 1e-12);
    }
}
