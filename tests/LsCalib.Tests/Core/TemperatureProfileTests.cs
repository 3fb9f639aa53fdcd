using System.Text.Json;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class TemperatureProfileTests
{
    [Theory]
    [InlineData(300, 2, "float", Binning.EqualWidth, 15, false)]
    [InlineData(700, 3, "double", Binning.EqualMass, 10, false)]
    [InlineData(700, 10, "float", Binning.EqualWidth, 15, true)]
    [InlineData(400, 5, "double", Binning.EqualMass, 7, true)]
    [InlineData(300, 100, "double", Binning.EqualWidth, 1, false)]
    [InlineData(300, 4, "probabilities", Binning.EqualWidth, 15, false)]
    public void Every_point_is_what_a_pass_at_that_temperature_gives(int rows, int classes, string type, Binning binning, int bins, bool isWeighted)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1.6, 2, classes);
        ScoreMatrix scores = type switch
        {
            "float" => Samples.Logits(logits, classes),
            "double" => ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(logits, z => (double)z), classes),
            _ => Samples.Probabilities(Claimed(logits, labels, classes), classes),
        };
        var weights = isWeighted ? RowWeights.From("w", [.. Enumerable.Range(0, rows).Select(row => row % 5 * 0.7)]) : null;
        var options = new TemperatureProfileOptions { Temperature = new() { Weights = weights, Seed = 4 }, Binning = binning, BinCount = bins };
        var profile = TemperatureProfile.Compute(scores, labels, options, 9, rows, VectorPaths.Best, default);
        Assert.Equal(9, profile.Points.Length);
        foreach (var point in profile.Points)
        {
            var statistics = StatisticsPass.Run(scores.ToLogits(), labels, RowScaling.ByTemperature(point.Temperature), 15);
            var order = ConfidenceOrder.From(statistics.Confidence, [.. Enumerable.Range(0, rows).Select(statistics.IsCorrect)]).Weighted(weights);
            var table = ReliabilityTable.From(order, binning, bins);
            double nll = Enumerable.Range(0, rows).Sum(row => (weights?.OfRow[row] ?? 1) * statistics.Nll[row]) / (weights?.OfRow.Sum() ?? rows);
            Assert.Equal(nll, point.Nll, 1e-12 * nll);
            Assert.Equal(CalibrationError.Expected(table), point.Ece, 1e-12);
            Assert.Equal(NoiseFloors.Of(NoiseFloors.Tables(table, order, 4), CalibrationError.Expected), point.Floor);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(64)]
    [InlineData(130)]
    public void Every_vector_width_and_thread_count_gives_the_same_bits(int classes)
    {
        var (logits, labels) = Samples.Calibrated(1100, classes, 1.4, 2, 5);
        foreach (bool isDouble in new[] { false, true })
        {
            ScoreMatrix scores = isDouble ? ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(logits, z => (double)z), classes) : Samples.Logits(logits, classes);
            TemperatureProfile Profile(VectorPath path, int threads) =>
                TemperatureProfile.Compute(scores, labels, new() { Temperature = new() { Threads = threads } }, 5, 900, path, default);
            var reference = Profile(VectorPath.Portable, 1);
            foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
            {
                foreach (int threads in new[] { 1, 3 })
                {
                    var profile = Profile(path, threads);
                    Assert.Equal(reference.Points.ToArray(), profile.Points.ToArray());
                    Assert.Equal(reference.Interval, profile.Interval);
                }
            }
        }
    }

    [Fact]
    public void The_optimum_has_the_least_nll_of_all_points()
    {
        var (logits, labels) = Samples.Calibrated(2000, 5, 1.7, 2, 3);
        var profile = TemperatureProfile.Compute(Samples.Logits(logits, 5), labels, new());
        Assert.Equal(TemperatureScaling.Fit(Samples.Logits(logits, 5), labels).Temperature, profile.Optimum!.Temperature);
        Assert.Equal(TemperatureGrid.MostPoints, profile.Points.Length);
        Assert.Equal(profile.Optimum, profile.Points.MinBy(point => point.Nll));
        Assert.Equal(profile.LeastEce.Ece, profile.Points.Min(point => point.Ece));
        Assert.Equal(1, profile.Unscaled.Temperature);
        Assert.InRange(profile.Fit.Temperature, profile.Interval!.Lower, profile.Interval.Upper);
        Assert.Equal(profile.Points.OrderBy(point => point.Temperature).ToArray(), profile.Points.ToArray());
    }

    [Theory]
    [InlineData(double.NaN, double.NaN, double.NaN, 61)]
    [InlineData(1, 0.9, 1.1, 61)]
    [InlineData(1.0001, 1, 1.0002, 61)]
    [InlineData(0.9999, 0.9998, 1, 21)]
    [InlineData(0.02, 0, 0.5, 21)]
    [InlineData(700, 30, double.PositiveInfinity, 21)]
    [InlineData(2, 0.3, 9, 61)]
    public void Temperatures_ascend_and_hold_the_optimum_one_and_the_interval(double optimum, double lower, double upper, int points)
    {
        var grid = TemperatureGrid.Make(optimum, lower, upper, points);
        Assert.Equal(points, grid.Distinct().Count());
        Assert.Equal(grid.Order(), grid);
        Assert.Contains(1, grid);
        Assert.True(double.IsNaN(optimum) || grid.Contains(optimum));
        Assert.True(grid[0] <= 0.5 && grid[^1] >= 2);
        Assert.True(!(lower > optimum / 20) || grid[0] < lower);
        Assert.True(!(upper < optimum * 20) || grid[^1] > upper);
    }

    [Fact]
    public void Many_rows_and_classes_have_fewer_temperatures_and_then_a_sample_of_rows()
    {
        Assert.Equal((61, 10_000), TemperatureGrid.Sizes(10_000, 100));
        Assert.Equal((21, 50_000), TemperatureGrid.Sizes(50_000, 1000));
        Assert.Equal((21, 51_948), TemperatureGrid.Sizes(1_281_167, 1000));
        var (logits, labels) = Samples.Calibrated(600, 3, 1.5, 2, 3);
        TemperatureProfile Profile(long seed) =>
            TemperatureProfile.Compute(Samples.Logits(logits, 3), labels, new() { Temperature = new() { Seed = seed } }, 21, 250, VectorPaths.Best, default);
        Assert.Equal((21, 250, 600), (Profile(1).Points.Length, Profile(1).RowCount, Profile(1).TotalRowCount));
        Assert.Equal(Profile(1).Points.ToArray(), Profile(1).Points.ToArray());
        Assert.NotEqual(Profile(1).Points.ToArray(), Profile(2).Points.ToArray());
        Assert.Equal(TemperatureScaling.Fit(Samples.Logits(logits, 3), labels).Temperature, Profile(1).Optimum!.Temperature);
    }

    [Fact]
    public void Rows_of_weight_0_are_not_drawn()
    {
        var (logits, labels) = Samples.Calibrated(300, 3, 1.5, 2, 8);
        int[] kept = [.. Enumerable.Range(0, 300).Where(row => row % 3 == 1)];
        var weights = RowWeights.From("w", [.. Enumerable.Range(0, 300).Select(row => row % 3 == 1 ? 2.0 : 0)]);
        var drawn = TemperatureProfile.Compute(Samples.Logits(logits, 3), labels, new() { Temperature = new() { Weights = weights } }, 21, 100, VectorPaths.Best, default);
        float[] few = [.. kept.SelectMany(row => logits[(3 * row)..((3 * row) + 3)])];
        var alone = TemperatureProfile.Compute(Samples.Logits(few, 3), [.. kept.Select(row => labels[row])], new(), 21, 100, VectorPaths.Best, default);
        Assert.Equal(100, drawn.RowCount);
        foreach (var (a, b) in drawn.Points.Zip(alone.Points))
        {
            Assert.Equal(b.Temperature, a.Temperature, 1e-9);
            Assert.Equal(b.Nll, a.Nll, 1e-9);
            Assert.Equal(b.Ece, a.Ece, 1e-7);
        }
    }

    [Fact]
    public void Without_an_optimum_there_is_still_a_curve()
    {
        var profile = TemperatureProfile.Compute(Samples.Logits([1, 0, 0, 2], 2), [0, 1], new());
        Assert.Equal(FitStatus.Separable, profile.Fit.Status);
        Assert.Null(profile.Optimum);
        Assert.Null(profile.Interval);
        Assert.Equal((Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.Exp(-2))) / 2, profile.Unscaled.Nll, 1e-14);
        Assert.All(profile.Points.Zip(profile.Points.Skip(1)), pair => Assert.True(pair.First.Nll < pair.Second.Nll));
    }

    [Fact]
    public void What_does_not_fit_together_is_refused_and_a_profile_can_be_stopped()
    {
        var scores = Samples.Logits([1, 0, 0, 2], 2);
        Assert.ThrowsAny<ArgumentException>(() => TemperatureProfile.Compute(scores, [0], new()));
        Assert.ThrowsAny<ArgumentException>(() => TemperatureProfile.Compute(scores, [0, 2], new()));
        Assert.ThrowsAny<ArgumentException>(() => TemperatureProfile.Compute(scores, [0, 1], new() { Temperature = new() { Weights = RowWeights.From("w", [1]) } }));
        Assert.ThrowsAny<ArgumentException>(() => TemperatureProfile.Compute(Samples.Logits([], 2), [], new()));
        Assert.ThrowsAny<OperationCanceledException>(() => TemperatureProfile.Compute(scores, [0, 1], new(), new CancellationToken(canceled: true)));
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10")]
    [InlineData("wideresnet-16-4-cifar-10")]
    public void Points_of_real_predictions_have_the_values_of_other_libraries(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("golden", "expected.json")));
        var set = expected.RootElement.GetProperty("sets").GetProperty(name);
        using var val = PredictionFile.Read(SharedData.Path("golden", $"{name}-val.npz"), null, new CsvOptions(), null);
        using var test = PredictionFile.Read(SharedData.Path("golden", $"{name}-test.npz"), null, new CsvOptions(), null);
        double root = set.GetProperty("T").GetProperty("own_root").GetDouble();
        Assert.Equal(root, TemperatureProfile.Compute(val.Scores, val.Labels, new()).Optimum!.Temperature, 1e-9 * root);
        var unscaled = TemperatureProfile.Compute(test.Scores, test.Labels, new()).Unscaled;
        Assert.Equal(set.GetProperty("uncal").GetProperty("nll").GetProperty("own").GetDouble(), unscaled.Nll, 1e-9);
        Assert.Equal(set.GetProperty("uncal").GetProperty("ece15").GetProperty("own_right").GetDouble(), unscaled.Ece, 1e-9);
    }

    /// <summary>Probabilities, some of the true class 0 or next to 0.</summary>
    private static double[] Claimed(float[] logits, int[] labels, int classes)
    {
        var values = Array.ConvertAll(logits, z => (double)z);
        for (int row = 0; row < labels.Length; row++)
        {
            var p = values.AsSpan(row * classes, classes);
            Softmax.InPlace(p, 1);
            if (row % 40 == 7)
            {
                p[labels[row]] = row % 80 == 7 ? 0 : 1e-30;
                p[(labels[row] + 1) % classes] += 1 - p.ToArray().Sum();
            }
        }

        return values;
    }
}
