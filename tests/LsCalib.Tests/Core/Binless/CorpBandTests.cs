using LsCalib.Core.Binless;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Binless;

public sealed class CorpBandTests
{
    [Fact]
    public void At_one_confidence_the_bands_are_binomial()
    {
        // Of 100 rows at 1/2, P(at most 41 right) = 0.044 and P(at most 42) = 0.067; 58 mirrors 42.
        var order = ConfidenceOrder.From(Enumerable.Repeat(0.5, 100).ToArray(), Enumerable.Range(0, 100).Select(i => i < 30).ToArray());
        var consistency = CorpBand.Consistency(order, [0.5], 0.9, 1, 4000);
        Assert.Equal([0.42], consistency.Lower);
        Assert.Equal([0.58], consistency.Upper);

        // Of 100 rows at the fitted 0.3: P(at most 22) = 0.048, P(at most 23) = 0.076; P(at most 37) = 0.947, P(at most 38) = 0.966.
        var curve = CorpBand.ForCurve(order, IsotonicRegression.Fit(order), [0.5], 0.9, 1, 4000);
        Assert.InRange(curve.Lower[0], 0.22, 0.23);
        Assert.InRange(curve.Upper[0], 0.37, 0.38);
    }

    [Fact]
    public void Rows_drawn_singly_and_in_groups_give_the_same_band()
    {
        double[] grid = [0.05, 0.3, 0.5, 0.8, 0.99];
        var single = CorpBand.Consistency(Even(CorpResampling.MostRows), grid, 0.8, 1, 100);
        var grouped = CorpBand.Consistency(Even(CorpResampling.MostRows + 1000), grid, 0.8, 1, 100);
        for (int k = 0; k < grid.Length; k++)
        {
            double width = single.Upper[k] - single.Lower[k];
            Assert.InRange(single.Lower[k], grid[k] - width, grid[k]);
            Assert.Equal(single.Lower[k], grouped.Lower[k], 0.3 * width);
            Assert.Equal(single.Upper[k], grouped.Upper[k], 0.3 * width);
        }
    }

    [Fact]
    public void Bands_cover_what_they_are_about()
    {
        double[] grid = [0.3, 0.5, 0.7, 0.9, 0.95];
        var order = Predictions.Order(3000, 2, 0.2);
        var fit = IsotonicRegression.Fit(order);
        var consistency = CorpBand.Consistency(order, grid, 0.95, 1);
        var curve = CorpBand.ForCurve(order, fit, grid, 0.95, 1);
        for (int k = 0; k < grid.Length; k++)
        {
            Assert.InRange(grid[k], consistency.Lower[k], consistency.Upper[k]);
            Assert.InRange(fit.ValueAt(grid[k]), curve.Lower[k], curve.Upper[k]);
        }

        // At 0.5 the accuracy is 0.5 − 0.2: no calibrated model.
        Assert.True(curve.Upper[1] < consistency.Lower[1]);
    }

    [Fact]
    public void Bands_depend_on_the_seed_and_level_but_not_on_the_order_of_rows()
    {
        var (c, a) = Predictions.Sample(400, 3, 0, steps: 40);
        var order = ConfidenceOrder.From(c, a);
        var fit = IsotonicRegression.Fit(order);
        double[] grid = [0.5, 0.8];
        var band = CorpBand.ForCurve(order, fit, grid, 0.9, 1);
        var same = CorpBand.ForCurve(Predictions.Shuffled(c, a), fit, grid, 0.9, 1);
        Assert.Equal(band.Lower, same.Lower);
        Assert.Equal(band.Upper, same.Upper);
        Assert.NotEqual(band.Lower, CorpBand.ForCurve(order, fit, grid, 0.9, 2).Lower);
        Assert.True(CorpBand.ForCurve(order, fit, grid, 0.5, 1).Upper[0] < band.Upper[0]);
    }

    [Fact]
    public void Outside_the_confidences_there_is_no_band()
    {
        var band = CorpBand.Consistency(ConfidenceOrder.From([0.4, 1], [true, true]), [0, 0.39, 0.4, 1], 0.9, 1);
        Assert.Equal([double.NaN, double.NaN], band.Lower[..2]);
        Assert.Equal([double.NaN, double.NaN], band.Upper[..2]);
        Assert.InRange(band.Lower[2], 0, band.Upper[2]);
        Assert.Equal(1, band.Upper[3]);
        Assert.Equal([double.NaN], CorpBand.Consistency(ConfidenceOrder.From([], []), [0.5], 0.9, 1).Lower);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var order = ConfidenceOrder.From([0.5], [true]);
        Assert.Throws<ArgumentOutOfRangeException>(() => CorpBand.Consistency(order, [0.5], 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CorpBand.Consistency(order, [0.5], double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CorpBand.Consistency(order, [0.5], 0.9, 1, 0));
        Assert.Throws<ArgumentException>(() => CorpBand.Consistency(ConfidenceOrder.From([3], [true]), [0.5], 0.9, 1));
        Assert.Throws<OperationCanceledException>(() => CorpBand.Consistency(order, [0.5], 0.9, 1, 10, new CancellationToken(true)));
    }

    private static ConfidenceOrder Even(int n) =>
        ConfidenceOrder.From(Enumerable.Range(0, n).Select(i => (i + 0.5) / n).ToArray(), new bool[n]);
}
