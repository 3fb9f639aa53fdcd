using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration;

public sealed class UnsmoothingTests
{
    [Theory]
    [InlineData(2, 60, 0.1)]
    [InlineData(5, 300, 0.3)]
    [InlineData(10, 500, 0.05)]
    [InlineData(4, 7, 0.6)]
    public void No_alpha_of_a_fine_grid_is_better(int classes, int rows, double smoothing)
    {
        var (scores, labels) = Smoothed(rows, classes, smoothing, 41);
        var fit = Fits.Fit<Unsmoothing>(scores, labels);
        double least = Fits.Nll(fit, scores, labels);
        double[] alphas = [.. Enumerable.Range(0, 20_000).Select(i => i / 20_000.0)];
        double[] losses = new UnsmoothLosses(scores.ToLogits(), labels, fit.MixWeight, 1, default).At(alphas);
        Assert.True(losses.Min() >= least - 1e-8);
        foreach (double step in new[] { 1e-2, 1e-4, 1e-6 })
        {
            Assert.True(Fits.Nll(fit with { Alpha = Math.Min(fit.Alpha + step, 0.999999) }, scores, labels) >= least - 1e-8);
            Assert.True(Fits.Nll(fit with { Alpha = Math.Max(fit.Alpha - step, 0) }, scores, labels) >= least - 1e-8);
        }
    }

    [Fact]
    public void The_smoothing_that_a_model_learned_is_found()
    {
        var (scores, labels) = Smoothed(20_000, 5, 0.2, 42);
        Assert.InRange(Fits.Fit<Unsmoothing>(scores, labels).Alpha, 0.17, 0.201);
    }

    [Fact]
    public void Losses_of_many_alphas_are_those_of_the_maps()
    {
        var (scores, labels) = Smoothed(150, 6, 0.2, 43);
        double[] alphas = [0, 1e-9, 0.003, 0.2, 0.5, 0.77, 0.99, 1 - (1.0 / (1 << 20))];
        double[] losses = new UnsmoothLosses(scores.ToLogits(), labels, 0.01, 1, default).At(alphas);
        for (int i = 0; i < alphas.Length; i++)
        {
            Assert.Equal(Fits.Nll(new Unsmoothing(6, 150, alphas[i], 0.01), scores, labels), losses[i], 1e-9);
        }
    }

    [Fact]
    public void Alpha_is_zero_where_nothing_is_gained()
    {
        // A third of the rows are wrong with confidence, so every cut costs.
        double[] p = [.. Enumerable.Range(0, 60).SelectMany(i => i % 3 == 0 ? new[] { 0.001, 0.999 } : [0.999, 0.001])];
        var fit = Fits.Fit<Unsmoothing>(Samples.Probabilities(p, 2), new int[60]);
        Assert.Equal(0, fit.Alpha);
        double[] mapped = Fits.Map(fit, Math.Log(0.999), Math.Log(0.001));
        Assert.Equal((60 / 61.0 * 0.999) + (0.5 / 61), mapped[0], 1e-12);
        Assert.Equal(0, Fits.Fit<Unsmoothing>(Samples.Logits(new float[30], 3), [0, 1, 2, 0, 1, 2, 0, 0, 0, 1]).Alpha);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public void Maps_that_promise_it_keep_the_predicted_class(int classes)
    {
        var random = new SeededRandom(44);
        Calibrator[] maps =
        [
            new Unsmoothing(classes, 10, 0, 0.1), new Unsmoothing(classes, 10, 0.4, 0.1), new Unsmoothing(classes, 10, 0.95, 0.1),
            new Unsmoothing(classes, 10, 1 - (1.0 / (1 << 20)), 0.1), new MixedTemperature(classes, 10, 0.01, 0.1),
            new MixedTemperature(classes, 10, 30, 0.1), new TemperatureMap(classes, 10, 0.001), new TemperatureMap(classes, 10, 1000),
        ];
        for (int i = 0; i < 300; i++)
        {
            double spread = Math.Pow(10, -4 + (i % 8));
            double[] logits = [.. Enumerable.Range(0, classes).Select(_ => spread * random.NextGaussian())];
            int top = Array.IndexOf(logits, logits.Max());
            foreach (var map in maps)
            {
                Assert.True(map.KeepsPrediction);
                double[] mapped = Fits.Map(map, logits);
                Assert.Equal(mapped.Max(), mapped[top]);
                Assert.InRange(mapped.Sum(), 1 - 1e-12, 1 + 1e-12);
            }
        }
    }

    [Fact]
    public void Several_classes_cut_to_zero_stay_below_the_largest()
    {
        // 0.3/K = 0.075 cuts three of four classes: what is left is the largest alone.
        double[] mapped = Fits.Map(new Unsmoothing(4, 9, 0.3, 0.1), Math.Log(0.85), Math.Log(0.05), Math.Log(0.05), Math.Log(0.05));
        Assert.Equal([0.925, 0.025, 0.025, 0.025], Array.ConvertAll(mapped, q => Math.Round(q, 12)));
    }

    /// <summary>Rows of which a model knows the truth, and gives it smoothed.</summary>
    private static (ScoreMatrix<double> Scores, int[] Labels) Smoothed(int rows, int classes, double smoothing, long seed)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1, 3, seed);
        var p = new double[rows * classes];
        for (int i = 0; i < rows; i++)
        {
            var row = p.AsSpan(i * classes, classes);
            for (int k = 0; k < classes; k++)
            {
                row[k] = logits[(i * classes) + k];
            }

            Softmax.InPlace(row);
            foreach (ref double q in row)
            {
                q = ((1 - smoothing) * q) + (smoothing / classes);
            }
        }

        return (Samples.Probabilities(p, classes), labels);
    }
}
