using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core.Catalog;

public sealed class WeightedMetricsTests
{
    private const int ClassCount = 7;
    private static readonly string[] AllKeys = [.. MetricCatalog.All().Select(info => info.Key)];

    /// <summary>Effective counts and variances are not those of repeated rows: what they enter differs.</summary>
    private static readonly string[] ByEffectiveCount = ["mce-15-min10", "l2-debiased-15", "l1-debiased-15", "spiegelhalter", "ks", "kuiper"];

    [Fact]
    public void Hand_worked()
    {
        // Bins of five: (.4,.6] gap .4 of weight 1; (.6,.8] accuracy 4/6, confidence 4.6/6, weight 6; (.8,1] gap .1 of weight 1.
        var order = ConfidenceOrder.From([0.6, 0.7, 0.9, 0.8], [true, false, true, true]);
        var set = new MetricSet(BinCount: 5)
        {
            Keys = ["accuracy", "mean-confidence", "gap", "ece-5", "ece-5-over", "ece-5-under", "mce-5", "rmsce-5"],
            Weights = RowWeights.From("w", [2, 4, 2, 8]),
        };
        var evaluation = set.Compute(order);
        Assert.Equal(0.75, evaluation["accuracy"].Value, 14);
        Assert.Equal(0.7625, evaluation["mean-confidence"].Value, 14);
        Assert.Equal(-0.0125, evaluation["gap"].Value, 14);
        Assert.Equal(0.1375, evaluation["ece-5"].Value, 14);
        Assert.Equal(0.075, evaluation["ece-5-over"].Value, 14);
        Assert.Equal(0.0625, evaluation["ece-5-under"].Value, 14);
        Assert.Equal(0.4, evaluation["mce-5"].Value, 14);
        Assert.Equal(Math.Sqrt(0.02875), evaluation["rmsce-5"].Value, 14);
        Assert.Equal([0, 0, 0.5, 3, 0.5], evaluation.Reliability.Bins.Select(bin => bin.Weight));

        // Kish's count of (1, 2, 1, 4): 64/22; Wilson's of that many rows and no more.
        Assert.Equal(64.0 / 22, set.Weights.EffectiveCount, 14);
        Assert.StartsWith("Wilson, 2.", evaluation["accuracy"].Interval!.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_weights_are_repeated_rows()
    {
        var (logits, labels) = Data(200, 1);
        var weights = Enumerable.Range(0, 200).Select(i => (double)(i * 7 % 4)).ToArray();
        var rows = Enumerable.Range(0, 200).SelectMany(i => Enumerable.Repeat(i, (int)weights[i])).ToArray();
        var weighted = Measure(logits, labels, RowWeights.From("w", weights), AllKeys);
        var repeated = Measure([.. rows.SelectMany(row => logits.Skip(row * ClassCount).Take(ClassCount))], [.. rows.Select(row => labels[row])], null, AllKeys);
        Assert.Contains(weighted.Metrics, metric => metric.Info.Key == "smooth-ece");
        foreach (var (info, measurement) in weighted.Metrics.Where(metric => !ByEffectiveCount.Contains(metric.Info.Key)))
        {
            Assert.True(Math.Abs(repeated[info.Key].Value - measurement.Value) < 1e-9, $"{info.Key}: {measurement.Value}, repeated {repeated[info.Key].Value}");
        }

        foreach (var (one, other) in weighted.Classes.Zip(repeated.Classes))
        {
            Assert.Equal(other.Accuracy, one.Accuracy, 10);
            Assert.Equal(other.MeanProbability, one.MeanProbability, 10);
            Assert.Equal(other.Ece, one.Ece, 10);
        }
    }

    [Fact]
    public void Equal_weights_change_nothing_but_rounding()
    {
        var (logits, labels) = Data(600, 2);
        var plain = Measure(logits, labels, null, AllKeys, resamples: 200);
        var weighted = Measure(logits, labels, RowWeights.From("w", Enumerable.Repeat(3.7, 600).ToArray()), AllKeys, resamples: 200);
        foreach (var (info, measurement) in weighted.Metrics)
        {
            var expected = plain[info.Key];
            Assert.True(Math.Abs(expected.Value - measurement.Value) < 1e-9, info.Key);
            Assert.Equal(expected.Interval is null, measurement.Interval is null);
            Assert.Equal(expected.NoiseFloor is null, measurement.NoiseFloor is null);
            Assert.True(Math.Abs((expected.Interval?.Lower - measurement.Interval?.Lower) ?? 0) < 0.003, $"{info.Key}: {expected.Interval}, weighted {measurement.Interval}");
            Assert.True(Math.Abs((expected.Interval?.Upper - measurement.Interval?.Upper) ?? 0) < 0.003, $"{info.Key}: {expected.Interval}, weighted {measurement.Interval}");
            Assert.True(Math.Abs((expected.NoiseFloor?.Mean / measurement.NoiseFloor?.Mean - 1) ?? 0) < 0.05, $"{info.Key}: {expected.NoiseFloor}, weighted {measurement.NoiseFloor}");

            // The 95 % point of a largest gap lies on a step of a bin of few rows.
            double allowed = info.Key == "smooth-ece" ? 0.15 : info.Key.StartsWith("mce", StringComparison.Ordinal) ? 1 : 0.08;
            Assert.True(Math.Abs((expected.NoiseFloor?.Q95 / measurement.NoiseFloor?.Q95 - 1) ?? 0) < allowed, $"{info.Key}: {expected.NoiseFloor}, weighted {measurement.NoiseFloor}");
        }

        foreach (var (expected, bar) in plain.ConsistencyBars.Zip(weighted.ConsistencyBars))
        {
            Assert.Equal(expected?.Lower ?? 0, bar?.Lower ?? 0, 0.03);
            Assert.Equal(expected?.Upper ?? 0, bar?.Upper ?? 0, 0.03);
        }
    }

    [Fact]
    public void Scale_and_order_of_rows_do_not_matter()
    {
        var (logits, labels) = Data(300, 3);
        var random = new SeededRandom(9);
        var weights = Enumerable.Range(0, 300).Select(_ => Math.Exp(random.NextGaussian())).ToArray();
        var rows = Enumerable.Range(0, 300).ToArray();
        random.Shuffle(rows.AsSpan());
        var one = Measure(logits, labels, RowWeights.From("w", weights), AllKeys);
        var other = Measure(
            [.. rows.SelectMany(row => logits.Skip(row * ClassCount).Take(ClassCount))],
            [.. rows.Select(row => labels[row])],
            RowWeights.From("w", rows.Select(row => 1e150 * weights[row]).ToArray()),
            AllKeys);
        foreach (var (info, measurement) in one.Metrics)
        {
            Assert.True(Math.Abs(other[info.Key].Value - measurement.Value) < 1e-12, info.Key);
        }
    }

    [Fact]
    public void A_row_of_weight_0_counts_for_nothing()
    {
        var order = ConfidenceOrder.From([0.3, 0.6, 0.7, 0.9, 0.95], [false, true, false, true, false]);
        var set = new MetricSet { Keys = AllKeys, ResampleCount = 100 };
        var without = set with { Weights = RowWeights.From("w", [1, 2, 1, 3]) };
        var with = set with { Weights = RowWeights.From("w", [0, 1, 2, 1, 3]) };
        var evaluation = with.Compute(order);
        var expected = without.Compute(ConfidenceOrder.From([0.6, 0.7, 0.9, 0.95], [true, false, true, false]));
        foreach (var (info, measurement) in evaluation.Metrics)
        {
            Assert.True(double.IsNaN(measurement.Value) ? double.IsNaN(expected[info.Key].Value) : Math.Abs(expected[info.Key].Value - measurement.Value) < 1e-12, info.Key);
        }

        Assert.Null(evaluation.ConsistencyBars[4]);
    }

    [Fact]
    public void Metrics_that_are_not_known_for_weights_are_left_out()
    {
        var (logits, labels) = Data(100, 4);
        var evaluation = Measure(logits, labels, RowWeights.From("w", [.. Enumerable.Range(1, 100).Select(i => (double)i)]), AllKeys);
        Assert.All(evaluation.Omitted, omitted => Assert.Equal("it is not known for weighted rows", omitted.Reason));
        Assert.Equal(AllKeys.Length, evaluation.Metrics.Length + evaluation.Omitted.Length);
        Assert.Contains(evaluation.Omitted, omitted => omitted.Info.Key == "aurc");
    }

    [Theory]
    [InlineData(1, -1e-9)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(0, 0)]
    public void Bad_weights_are_refused(double first, double second) =>
        Assert.Throws<ArgumentException>(() => RowWeights.From("w", [first, second]));

    [Fact]
    public void There_is_a_weight_for_each_row() => Assert.Throws<ArgumentException>(
        () => new MetricSet { Weights = RowWeights.From("w", [1, 2]) }.Compute(ConfidenceOrder.From([0.5], [true])));

    [Fact]
    public void Threads_do_not_matter()
    {
        var (logits, labels) = Data(900, 5);
        var weights = RowWeights.From("w", [.. Enumerable.Range(1, 900).Select(i => 1.0 / i)]);
        var one = Measure(logits, labels, weights, AllKeys, resamples: 200);
        var two = Measure(logits, labels, weights, AllKeys, resamples: 200, threads: 3);
        foreach (var (expected, actual) in one.Metrics.Zip(two.Metrics))
        {
            Assert.Equal(expected, actual);
        }
    }

    private static Evaluation Measure(double[] logits, int[] labels, RowWeights? weights, IReadOnlyList<string> keys, int resamples = 0, int threads = 1)
    {
        var scores = ScoreMatrix.From(ScoreKind.Logits, logits, ClassCount);
        return new MetricSet { Keys = keys, Weights = weights, ResampleCount = resamples, Threads = threads }
            .Compute(scores, RowScaling.None, StatisticsPass.Run(scores, labels, RowScaling.None, 15, threads));
    }

    private static (double[] Logits, int[] Labels) Data(int rows, long seed)
    {
        var random = new SeededRandom(seed, stream: 77);
        var logits = Enumerable.Range(0, rows * ClassCount).Select(_ => 2 * random.NextGaussian()).ToArray();
        var labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            labels[row] = random.NextInt(ClassCount);
            logits[(row * ClassCount) + labels[row]] += 2;
        }

        return (logits, labels);
    }
}
