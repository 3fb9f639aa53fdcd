using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class StatisticsPassTests
{
    [Fact]
    public void One_row_by_hand()
    {
        // softmax(ln 7, ln 2, ln 1) = .7 .2 .1; label 1: NLL = -ln .2; Brier = .49 + .64 + .01 = 1.14.
        var scores = ScoreMatrix.From(ScoreKind.Logits, new[] { Math.Log(7), Math.Log(2), Math.Log(1) }, 3);
        var s = StatisticsPass.Run(scores, [1], RowScaling.None, 15);
        Assert.Equal(0.7, s.Confidence[0], 1e-15);
        Assert.Equal(-Math.Log(0.2), s.Nll[0], 1e-14);
        Assert.Equal(1.14, s.Brier[0], 1e-14);
        Assert.Equal(0, s.Predicted[0]);
        Assert.Equal(0, s.CorrectCount);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(1003)]
    public void Every_vector_width_and_thread_count_gives_the_same_bits(int classes)
    {
        var (logits, labels) = Samples.Calibrated(700, classes, 1, 2, classes);
        var scores = Samples.Logits(logits, classes);
        var scaling = RowScaling.ByTemperature(1.7);
        var reference = StatisticsPass.Run(scores, labels, scaling, 15, 1, VectorPath.Portable);
        foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
        {
            foreach (int threads in new[] { 1, 2, 5 })
            {
                var s = StatisticsPass.Run(scores, labels, scaling, 15, threads, path);
                Assert.Equal(reference.Confidence, s.Confidence);
                Assert.Equal(reference.Nll, s.Nll);
                Assert.Equal(reference.Brier, s.Brier);
                Assert.Equal(reference.Predicted, s.Predicted);
                Assert.Equal(reference.Classwise.ProbabilitySums, s.Classwise.ProbabilitySums);
                Assert.Equal(reference.Classwise.SquareSums, s.Classwise.SquareSums);
                Assert.Equal(reference.TopFiveCount, s.TopFiveCount);
            }
        }
    }

    [Theory]
    [InlineData(2, 1e-14)]
    [InlineData(10, 1e-14)]
    [InlineData(63, 1e-14)]
    [InlineData(64, 1e-7)]
    [InlineData(137, 1e-7)]
    public void Rows_agree_with_a_plain_softmax(int classes, double tolerance)
    {
        var (logits, labels) = Samples.Calibrated(300, classes, 1, 4, 7);
        var s = StatisticsPass.Run(Samples.Logits(logits, classes), labels, RowScaling.None, 15);
        for (int i = 0; i < labels.Length; i++)
        {
            var z = logits.AsSpan(i * classes, classes);
            double largest = double.MinValue;
            foreach (float value in z)
            {
                largest = Math.Max(largest, value);
            }

            double sum = 0;
            foreach (float value in z)
            {
                sum += Math.Exp(value - largest);
            }

            int better = 0;
            for (int k = 0; k < classes; k++)
            {
                better += z[k] > z[labels[i]] ? 1 : 0;
            }

            Assert.Equal(1 / sum, s.Confidence[i], tolerance);
            Assert.Equal(Math.Log(sum) + largest - z[labels[i]], s.Nll[i], 10 * tolerance);
            Assert.Equal(better == 0, s.IsCorrect(i));
        }
    }

    [Theory]
    [InlineData(64, 1, 4)]
    [InlineData(100, 0.3, 4)]
    [InlineData(250, 1.7, 2)]
    [InlineData(1000, 1, 3)]
    [InlineData(1000, 30, 60)]
    public void Single_precision_exponentials_leave_the_metrics_as_they_are_in_double(int classes, double temperature, double spread)
    {
        var (logits, labels) = Samples.Calibrated(4000, classes, 1, spread, 7);
        var scaling = RowScaling.ByTemperature(temperature);
        var single = StatisticsPass.Run(Samples.Logits(logits, classes), labels, scaling, 15);
        var doubles = ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(logits, z => (double)z), classes);
        var precise = StatisticsPass.Run(doubles, labels, scaling, 15);
        Assert.Equal(precise.Predicted, single.Predicted);
        Assert.Equal(precise.TopFiveCount, single.TopFiveCount);
        Assert.Equal(1, single.Nll.Average() / precise.Nll.Average(), 3e-9);
        Assert.Equal(1, single.Brier.Average() / precise.Brier.Average(), 3e-9);
        Assert.Equal(1, single.Confidence.Average() / precise.Confidence.Average(), 3e-9);
        Assert.Equal(1, single.Classwise.ProbabilitySums.Sum() / precise.Classwise.ProbabilitySums.Sum(), 3e-9);
        for (int k = 0; k < classes; k++)
        {
            double expected = CalibrationError.OfClass(precise.Classwise, k, 4000);
            Assert.Equal(expected, CalibrationError.OfClass(single.Classwise, k, 4000), 1e-8);
        }
    }

    [Fact]
    public void Ties_go_to_the_lowest_index()
    {
        // The label is 5th of six equal scores: inside the top five; as the 6th it is not.
        var scores = ScoreMatrix.From(ScoreKind.Logits, new float[12], 6);
        var s = StatisticsPass.Run(scores, [4, 5], RowScaling.None, 15);
        Assert.Equal([0, 0], s.Predicted);
        Assert.Equal(1, s.TopFiveCount);
    }

    [Fact]
    public void Logits_of_any_size_give_finite_numbers()
    {
        var scores = ScoreMatrix.From(ScoreKind.Logits, new float[] { 1e30f, -1e30f, 1000, 999, -1000, -1001 }, 2);
        var s = StatisticsPass.Run(scores, [0, 0, 0], RowScaling.None, 15);
        Assert.Equal(1, s.Confidence[0]);
        Assert.Equal(1 / (1 + Math.Exp(-1)), s.Confidence[1], 1e-15);
        Assert.Equal(1 / (1 + Math.Exp(-1)), s.Confidence[2], 1e-15);
        Assert.All(s.Nll, nll => Assert.True(double.IsFinite(nll)));
    }

    [Fact]
    public void Round_probabilities_stay_on_their_side_of_a_bin_edge()
    {
        // .6 + .3 + .1 is not 1 in binary; dividing by the sum would move .6 above the edge 9/15.
        var scores = Samples.Probabilities([0.6, 0.3, 0.1], 3);
        var s = StatisticsPass.Run(scores, [0], RowScaling.None, 15);
        Assert.Equal(0.6, s.Confidence[0]);
        Assert.Equal(8, BinEdges.IndexOf(BinEdges.EqualWidth(15), s.Confidence[0]));
    }

    [Fact]
    public void A_true_class_probability_of_zero_is_replaced_by_the_epsilon_of_its_type_and_counted()
    {
        var doubles = StatisticsPass.Run(Samples.Probabilities([0, 1, 0.5, 0.5], 2), [0, 1], RowScaling.None, 15);
        Assert.Equal(-Math.Log(Math.Pow(2, -52)), doubles.Nll[0], 1e-12);
        Assert.Equal(Math.Log(2), doubles.Nll[1], 1e-15);
        Assert.Equal(1, doubles.ZeroProbabilityRowCount);
        var floats = StatisticsPass.Run(ScoreMatrix.From(ScoreKind.Probabilities, new[] { 0f, 1f }, 2), [0], RowScaling.None, 15);
        Assert.Equal(-Math.Log(Math.Pow(2, -23)), floats.Nll[0], 1e-12);
    }

    [Fact]
    public void Logarithms_of_probabilities_give_the_same_numbers_as_the_probabilities()
    {
        var probabilities = Samples.Probabilities([0.7, 0.2, 0.1, 0, 0.25, 0.75, 1, 0, 0], 3);
        var direct = StatisticsPass.Run(probabilities, [1, 0, 0], RowScaling.None, 15);
        var logs = StatisticsPass.Run(probabilities.ToLogits(), [1, 0, 0], RowScaling.None, 15);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(direct.Confidence[i], logs.Confidence[i], 1e-15);
            Assert.Equal(direct.Nll[i], logs.Nll[i], 1e-13);
            Assert.Equal(direct.Brier[i], logs.Brier[i], 1e-14);
        }

        Assert.Equal(1, logs.ZeroProbabilityRowCount);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_score_that_is_not_finite_is_named(float bad)
    {
        var values = new float[3000 * 11];
        values[(1234 * 11) + 9] = bad;
        values[(2500 * 11) + 1] = bad;
        var scores = Samples.Logits(values, 11);
        var error = Assert.Throws<NonFiniteScoreException>(() => StatisticsPass.Run(scores, new int[3000], RowScaling.None, 15, 2));
        Assert.Equal((1234, 9), (error.Row, error.Column));
    }

    [Fact]
    public void Blocks_of_rows_are_read_as_one_matrix()
    {
        var (logits, labels) = Samples.Calibrated(500, 7, 1, 2, 3);
        var whole = StatisticsPass.Run(Samples.Logits(logits, 7), labels, RowScaling.None, 15);
        var blocks = Enumerable.Range(0, 8).Select(i => (ReadOnlyMemory<float>)logits.AsMemory(i * 70 * 7, Math.Min(70, 500 - (i * 70)) * 7)).ToList();
        var cut = StatisticsPass.Run(new ScoreMatrix<float>(ScoreKind.Logits, blocks, 500, 7, 70), labels, RowScaling.None, 15, 2);
        Assert.Equal(whole.Nll, cut.Nll);
        Assert.Equal(whole.Classwise.ProbabilitySums, cut.Classwise.ProbabilitySums);
    }

    [Fact]
    public unsafe void Exponentials_are_right_to_the_last_digits()
    {
        var x = new double[8];
        var random = new SeededRandom(1);
        for (int i = 0; i < 20000; i++)
        {
            for (int k = 0; k < 8; k++)
            {
                x[k] = -random.NextDouble() * (i % 2 == 0 ? 1 : 700);
            }

            fixed (double* p = x)
            {
                var e = new double[8];
                fixed (double* q = e)
                {
                    Lanes128.Store(new Exponential<Lanes128>(1).Of(Lanes128.Load(p)), q);
                }

                for (int k = 0; k < 8; k++)
                {
                    Assert.InRange(e[k] / Math.Exp(x[k]), 1 - 5e-16, 1 + 5e-16);
                }
            }
        }
    }
}
