using LsCalib.Core.Calibrators;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration;

public sealed class CrossFittedCalibratorTests
{
    [Fact]
    public void Every_row_is_mapped_by_the_fit_that_did_not_see_it()
    {
        var (logits, labels) = Samples.Calibrated(400, 3, 2, 2, 1);
        var scores = Samples.Logits(logits, 3);
        var cross = CrossFittedCalibrator.Fit(MixedTemperature.Definition, scores, labels, new());
        Assert.Null(cross.Failure);
        Assert.Equal(5, cross.Folds.Count);
        var mapped = cross.OutOfFold(scores);
        Assert.Equal(ScoreKind.Probabilities, mapped.Scores.Kind);
        var row = new double[3];
        var expected = new double[3];
        for (int fold = 0; fold < 5; fold++)
        {
            // The other rows as a file of their own.
            int[] others = [.. Enumerable.Range(0, 400).Where(i => cross.FoldOfRow[i] != fold)];
            var part = Samples.Logits([.. others.SelectMany(i => logits.AsSpan(3 * i, 3).ToArray())], 3);
            var alone = CalibrationMethods.Fit(MixedTemperature.Definition, part, Array.ConvertAll(others, i => labels[i]), new()).Calibrator!;
            Assert.Equal(others.Length, alone.RowCount);
            int first = Array.IndexOf(cross.FoldOfRow, (byte)fold);
            scores.CopyRow(first, row);
            alone.Transform(row, expected);
            mapped.Scores.CopyRow(first, row);
            Assert.Equal(expected, row);
        }
    }

    [Fact]
    public void Temperatures_are_those_of_the_cross_fitted_temperature()
    {
        var (logits, labels) = Samples.Calibrated(500, 4, 1.7, 2, 2);
        var scores = Samples.Logits(logits, 4);
        var cross = CrossFittedCalibrator.Fit(TemperatureMap.Definition, scores, labels, new() { Seed = 3 });
        var known = TemperatureScaling.CrossFit(scores, labels, 3);
        Assert.Equal(known.FoldOfRow, cross.FoldOfRow);
        for (int fold = 0; fold < 5; fold++)
        {
            Assert.Equal(known.Folds[fold].Temperature, ((TemperatureMap)cross.Folds[fold].Calibrator!).Temperature, 1e-8);
        }

        // A temperature alone leaves the logits as they are and says what to multiply them by.
        var mapped = cross.OutOfFold(scores);
        Assert.Same(scores, mapped.Scores);
        var statistics = StatisticsPass.Run(mapped.Scores, labels, mapped.Scaling, 1);
        var direct = StatisticsPass.Run(scores, labels, RowScaling.ByGroup([.. known.Folds.Select(fit => fit.Temperature)], known.FoldOfRow), 1);
        Assert.Equal(Intervals.Mean(direct.Nll), Intervals.Mean(statistics.Nll), 1e-9);
    }

    [Fact]
    public void Groups_stay_together_and_too_few_rows_or_groups_are_refused()
    {
        var (logits, labels) = Samples.Calibrated(120, 3, 1.5, 2, 3);
        var scores = Samples.Logits(logits, 3);
        int[] keys = [.. Enumerable.Range(0, 120).Select(i => i / 10)];
        var cross = CrossFittedCalibrator.Fit(TemperatureMap.Definition, scores, labels, new() { Groups = RowGroups.From("patient", keys) });
        Assert.All(Enumerable.Range(0, 12), group => Assert.Single(cross.FoldOfRow.AsSpan(10 * group, 10).ToArray().Distinct()));

        var few = CrossFittedCalibrator.Fit(TemperatureMap.Definition, scores, labels, new() { Groups = RowGroups.From("patient", Array.ConvertAll(keys, key => key % 4)) });
        Assert.Equal(FitStatus.TooFewRows, few.Failure!.Status);
        Assert.Contains("4 groups", few.Failure.Reason, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => few.OutOfFold(scores));
        var small = CrossFittedCalibrator.Fit(TemperatureMap.Definition, Samples.Logits(logits[..90], 3), labels[..30], new());
        Assert.Equal("30 rows are too few to cross-fit on; 50 are needed", small.Failure!.Reason);
    }

    [Fact]
    public void A_fold_without_a_fit_is_named()
    {
        // Two rows are wrong, of one group: without it, the rest is separable.
        var logits = new float[240];
        var labels = new int[120];
        for (int i = 0; i < 120; i++)
        {
            logits[2 * i] = 3;
            labels[i] = i < 2 ? 1 : 0;
        }

        int[] keys = [.. Enumerable.Range(0, 120).Select(i => i / 10)];
        var cross = CrossFittedCalibrator.Fit(TemperatureMap.Definition, Samples.Logits(logits, 2), labels, new() { Groups = RowGroups.From("patient", keys) });
        Assert.NotNull(cross.All.Calibrator);
        Assert.Equal(FitStatus.Separable, cross.Failure!.Status);
        Assert.StartsWith($"without fold {cross.FoldOfRow[0] + 1} of 5, ", cross.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_a_matrix_keep_kind_type_and_floor()
    {
        var probabilities = ScoreMatrix.From(ScoreKind.Probabilities, new float[] { 1, 0, .5f, .5f, .25f, .75f }, 2);
        var part = ScoreRows.Take(probabilities.ToLogits(), [2, 0]);
        Assert.IsType<ScoreMatrix<float>>(part);
        Assert.True(part.AreLogarithms);
        var row = new double[2];
        part.CopyRow(0, row);
        Assert.Equal(Math.Log(.75), row[1], 1e-7);
        part.CopyRow(1, row);
        Assert.Equal([0, ScoreMatrix.LogOfZero], row);
    }
}
