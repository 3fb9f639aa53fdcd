using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Ranking;
using LsCalib.Core.Scores;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Ranking;

public sealed class ConfidenceScoresTests
{
    private const double Exact = 1e-12;

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 0.33333333333333333)]
    [InlineData(2, 0.53452248382484879)]
    [InlineData(4, 0.63565794089343708)]
    public void Normalized_logit_of_a_worked_row(int power, double expected)
    {
        // The mean is 0, and ‖(2,1,0,−3)‖ is 6, √14 and 98^¼.
        var scores = Logits([2, 1, 0, -3], 4, power);
        Assert.Equal(expected, scores.NormalizedLogit[0], Exact);
        Assert.Equal(2, scores.MaximumLogit[0]);
    }

    [Fact]
    public void Probabilities_give_maximum_and_margin_as_they_are()
    {
        // Logarithms: mean (ln 0.7 + ln 0.2 + ln 0.1)/3 = ln 0.014 / 3.
        var scores = ConfidenceScores.Compute(Samples.Probabilities([0.1, 0.7, 0.2], 3), RowScaling.None, power: 0);
        Assert.Equal(0.7, scores.MaximumProbability[0]);
        Assert.Equal(0.5, scores.Margin[0], Exact);
        Assert.Equal(Math.Log(0.7), scores.MaximumLogit[0], Exact);
        Assert.Equal(Math.Log(0.7) - (Math.Log(0.014) / 3), scores.NormalizedLogit[0], Exact);
    }

    [Fact]
    public void A_temperature_changes_probabilities_only()
    {
        // Softmax of (ln 4, 0)/2 is (2, 1)/3.
        var matrix = ScoreMatrix.From(ScoreKind.Logits, new[] { Math.Log(4), 0 }, 2);
        var scores = ConfidenceScores.Compute(matrix, RowScaling.ByTemperature(2));
        Assert.Equal(2 / 3.0, scores.MaximumProbability[0], Exact);
        Assert.Equal(1 / 3.0, scores.Margin[0], Exact);
        Assert.Equal(Math.Log(4), scores.MaximumLogit[0], Exact);
        Assert.Equal(Math.Sqrt(0.5), scores.NormalizedLogit[0], Exact);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(10, 3)]
    [InlineData(16, 2)]
    [InlineData(37, 7)]
    public void Scores_are_those_of_a_plain_computation(int classes, int power)
    {
        var (logits, _) = Samples.Calibrated(200, classes, 1, 3, seed: 11);
        var scores = ConfidenceScores.Compute(Samples.Logits(logits, classes), RowScaling.None, power);
        for (int row = 0; row < 200; row++)
        {
            double[] z = [.. logits.Skip(row * classes).Take(classes).Select(value => (double)value)];
            double total = z.Sum(Math.Exp);
            double[] p = [.. z.Select(value => Math.Exp(value) / total).OrderDescending()];
            double norm = Math.Pow(z.Sum(value => Math.Pow(Math.Abs(value - z.Average()), power)), 1.0 / power);
            Assert.Equal(p[0], scores.MaximumProbability[row], Exact);
            Assert.Equal(p[0] - p[1], scores.Margin[row], Exact);
            Assert.Equal(z.Max(), scores.MaximumLogit[row]);
            Assert.Equal((z.Max() - z.Average()) / norm, scores.NormalizedLogit[row], Exact);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Equal_logits_are_no_confidence_at_all(int power)
    {
        var scores = Logits([0.1, 0.1, 0.1, 1e300, 1e300, 1e300], 3, power);
        Assert.Equal([0, 0], scores.NormalizedLogit);
        Assert.Equal([0, 0], scores.Margin);
        Assert.Equal(1 / 3.0, scores.MaximumProbability[0], Exact);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(64)]
    public void Shift_and_scale_leave_the_normalized_logit_alone(int power)
    {
        double plain = Logits([2, 1, 0, -3], 4, power).NormalizedLogit[0];
        Assert.Equal(plain, Logits([2e150, 1e150, 0, -3e150], 4, power).NormalizedLogit[0], Exact);
        Assert.Equal(plain, Logits([2e-200, 1e-200, 0, -3e-200], 4, power).NormalizedLogit[0], Exact);
        Assert.Equal(plain, Logits([1002, 1001, 1000, 997], 4, power).NormalizedLogit[0], Exact);
    }

    [Fact]
    public void A_probability_of_zero_ranks_with_the_smallest_ones()
    {
        // Float probabilities: 1e-45 is the smallest, so a zero is no less and a row with zeros no less confident.
        float[] values = [0.9f, 0.1f, 0, 0.9f, 0.1f, 1e-45f, 0.9f, 0.1f, 1e-30f];
        var direct = ConfidenceScores.Compute(ScoreMatrix.From(ScoreKind.Probabilities, values, 3), RowScaling.None).NormalizedLogit;
        var logarithms = ConfidenceScores.Compute(ScoreMatrix.From(ScoreKind.Probabilities, values, 3).ToLogits(), RowScaling.None).NormalizedLogit;
        Assert.Equal(direct[0], direct[1], Exact);
        Assert.NotEqual(direct[1], direct[2], 1e-4);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(direct[row], logarithms[row], 1e-6);
        }
    }

    [Fact]
    public void Every_vector_width_gives_the_same_bits()
    {
        var (logits, _) = Samples.Calibrated(500, 37, 1, 3, seed: 12);
        var matrix = Samples.Logits(logits, 37);
        var best = ConfidenceScores.Compute(matrix, RowScaling.None, 3, threads: 2);
        foreach (var path in new[] { VectorPath.Portable, VectorPath.Avx2 }.Where(VectorPaths.IsSupported))
        {
            var other = ConfidenceScores.Compute(matrix, RowScaling.None, 3, threads: 1, path);
            Assert.Equal(best.MaximumProbability, other.MaximumProbability);
            Assert.Equal(best.Margin, other.Margin);
            Assert.Equal(best.NormalizedLogit, other.NormalizedLogit);
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var exception = Assert.Throws<NonFiniteScoreException>(() => Logits([1, 2, 3, double.NaN], 2, 2));
        Assert.Equal((1, 1), (exception.Row, exception.Column));
        Assert.Throws<ArgumentOutOfRangeException>(() => Logits([1, 2], 2, -1));
        Assert.Throws<ArgumentException>(() => ConfidenceScores.Compute(Samples.Probabilities([0.5, 0.5], 2), RowScaling.ByTemperature(2)));
        Assert.Empty(Logits([], 2, 2).Margin);
    }

    [Fact]
    public void A_norm_helps_where_the_scale_of_a_row_says_nothing()
    {
        // Rows of a calibrated model, each multiplied by a scale of its own.
        var (logits, labels) = Samples.Calibrated(2000, 5, 1, 2, seed: 14);
        var random = new SeededRandom(15);
        bool[] correct = [.. labels.Select((label, i) => logits.AsSpan(i * 5, 5).IndexOf(logits.Skip(i * 5).Take(5).Max()) == label)];
        for (int i = 0; i < 2000; i++)
        {
            float scale = (float)Math.Exp(2 * random.NextGaussian());
            for (int k = 0; k < 5; k++)
            {
                logits[(i * 5) + k] *= scale;
            }
        }

        var scores = ConfidenceScores.Compute(Samples.Logits(logits, 5), RowScaling.None);
        Assert.True(Aurc(scores.NormalizedLogit, correct) < Aurc(scores.MaximumProbability, correct) - 0.01);
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", 0, 0.31298218794479943)]
    [InlineData("wideresnet-16-4-cifar-10", 3, 0.013010183539808009)]
    public void Norms_rank_real_predictions_as_numpy_does(string name, int bestPower, double aurcOfTwo)
    {
        // AURC by numpy, float64, on the test half.
        using var file = PredictionFile.Read(SharedData.Path("golden", $"{name}-test.npz"), null, new CsvOptions(), null);
        var row = new double[file.Scores.ClassCount];
        var correct = new bool[file.Scores.RowCount];
        for (int i = 0; i < correct.Length; i++)
        {
            file.Scores.CopyRow(i, row);
            correct[i] = Array.IndexOf(row, row.Max()) == file.Labels[i];
        }

        var scores = ConfidenceScores.Compute(file.Scores, RowScaling.None);
        Assert.Equal(aurcOfTwo, Aurc(scores.NormalizedLogit, correct), 1e-9);
        Assert.Equal(bestPower, Enumerable.Range(0, 10).MinBy(power => Aurc(ConfidenceScores.Compute(file.Scores, RowScaling.None, power).NormalizedLogit, correct)));
    }

    private static ConfidenceScores Logits(double[] values, int classes, int power) =>
        ConfidenceScores.Compute(ScoreMatrix.From(ScoreKind.Logits, values, classes), RowScaling.None, power);

    private static double Aurc(double[] scores, bool[] correct) => RiskCoverage.From(ConfidenceOrder.From(scores, correct)).Aurc;
}
