using LsCalib.Core.Calibrators;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration;

public sealed class CalibratorTests
{
    private static readonly string[] Keys =
        ["temperature", "ts-mix", "unsmooth", "platt", "beta", "scaling-binning", "histogram", "isotonic"];

    public static TheoryData<string> All => [.. Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Threads_do_not_change_a_bit(string key)
    {
        foreach (var (rows, classes) in new[] { (777, 5), (50, 40) })
        {
            var (scores, labels) = Fits.Sample(rows, classes, 51);
            string[] fits = [.. new[] { 1, 2, 5 }.Select(threads => Text(key, scores, labels, new() { Threads = threads }))];
            Assert.Equal(fits[0], fits[1]);
            Assert.Equal(fits[0], fits[2]);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_order_of_rows_does_not_matter(string key)
    {
        // Three parts are drawn from places of rows.
        if (key == "scaling-binning")
        {
            return;
        }

        var (scores, labels) = Fits.Sample(600, 4, 52, tied: true);
        var (others, otherLabels) = Fits.Shuffled(scores, labels);
        if (key is "isotonic" or "histogram")
        {
            Assert.Equal(Text(key, scores, labels, new()), Text(key, others, otherLabels, new()));
        }

        var first = Fit(key, scores, labels);
        var second = Fit(key, others, otherLabels);
        double[] p = Fits.Map(first, 1.5, 0.5, -1, 0);
        double[] q = Fits.Map(second, 1.5, 0.5, -1, 0);
        for (int k = 0; k < p.Length; k++)
        {
            Assert.Equal(p[k], q[k], 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Over_confident_rows_are_mended(string key)
    {
        var (scores, labels) = Fits.Sample(4000, 3, 53, temperature: 2.5);
        var none = new TemperatureMap(3, 0, 1);
        double before = Fits.Nll(none, scores, labels);
        double after = Fits.Nll(Fit(key, scores, labels), scores, labels);
        Assert.True(key == "unsmooth" ? after < before + 0.01 : after < before - 0.1, $"{before} → {after}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_row_may_be_mapped_in_place(string key)
    {
        var (scores, labels) = Fits.Sample(200, 3, 54);
        var calibrator = Fit(key, scores, labels);
        double[] row = [0.3, -1, 2];
        var apart = new double[3];
        calibrator.Transform(row, apart);
        calibrator.Transform(row, row);
        Assert.Equal(apart, row);
    }

    [Fact]
    public void Temperatures_are_those_of_the_temperature_fit()
    {
        var (scores, labels) = Fits.Sample(500, 3, 55);
        double temperature = TemperatureScaling.Fit(scores, labels).Temperature;
        Assert.Equal(temperature, Fits.Fit<TemperatureMap>(scores, labels).Temperature);
        var mixed = Fits.Fit<MixedTemperature>(scores, labels);
        Assert.Equal((temperature, 1 / 501.0), (mixed.Temperature, mixed.MixWeight));
        double[] plain = Fits.Map(Fits.Fit<TemperatureMap>(scores, labels), 2, 0, -400);
        double[] withMix = Fits.Map(mixed, 2, 0, -400);
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal((500 / 501.0 * plain[k]) + (1 / 1503.0), withMix[k], 1e-14);
        }
    }

    [Fact]
    public void Whole_matrices_are_mapped_row_by_row_each_by_its_fold()
    {
        var (scores, labels) = Fits.Sample(700, 3, 56);
        Calibrator[] maps = [Fit("platt", scores, labels), Fit("platt", scores, Array.ConvertAll(labels, label => 2 - label))];
        byte[] folds = [.. labels.Select(label => (byte)(label & 1))];
        foreach (int threads in new[] { 1, 4 })
        {
            var mapped = (ScoreMatrix<double>)CalibratedScores.Apply(maps, folds, scores, threads).Scores;
            Assert.Equal((ScoreKind.Probabilities, 700, 3), (mapped.Kind, mapped.RowCount, mapped.ClassCount));
            var row = new double[3];
            for (int i = 0; i < 700; i++)
            {
                scores.CopyRow(i, row);
                Assert.Equal(Fits.Map(maps[folds[i]], row), mapped.Rows(i, 1).ToArray());
            }
        }
    }

    [Fact]
    public void Probabilities_are_mapped_through_their_logarithms_and_temperature_gives_logits()
    {
        var scores = Samples.Probabilities([0.25, 0.75, 0, 1], 2);
        var mapped = CalibratedScores.Map(new TemperatureMap(2, 9, 2), scores);
        Assert.Equal(ScoreKind.Logits, mapped.Kind);
        Assert.Equal(Math.Log(3) / 2, mapped.Rows(0, 1)[1] - mapped.Rows(0, 1)[0], 1e-15);
        Assert.Equal(ScoreMatrix.LogOfZero / 2, mapped.Rows(1, 1)[0]);
        Assert.Equal(0, CalibratedScores.Map(new TemperatureMap(2, 9, 2), Samples.Probabilities([], 2)).RowCount);
    }

    [Fact]
    public void A_calibrator_of_other_classes_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => CalibratedScores.Map(new TemperatureMap(3, 9, 2), Samples.Probabilities([0.5, 0.5], 2)));
        Assert.StartsWith("A calibrator of 3 classes, for 2.", error.Message, StringComparison.Ordinal);
    }

    private static Calibrator Fit(string key, ScoreMatrix scores, int[] labels, CalibratorOptions? options = null) =>
        CalibrationMethods.Fit(CalibrationMethods.Find(key)!, scores, labels, options ?? new()).Calibrator!;

    private static string Text(string key, ScoreMatrix scores, int[] labels, CalibratorOptions options)
    {
        var fit = CalibrationMethods.Fit(CalibrationMethods.Find(key)!, scores, labels, options);
        return fit.Calibrator is null ? fit.Reason : Fits.Text(fit.Calibrator);
    }
}
