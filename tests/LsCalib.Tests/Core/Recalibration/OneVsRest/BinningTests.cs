using LsCalib.Core.Calibrators;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Core.Resampling;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration.OneVsRest;

public sealed class BinningTests
{
    [Fact]
    public void A_histogram_counts_hits_in_bins_of_equal_mass()
    {
        // 30 rows p = 1/60, 3/60, …: two in each bin, edges midway between pairs at 4/60, 8/60, …; even rows are of class 0.
        double[] p = [.. Enumerable.Range(0, 30).Select(i => ((2 * i) + 1) / 60.0)];
        var histogram = Fit(p, [.. Enumerable.Range(0, 30).Select(i => i >= 20 ? 0 : i % 2)]);
        var steps = histogram.Classes[0];
        Assert.Equal(14, steps.Edges.Length);
        for (int m = 0; m < 14; m++)
        {
            Assert.Equal((m + 1) * 4 / 60.0, steps.Edges[m], 1e-12);
        }

        Assert.Equal([.. Enumerable.Repeat(0.5, 10), .. Enumerable.Repeat(0.75, 5)], steps.Values);
        Assert.Equal(1 / 31.0, histogram.MixWeight);

        // p = 0.01 lies in bin 0 of class 0, and 0.99 in the last of class 1, of which both rows are even: 2/4 and 2/4.
        double[] mapped = Fits.Map(histogram, Math.Log(0.01), Math.Log(0.99));
        Assert.Equal([0.5, 0.5], Array.ConvertAll(mapped, q => Math.Round(q, 12)));
    }

    [Fact]
    public void Tied_rows_share_a_bin_and_few_rows_have_few_bins()
    {
        double[] p = [.. Enumerable.Repeat(0.25, 40), .. Enumerable.Repeat(0.75, 20)];
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 4 == 0 ? 0 : 1)];
        var steps = Fit(p, labels).Classes[0];
        Assert.Equal(0.5, Assert.Single(steps.Edges), 1e-12);
        Assert.Equal([11 / 42.0, 6 / 22.0], steps.Values);
        Assert.Equal(2, Fit([0.2, 0.4, 0.8], [1, 0, 0]).Classes[0].Edges.Length);
        Assert.Empty(Fit([0.3, 0.3, 0.3], [1, 0, 0]).Classes[0].Edges);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Histogram_bins_are_as_full_as_each_other_and_frequencies_are_theirs(bool tied)
    {
        var (scores, labels) = Fits.Sample(451, 4, 21, tied: tied);
        var histogram = Fits.Fit<HistogramBinning>(scores, labels);
        for (int k = 0; k < 4; k++)
        {
            double[] p = Fits.Column(scores, k);
            var (edges, values) = histogram.Classes[k];
            for (int m = 0; m < values.Length; m++)
            {
                double lower = m == 0 ? -1 : edges[m - 1];
                double upper = m == edges.Length ? 2 : edges[m];
                int[] rows = [.. Enumerable.Range(0, p.Length).Where(i => p[i] > lower && p[i] <= upper)];
                Assert.Equal((rows.Count(i => labels[i] == k) + 1.0) / (rows.Length + 2), values[m]);
                Assert.True(tied ? rows.Length > 0 : rows.Length is 30 or 31);
            }
        }
    }

    [Theory]
    [InlineData(90, false)]
    [InlineData(240, true)]
    public void Scaling_binning_fits_bins_and_averages_on_three_parts(int rows, bool grouped)
    {
        const int Classes = 3;
        var (scores, labels) = Fits.Sample(rows, Classes, 22);
        var groups = grouped ? RowGroups.From("g", [.. Enumerable.Range(0, rows).Select(i => i % 40)]) : null;
        var fit = Fits.Fit<ScalingBinning>(scores, labels, new() { Seed = 4, Groups = groups });
        byte[] parts = grouped ? Folds.OfGroups(groups!, 3, 4) : Folds.Stratified(labels, Classes, 3, 4);
        int[] first = [.. Enumerable.Range(0, rows).Where(i => parts[i] == 0)];
        var platt = Fits.Fit<PlattScaling>(
            Samples.Logits([.. first.SelectMany(i => scores.Rows(i, 1).ToArray())], Classes), Array.ConvertAll(first, i => labels[i]));
        Assert.Equal(1.0 / (rows + 1), fit.MixWeight);
        for (int k = 0; k < Classes; k++)
        {
            Assert.Equal(platt.Slopes[k], fit.Slopes[k], 1e-12);
            Assert.Equal(platt.Intercepts[k], fit.Intercepts[k], 1e-12);
            double[] outputs = Array.ConvertAll(Fits.Column(scores, k), p => 1 / (1 + Math.Exp(-((fit.Slopes[k] * Math.Log(p / (1 - p))) + fit.Intercepts[k]))));
            for (int m = 0; m < fit.Classes[k].Values.Length; m++)
            {
                double lower = m == 0 ? -1 : fit.Classes[k].Edges[m - 1];
                double upper = m == fit.Classes[k].Edges.Length ? 2 : fit.Classes[k].Edges[m];
                double[] Of(int part) => [.. Enumerable.Range(0, rows).Where(i => parts[i] == part && outputs[i] > lower && outputs[i] <= upper).Select(i => outputs[i])];
                Assert.InRange(Of(1).Length, rows / 3 / 15, (rows / 3 / 15) + 2);
                Assert.Equal(Of(2) is { Length: > 0 } third ? third.Average() : Of(1).Average(), fit.Classes[k].Values[m], 1e-9);
            }
        }
    }

    [Fact]
    public void Scaling_binning_refuses_rows_or_groups_that_are_too_few()
    {
        var (scores, labels) = Fits.Sample(40, 3, 23);
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, 40).Select(i => i % 2)]);
        var fit = CalibrationMethods.Fit(ScalingBinning.Definition, scores, labels, new() { Groups = groups });
        Assert.Equal((FitStatus.TooFewRows, "2 groups of rows cannot be cut into three parts"), (fit.Status, fit.Reason));
        (scores, labels) = Fits.Sample(29, 3, 23);
        fit = CalibrationMethods.Fit(ScalingBinning.Definition, scores, labels, new());
        Assert.Equal((FitStatus.TooFewRows, "29 rows are too few to fit on three parts of them; 30 are needed"), (fit.Status, fit.Reason));
    }

    private static HistogramBinning Fit(double[] p, int[] labels) =>
        Fits.Fit<HistogramBinning>(Samples.Probabilities([.. p.SelectMany(q => new[] { q, 1 - q })], 2), labels);
}
