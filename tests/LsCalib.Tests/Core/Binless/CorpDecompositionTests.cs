using LsCalib.Core.Binless;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Binless;

public sealed class CorpDecompositionTests
{
    [Fact]
    public void Brier_of_five_rows()
    {
        // Squares 0.04 + 0.36 + 0.25 + 0.09 + 0.01 = 0.75; recalibrated to 0 | 1/2, 1/2 | 1, 1: 0.25 + 0.25; accuracy 0.6.
        var order = ConfidenceOrder.From([0.2, 0.4, 0.5, 0.7, 0.9], [false, true, false, true, true]);
        Near(new(0.15, 0.05, 0.14, 0.24), CorpDecomposition.Brier(order, IsotonicRegression.Fit(order)));
    }

    [Fact]
    public void Log_score_of_five_rows()
    {
        // Probabilities of what happened 0.8 × 0.4 × 0.5 × 0.7 × 0.9 = 0.1008; recalibrated 1 × 1/2 × 1/2 × 1 × 1.
        var order = ConfidenceOrder.From([0.2, 0.4, 0.5, 0.7, 0.9], [false, true, false, true, true]);
        double score = -Math.Log(0.1008) / 5;
        double recalibrated = Math.Log(4) / 5;
        const double Uncertainty = 0.6730116670092565;
        Near(new(score, score - recalibrated, Uncertainty - recalibrated, Uncertainty), CorpDecomposition.Log(order, IsotonicRegression.Fit(order)));
    }

    [Theory]
    [InlineData(1.0, false)]
    [InlineData(0.0, true)]
    public void Certainty_that_fails_makes_the_log_score_infinite_and_no_more(double confidence, bool correct)
    {
        var order = ConfidenceOrder.From([confidence, 0.6, 0.6, 0.3], [correct, true, true, false]);
        var log = CorpDecomposition.Log(order, IsotonicRegression.Fit(order));
        Assert.Equal(double.PositiveInfinity, log.Score);
        Assert.Equal(double.PositiveInfinity, log.Miscalibration);
        Assert.InRange(log.Discrimination, 0, log.Uncertainty);
        Assert.True(double.IsFinite(log.Uncertainty));
        Assert.InRange(CorpDecomposition.Brier(order, IsotonicRegression.Fit(order)).Score, 0.25, 1);
    }

    [Fact]
    public void Certainty_that_holds_costs_nothing()
    {
        var order = ConfidenceOrder.From([1, 1, 0, 0.5, 0.5], [true, true, false, true, false]);
        var log = CorpDecomposition.Log(order, IsotonicRegression.Fit(order));
        Assert.Equal(2 * Math.Log(2) / 5, log.Score, 1e-12);
        Assert.Equal(0, log.Miscalibration, 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void Parts_add_up_and_recalibration_removes_miscalibration(int steps)
    {
        var (c, a) = Predictions.Sample(800, 3, 0.1, steps);
        c = c.Select(value => Math.Clamp(value, 0.001, 0.999)).ToArray();
        var order = ConfidenceOrder.From(c, a);
        var fit = IsotonicRegression.Fit(order);
        var recalibrated = ConfidenceOrder.From(c.Select(fit.ValueAt).ToArray(), a);
        foreach (Func<ConfidenceOrder, IsotonicRegression, CorpDecomposition> score in new[] { CorpDecomposition.Brier, CorpDecomposition.Log })
        {
            var parts = score(order, fit);
            Assert.Equal(parts.Score, parts.Miscalibration - parts.Discrimination + parts.Uncertainty, 1e-12);
            Assert.True(parts.Miscalibration > 0.001 && parts.Discrimination > 0.001);
            var after = score(recalibrated, IsotonicRegression.Fit(recalibrated));
            Assert.Equal(0, after.Miscalibration, 1e-12);
            Assert.Equal(parts.Discrimination, after.Discrimination, 1e-12);
            var shuffled = Predictions.Shuffled(c, a);
            Assert.Equal(parts, score(shuffled, IsotonicRegression.Fit(shuffled)));
        }
    }

    [Fact]
    public void One_confidence_discriminates_nothing()
    {
        var order = ConfidenceOrder.From([0.9, 0.9, 0.9, 0.9], [true, true, true, false]);

        // Score (3 × 0.01 + 0.81)/4 = 0.21, of which 3/4 × 1/4 remain.
        Near(new(0.21, 0.0225, 0, 0.1875), CorpDecomposition.Brier(order, IsotonicRegression.Fit(order)));
    }

    [Fact]
    public void No_rows_have_no_score_and_another_regression_is_refused()
    {
        var none = ConfidenceOrder.From([], []);
        var nan = new CorpDecomposition(double.NaN, double.NaN, double.NaN, double.NaN);
        Assert.Equal(nan, CorpDecomposition.Brier(none, IsotonicRegression.Fit(none)));
        Assert.Equal(nan, CorpDecomposition.Log(none, IsotonicRegression.Fit(none)));
        var one = ConfidenceOrder.From([0.5], [true]);
        Assert.Throws<ArgumentException>(() => CorpDecomposition.Brier(one, IsotonicRegression.Fit(none)));
    }

    private static void Near(CorpDecomposition expected, CorpDecomposition actual)
    {
        Assert.Equal(expected.Score, actual.Score, 1e-12);
        Assert.Equal(expected.Miscalibration, actual.Miscalibration, 1e-12);
        Assert.Equal(expected.Discrimination, actual.Discrimination, 1e-12);
        Assert.Equal(expected.Uncertainty, actual.Uncertainty, 1e-12);
    }
}
