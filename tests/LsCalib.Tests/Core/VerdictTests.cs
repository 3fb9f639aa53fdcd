using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(3, Verdict.Overconfident)]
    [InlineData(0.4, Verdict.Underconfident)]
    [InlineData(1, Verdict.NotToldFromCalibrated)]
    public void A_known_temperature_gives_its_verdict(double temperature, Verdict expected)
    {
        var (logits, labels) = Samples.Calibrated(4000, 5, temperature, 1.5, 31);
        Assert.Equal(expected, Of(Samples.Logits(logits, 5), labels));
    }

    [Fact]
    public void A_model_that_is_always_right_and_nearly_sure_is_not_called_underconfident()
    {
        // 200 rows at confidence .999, all right: the gap .001 has no variance, but no chance of showing an error either.
        var scores = Samples.Probabilities([.. Enumerable.Repeat(new[] { 0.999, 0.001 }, 200).SelectMany(row => row)], 2);
        Assert.Equal(Verdict.NotToldFromCalibrated, Of(scores, new int[200]));
    }

    [Fact]
    public void Rows_that_are_all_alike_are_judged_by_the_interval_of_the_accuracy_alone()
    {
        // Their gap has no interval. Three right rows at .6 are no wonder (.6³ = .2); ten are (.006), and so is one wrong row at 1.
        Verdict Right(int count) => Of(Samples.Probabilities([.. Enumerable.Repeat(new[] { 0.6, 0.4 }, count).SelectMany(row => row)], 2), new int[count]);
        Assert.Equal(Verdict.NotToldFromCalibrated, Right(3));
        Assert.Equal(Verdict.Underconfident, Right(10));
        Assert.Equal(Verdict.Overconfident, Of(Samples.Probabilities([1, 0], 2), [1]));
    }

    [Fact]
    public void Errors_of_both_signs_are_miscalibration_without_a_gap()
    {
        // Half claims .9 and is right in 6 of 10, half claims .6 and is right in 9 of 10: accuracy and confidence are both .75.
        var rows = Enumerable.Range(0, 2000).SelectMany(i => i % 2 == 0 ? new[] { 0.9, 0.1 } : [0.6, 0.4]).ToArray();
        var labels = Enumerable.Range(0, 2000).Select(i => (i / 2 % 10) < (i % 2 == 0 ? 6 : 9) ? 0 : 1).ToArray();
        Assert.Equal(Verdict.Miscalibrated, Of(Samples.Probabilities(rows, 2), labels));
    }

    private static Verdict Of(ScoreMatrix scores, int[] labels)
    {
        var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, 15);
        return Verdicts.Of(new MetricSet().Compute(scores, RowScaling.None, statistics), "ece-15");
    }
}
