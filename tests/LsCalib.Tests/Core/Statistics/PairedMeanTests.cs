using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core.Statistics;

public sealed class PairedMeanTests
{
    private static readonly double[] Before = [1, 2, 3, 4];
    private static readonly double[] After = [1.5, 2, 2, 4.5];

    [Fact]
    public void Independent_rows_have_the_textbook_error()
    {
        // Differences .5, 0, −1, .5: mean 0, variance (.25 + 0 + 1 + .25)/3 = .5, error √(.5/4).
        var mean = PairedMean.Of(After, Before);
        Assert.Equal(0, mean.Value, 1e-15);
        Assert.Equal(Math.Sqrt(0.125), mean.StandardError, 1e-15);
        var interval = mean.At(0.95)!;
        Assert.Equal(1.959963984540054 * Math.Sqrt(0.125), interval.Upper, 1e-12);
        Assert.Equal(-interval.Upper, interval.Lower, 1e-15);
    }

    [Fact]
    public void Groups_count_as_wholes()
    {
        // Sums by group: .5 and −.5, so the error is √(.5·2/1)/4.
        var groups = RowGroups.From("patient", new[] { 0, 0, 1, 1 });
        Assert.Equal(Math.Sqrt(0.5 * 2) / 4, PairedMean.Of(After, Before, groups).StandardError, 1e-15);
        Assert.True(double.IsNaN(PairedMean.Of(After, Before, RowGroups.From("patient", new[] { 1, 1, 1, 1 })).StandardError));
    }

    [Fact]
    public void A_row_of_weight_two_counts_twice_and_one_of_weight_zero_not_at_all()
    {
        var weights = RowWeights.From("w", [2, 1, 1, 0]);
        var mean = PairedMean.Of(After, Before, null, weights);
        Assert.Equal(0, mean.Value, 1e-15);

        // Weighted residuals 1, 0, −1 of three rows, over a total of 4.
        Assert.Equal(Math.Sqrt(2 * 3 / 2.0) / 4, mean.StandardError, 1e-12);
    }

    [Fact]
    public void A_single_row_has_no_error_and_no_interval()
    {
        var mean = PairedMean.Of([2], [1]);
        Assert.Equal(1, mean.Value);
        Assert.Null(mean.At(0.9));
        Assert.Throws<ArgumentException>(() => PairedMean.Of([1, 2], [1]));
    }
}
