using LsCalib.Core.Kernels;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Kernels;

public sealed class MmceTests
{
    [Fact]
    public void Two_rows_by_hand()
    {
        // c = 0.5 wrong, 0.9 right: residuals 0.5 and -0.1, k = exp(-0.4/0.4) = 1/e.
        // Σ = 0.25 + 0.01 - 2·0.05/e, and the mean over pairs -0.05/e.
        var error = Mmce.From(ConfidenceOrder.From([0.9, 0.5], [true, false]));
        Assert.Equal(Math.Sqrt(0.26 - (0.1 / Math.E)) / 2, error.Value, 1e-14);
        Assert.Equal(-0.05 / Math.E, error.UnbiasedSquare, 1e-14);
        Assert.True(double.IsNaN(error.StandardError));
    }

    [Theory]
    [InlineData(3, 1000)]
    [InlineData(200, 1000)]
    [InlineData(200, 7)]
    public void The_recursion_is_the_double_sum(int rows, int distinct)
    {
        var random = new SeededRandom(3);
        double[] c = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt(distinct + 1) / (double)distinct)];
        bool[] correct = [.. c.Select(value => random.NextDouble() < 0.8 * value)];
        double[] e = [.. c.Select((value, i) => value - (correct[i] ? 1 : 0))];
        double n = rows;
        var h = new double[rows, rows];
        double all = 0;
        double squares = 0;
        double own = 0;
        var full = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            own += e[i] * e[i];
            for (int j = 0; j < rows; j++)
            {
                h[i, j] = e[i] * e[j] * Math.Exp(-Math.Abs(c[i] - c[j]) / 0.4);
                all += h[i, j];
                full[i] += h[i, j] / n;
                squares += i == j ? 0 : h[i, j] * h[i, j];
            }
        }

        var error = Mmce.From(ConfidenceOrder.From(c, correct));
        double unbiased = (all - own) / n / (n - 1);
        Assert.Equal(Math.Sqrt(all) / n, error.Value, 1e-12);
        Assert.Equal(unbiased, error.UnbiasedSquare, 1e-12);

        double biased = all / n / n;
        double v = full.Select(r => (r - biased) * (r - biased)).Average() / biased;
        double rowSquares = Enumerable.Range(0, rows).Average(i => Math.Pow(((full[i] * n) - h[i, i]) / (n - 1), 2));
        double s = Math.Max(0, (squares / n / (n - 1)) - (2 * rowSquares) + (unbiased * unbiased));
        Assert.Equal(Math.Sqrt((4 * v * Math.Max(0, unbiased) / n) + (2 * s / n / n)), error.StandardError, 1e-12);
    }

    [Fact]
    public void Row_order_changes_no_bit()
    {
        double[] c = [0.3, 0.7, 0.7, 0.7, 0.1, 0.99, 0.3];
        bool[] correct = [true, false, true, true, false, true, false];
        var expected = Mmce.From(ConfidenceOrder.From(c, correct));
        int[] places = [0, 1, 2, 3, 4, 5, 6];
        var random = new SeededRandom(1);
        for (int draw = 0; draw < 20; draw++)
        {
            random.Shuffle(places.AsSpan());
            Assert.Equal(expected, Mmce.From(ConfidenceOrder.From([.. places.Select(i => c[i])], [.. places.Select(i => correct[i])])));
        }
    }

    [Fact]
    public void Duplicated_rows_leave_the_published_value()
    {
        double[] c = [0.3, 0.7, 0.75, 1, 0];
        bool[] correct = [true, false, true, true, false];
        double once = Mmce.From(ConfidenceOrder.From(c, correct)).Value;
        Assert.Equal(once, Mmce.From(ConfidenceOrder.From([.. c, .. c], [.. correct, .. correct])).Value, 1e-14);
    }

    [Fact]
    public void Interval_covers_calibrated_and_miscalibrated_models()
    {
        // c uniform on (0.5,1) and P(correct) = c - 0.1: the squared error is 0.01·E exp(-|c-c'|/0.4), with a = 0.5/0.4
        // 0.01·2(a - 1 + exp(-a))/a².
        const double Ratio = 1.25;
        double truth = 0.01 * 2 * (Ratio - 1 + Math.Exp(-Ratio)) / (Ratio * Ratio);
        var random = new SeededRandom(8);
        int zero = 0;
        int covered = 0;
        for (int draw = 0; draw < 400; draw++)
        {
            double[] c = [.. Enumerable.Range(0, 400).Select(_ => 0.5 + (0.5 * random.NextDouble()))];
            bool[] calibrated = [.. c.Select(value => random.NextDouble() < value)];
            bool[] overconfident = [.. c.Select(value => random.NextDouble() < value - 0.1)];
            zero += Mmce.From(ConfidenceOrder.From(c, calibrated), level: 0.9).Lower == 0 ? 1 : 0;
            var error = Mmce.From(ConfidenceOrder.From(c, overconfident), level: 0.9);
            covered += error.Lower <= truth && truth <= error.Upper ? 1 : 0;
        }

        // 90 % of 400 with four standard errors of 6.
        Assert.InRange(zero, 336, 400);
        Assert.InRange(covered, 336, 384);
    }

    [Fact]
    public void Degenerate_input()
    {
        var empty = Mmce.From(ConfidenceOrder.From([], []));
        Assert.True(double.IsNaN(empty.Value) && double.IsNaN(empty.UnbiasedSquare) && double.IsNaN(empty.Upper));
        Assert.Equal(0.25, Mmce.From(ConfidenceOrder.From([0.75], [true])).Value, 1e-15);
        var perfect = Mmce.From(ConfidenceOrder.From([1, 1, 1, 0], [true, true, true, false]));
        Assert.Equal((0, 0, 0, 0), (perfect.Value, perfect.UnbiasedSquare, perfect.Lower, perfect.Upper));
        Assert.Equal(1, Mmce.From(ConfidenceOrder.From([1, 1, 1], [false, false, false])).Value, 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => Mmce.From(ConfidenceOrder.From([1], [true]), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mmce.From(ConfidenceOrder.From([1], [true]), 0.4, 0));
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", 0.0949586870851266, 0.008974594684737375)]
    [InlineData("wideresnet-16-4-cifar-10", 0.04773489767524402, 0.0022658865428793955)]
    public void Real_predictions_give_the_values_of_a_plain_double_sum(string name, double value, double square)
    {
        // Computed with numpy from the definition.
        using var test = PredictionFile.Read(SharedData.Path("golden", $"{name}-test.npz"), null, new CsvOptions(), null);
        var statistics = StatisticsPass.Run(test.Scores, test.Labels, RowScaling.None, 15);
        bool[] correct = [.. Enumerable.Range(0, statistics.RowCount).Select(statistics.IsCorrect)];
        var error = Mmce.From(ConfidenceOrder.From(statistics.Confidence, correct));
        Assert.Equal(value, error.Value, 1e-11);
        Assert.Equal(square, error.UnbiasedSquare, 1e-12);
    }
}
