using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.ProperScores;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.ProperScores;

public sealed class ProperScoreSplitsTests
{
    [Fact]
    public void Parts_and_standard_error_by_hand()
    {
        // Differences 1, 0, 2: mean 1, variance 1, standard error √(1/3).
        var split = ProperScoreSplit.Of([3, 1, 5], [2, 1, 3]);
        Assert.Equal(new(3, 1, 2, Math.Sqrt(1.0 / 3), 3), split);
        Assert.True(double.IsNaN(ProperScoreSplit.Of([1], [1]).StandardError));
        Assert.True(double.IsNaN(ProperScoreSplit.Of([], []).Loss));
        Assert.Throws<ArgumentException>(() => ProperScoreSplit.Of([1], []));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    public void A_calibrated_model_has_no_calibration_part(int classes)
    {
        var (scores, statistics, fit, _) = Sample(4000, classes, 1, 3);
        var temperature = ProperScoreSplits.ByTemperature(scores, statistics, fit);
        foreach (var split in new[] { temperature.Nll, temperature.Brier })
        {
            Assert.InRange(split.Calibration, -0.002, 0.002);
            AssertSum(split);
        }

        // Isotonic maps of classes with 400 rows each cost a little of their own: more the more classes.
        var isotonic = ProperScoreSplits.ByIsotonic(scores, statistics, fit.FoldOfRow);
        Assert.InRange(isotonic.Nll.Calibration, -0.005 * classes, 0.002);
        Assert.InRange(isotonic.Brier.Calibration, -0.002 * classes, 0.001);
        AssertSum(isotonic.Nll);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(0.7)]
    [InlineData(3)]
    public void Calibration_of_a_sharpened_model_is_the_divergence_from_the_truth(double temperature)
    {
        // Labels follow q = softmax(z/T), the model says p = softmax(z): given the scores, the expected calibration part
        // of NLL is the mean KL(q||p), that of the Brier score the mean |q - p|².
        const int Classes = 5;
        var (scores, statistics, fit, logits) = Sample(6000, Classes, temperature, 4);
        double divergence = 0;
        double distance = 0;
        for (int i = 0; i < 6000; i++)
        {
            var p = Array.ConvertAll(logits[(i * Classes)..((i + 1) * Classes)], z => (double)z);
            var q = (double[])p.Clone();
            Softmax.InPlace(p);
            Softmax.InPlace(q, 1 / temperature);
            for (int k = 0; k < Classes; k++)
            {
                divergence += q[k] * Math.Log(q[k] / p[k]) / 6000;
                distance += (q[k] - p[k]) * (q[k] - p[k]) / 6000;
            }
        }

        var splits = ProperScoreSplits.ByTemperature(scores, statistics, fit);
        Assert.Equal(divergence, splits.Nll.Calibration, 4 * splits.Nll.StandardError);
        Assert.Equal(distance, splits.Brier.Calibration, 4 * splits.Brier.StandardError);
        Assert.True(splits.Nll.Calibration > 4 * splits.Nll.StandardError);
        AssertSum(splits.Nll);
        AssertSum(splits.Brier);
        var isotonic = ProperScoreSplits.ByIsotonic(scores, statistics, fit.FoldOfRow);
        Assert.InRange(isotonic.Nll.Calibration, splits.Nll.Calibration - 0.05, splits.Nll.Calibration + 0.01);
        Assert.Equal("isotonic", isotonic.Method);
    }

    [Fact]
    public void Isotonic_maps_by_hand()
    {
        // Class 1 of two, its rows sorted by p: 0.1 (fold 0, class 0), 0.3 (fold 1, class 0), 0.6 (fold 1, class 1),
        // 0.7 (fold 0, class 1). Without fold 0 the fit sees 1 | 0 at 0.3, 1 at 0.6 | 0, where the outer two are the
        // added rows: (1,0) pool to 1/2, (1,0) to 1/2, and equal blocks to 2/4. Rows of fold 0 get 1/2 in both classes.
        var fit = new FoldIsotonic(4, 2);
        Fill(fit, [0.1, 0.3, 0.6, 0.7], [false, false, true, true], [0, 1, 1, 0]);
        fit.Recalibrate();
        Assert.Equal([0.5, 0.5, 0.5, 0.5], fit.Recalibrated);

        // Fold 1 holds 0.5 alone. Without it: added 1, then 0 0 at 0.1 and 0.2, 1 1 at 0.8 and 0.9, added 0:
        // blocks (1+0)/3 up to 0.2 and (2+0)/3 from 0.8; 0.5 lies halfway: 1/2.
        fit = new FoldIsotonic(5, 2);
        Fill(fit, [0.1, 0.2, 0.5, 0.8, 0.9], [false, false, true, true, true], [0, 0, 1, 0, 0]);
        fit.Recalibrate();
        Assert.Equal(0.5, fit.Recalibrated[2], 1e-15);

        // Tied with a fitted row it takes that row's value.
        fit = new FoldIsotonic(5, 2);
        Fill(fit, [0.1, 0.2, 0.8, 0.8, 0.9], [false, false, true, true, true], [0, 0, 1, 0, 0]);
        fit.Recalibrate();
        Assert.Equal(2.0 / 3, fit.Recalibrated[2], 1e-15);
        fit = new FoldIsotonic(5, 2);
        Fill(fit, [0.1, 0.2, 0.2, 0.8, 0.9], [false, false, true, true, true], [0, 0, 1, 0, 0]);
        fit.Recalibrate();
        Assert.Equal(1.0 / 3, fit.Recalibrated[2], 1e-15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Isotonic_maps_are_the_max_min_formula_between_which_lines_are_drawn(long seed)
    {
        var random = new SeededRandom(seed);
        const int Rows = 60;
        double[] p = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt(40) / 40.0).Order()];
        bool[] isClass = [.. p.Select(value => random.NextDouble() < value)];
        byte[] folds = [.. p.Select(_ => (byte)random.NextInt(3))];
        var fit = new FoldIsotonic(Rows, 3);
        Fill(fit, p, isClass, folds);
        fit.Recalibrate();
        for (int i = 0; i < Rows; i++)
        {
            // The fold's fit with one added row at either end.
            var points = Enumerable.Range(0, Rows).Where(j => folds[j] != folds[i]).Select(j => (X: p[j], Y: isClass[j] ? 1.0 : 0))
                .Append((X: -1, Y: 1)).Append((X: 2, Y: 0)).ToList();
            double[] xs = [.. points.Select(point => point.X).Distinct().Order()];
            double Value(double x) => xs.Where(a => a <= x).Max(a => xs.Where(b => b >= x).Min(b =>
                points.Where(point => point.X >= a && point.X <= b).Average(point => point.Y)));
            double[] inner = xs[1..^1];
            double below = inner.Where(x => x <= p[i]).DefaultIfEmpty(inner[0]).Max();
            double above = inner.Where(x => x >= p[i]).DefaultIfEmpty(inner[^1]).Min();
            double expected = above > below
                ? Value(below) + ((p[i] - below) / (above - below) * (Value(above) - Value(below)))
                : Value(Math.Clamp(p[i], inner[0], inner[^1]));
            Assert.Equal(expected, fit.Recalibrated[i], 1e-14);
        }
    }

    [Fact]
    public void With_its_folds_a_permutation_of_rows_changes_nothing_but_rounding()
    {
        const int Classes = 4;
        var (scores, statistics, fit, logits) = Sample(500, Classes, 1.5, 6);
        var expected = ProperScoreSplits.ByIsotonic(scores, statistics, fit.FoldOfRow);
        int[] order = [.. Enumerable.Range(0, 500)];
        new SeededRandom(2).Shuffle(order.AsSpan());
        var permuted = Samples.Logits([.. order.SelectMany(i => logits[(i * Classes)..((i + 1) * Classes)])], Classes);
        int[] labels = [.. order.Select(i => statistics.Labels[i])];
        var actual = ProperScoreSplits.ByIsotonic(permuted, Statistics(permuted, labels), [.. order.Select(i => fit.FoldOfRow[i])]);
        Assert.Equal(expected.Nll.Calibration, actual.Nll.Calibration, 1e-13);
        Assert.Equal(expected.Brier.StandardError, actual.Brier.StandardError, 1e-13);

        // Folds drawn anew for the new order move the parts, by less than the noise that they are reported with.
        var redrawn = ProperScoreSplits.ByTemperature(permuted, Statistics(permuted, labels), TemperatureScaling.CrossFit(permuted, labels, 3));
        var temperature = ProperScoreSplits.ByTemperature(scores, statistics, fit);
        Assert.Equal(temperature.Nll.Calibration, redrawn.Nll.Calibration, temperature.Nll.StandardError / 2);
    }

    [Fact]
    public void Probabilities_and_their_logits_are_split_alike()
    {
        var (scores, statistics, fit, logits) = Sample(300, 3, 1.5, 7);
        var p = new double[900];
        for (int i = 0; i < 300; i++)
        {
            scores.CopyRow(i, p.AsSpan(i * 3, 3));
            Softmax.InPlace(p.AsSpan(i * 3, 3));
        }

        var probabilities = Samples.Probabilities(p, 3);
        var own = Statistics(probabilities, statistics.Labels);
        var expected = ProperScoreSplits.ByIsotonic(scores, statistics, fit.FoldOfRow);
        Assert.Equal(expected.Nll.Refinement, ProperScoreSplits.ByIsotonic(probabilities, own, fit.FoldOfRow).Nll.Refinement, 1e-12);
        Assert.Equal(
            ProperScoreSplits.ByTemperature(scores, statistics, fit).Brier.Calibration,
            ProperScoreSplits.ByTemperature(probabilities, own, TemperatureScaling.CrossFit(probabilities, statistics.Labels, 1)).Brier.Calibration,
            1e-9);
    }

    [Fact]
    public void Without_a_fit_the_parts_are_undefined_and_the_loss_is_not()
    {
        var (scores, statistics, fit, _) = Sample(40, 3, 1.5, 8);
        foreach (var splits in new[]
        {
            ProperScoreSplits.ByTemperature(scores, statistics, fit), ProperScoreSplits.ByIsotonic(scores, statistics, fit.FoldOfRow),
        })
        {
            Assert.Equal(FitStatus.TooFewRows, splits.Status);
            Assert.Contains("40 rows", splits.Reason, StringComparison.Ordinal);
            Assert.Equal(statistics.Nll.Average(), splits.Nll.Loss, 1e-14);
            Assert.True(double.IsNaN(splits.Nll.Calibration) && double.IsNaN(splits.Brier.Refinement) && double.IsNaN(splits.Brier.StandardError));
        }
    }

    [Fact]
    public void Certain_and_constant_rows_and_an_absent_class_have_finite_losses()
    {
        // Sixty rows that are certain, every tenth wrongly; the third class never occurs.
        var values = new double[180];
        var labels = new int[60];
        for (int i = 0; i < 60; i++)
        {
            labels[i] = i % 2;
            values[(i * 3) + (i % 10 == 0 ? 1 - labels[i] : labels[i])] = 1;
        }

        foreach (var scores in new[] { Samples.Probabilities(values, 3), Samples.Probabilities([.. Enumerable.Repeat(1.0 / 3, 180)], 3) })
        {
            var splits = ProperScoreSplits.ByIsotonic(scores, Statistics(scores, labels), Folds.Stratified(labels, 3, 5, 1));
            Assert.True(double.IsFinite(splits.Nll.Calibration) && double.IsFinite(splits.Brier.Calibration));
            Assert.InRange(splits.Nll.Refinement, 0, Math.Log(3));
        }
    }

    [Fact]
    public void Arguments_that_do_not_belong_together_are_refused()
    {
        var (scores, statistics, fit, _) = Sample(60, 3, 1.5, 8);
        Assert.Throws<ArgumentException>(() => ProperScoreSplits.ByIsotonic(scores, statistics, new byte[59]));
        byte[] folds = [.. fit.FoldOfRow[1..], 5];
        Assert.Throws<ArgumentOutOfRangeException>(() => ProperScoreSplits.ByIsotonic(scores, statistics, folds));
        Assert.Throws<ArgumentException>(() => ProperScoreSplits.ByTemperature(Sample(61, 3, 1.5, 8).Scores, statistics, fit));
    }

    private static void AssertSum(ProperScoreSplit split) => Assert.Equal(split.Loss, split.Calibration + split.Refinement, 1e-15);

    private static void Fill(FoldIsotonic fit, double[] p, bool[] isClass, byte[] folds)
    {
        p.CopyTo(fit.Sorted, 0);
        isClass.CopyTo(fit.IsClass, 0);
        folds.CopyTo(fit.Fold, 0);
    }

    private static PredictionStatistics Statistics(ScoreMatrix scores, int[] labels) => StatisticsPass.Run(scores, labels, RowScaling.None, 15);

    private static (ScoreMatrix Scores, PredictionStatistics Statistics, CrossFit Fit, float[] Logits) Sample(
        int rows, int classes, double temperature, long seed)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, temperature, 1.5, seed);
        var scores = Samples.Logits(logits, classes);
        return (scores, Statistics(scores, labels), TemperatureScaling.CrossFit(scores, labels, 1), logits);
    }
}
