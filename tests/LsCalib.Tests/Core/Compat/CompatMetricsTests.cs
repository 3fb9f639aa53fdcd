using LsCalib.Core.Catalog;
using LsCalib.Core.Compat;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Compat;

/// <summary>What each library does with confidences of 0, of 1, on an edge, and tied.</summary>
public sealed class CompatMetricsTests
{
    /// <summary>
    /// c = 0, 1/2, 1, 1; right, right, right, wrong; bins between 0, 1/2 and 1.
    /// (lower, upper], 0 in the first: {0, 1/2}: |2 − 1/2| = 3/2; {1, 1}: |1 − 2| = 1; 5/2 / 4 = 0.625.
    /// Without row 0: {1/2}: 1/2; {1, 1}: 1; 3/2 / 4 = 0.375.
    /// [lower, upper), 1 apart: {0}: 1; {1/2}: 1/2; {1, 1}: 1; 5/2 / 4 = 0.625; gaps 1, 1/2, 1/2.
    /// [lower, upper), last closed: {0}: 1; {1/2, 1, 1}: |2 − 5/2| = 1/2; 3/2 / 4 = 0.375; gaps 1 and 1/6.
    /// </summary>
    [Theory]
    [InlineData("ece-2", 0.625)]
    [InlineData("guo-ece-2", 0.375)]
    [InlineData("torchmetrics-ece-2", 0.625)]
    [InlineData("torchmetrics-mce-2", 1)]
    [InlineData("netcal-ece-2", 0.375)]
    [InlineData("netcal-mce-2", 1)]
    [InlineData("netcal-ace-2", 7.0 / 12)]
    [InlineData("relplot-binned-ece-2", 0.625)]
    [InlineData("verified-ece-2", 0.625)]
    public void Zero_one_and_an_edge(string key, double expected) => Near(expected, key, [0, 0.5, 1, 1], [true, true, true, false]);

    [Fact]
    public void Root_mean_square_weighs_the_bin_of_ones() =>
        Assert.Equal(Math.Sqrt(0.25 + (0.25 / 4) + (0.5 / 4)), Value("torchmetrics-rmsce-2", [0, 0.5, 1, 1], [true, true, true, false]), 1e-7);

    /// <summary>As above: of M edges, M − 1 intervals; 0 apart. 3 edges: {0}: 1; {1/2}: 1/2; {1, 1}: 1. 2 edges: {0}: 1; the rest: 1/2.</summary>
    [Theory]
    [InlineData("mapie-ece-3", 0.625)]
    [InlineData("mapie-ece-2", 0.375)]
    public void Mapie_counts_edges(string key, double expected) => Near(expected, key, [0, 0.5, 1, 1], [true, true, true, false]);

    [Fact]
    public void Mapie_with_one_edge_bins_zeros_alone()
    {
        Near(1, "mapie-ece-1", [0, 0.5], [true, true]);
        Near(double.NaN, "mapie-ece-1", [0.5], [true]);
    }

    /// <summary>
    /// 3 × 0.1 is above 0.3, so numpy's edge leaves 0.3 below it, and 0.3 / 0.1 is below 3: one bin, |1 − 0.55| / 2. In
    /// float32 the edge is the number: two bins, (0.25 + 0.7) / 2.
    /// </summary>
    [Theory]
    [InlineData("netcal-ece-10", 0.225, 1e-12)]
    [InlineData("relplot-binned-ece-10", 0.225, 1e-12)]
    [InlineData("mapie-ece-11", 0.225, 1e-12)]
    [InlineData("torchmetrics-ece-10", 0.475, 1e-7)]
    [InlineData("verified-ece-10", 0.225, 1e-12)]
    public void Edges_are_rounded_as_the_library_rounds_them(string key, double expected, double tolerance) =>
        Assert.Equal(expected, Value(key, [0.25, 0.3], [false, true]), tolerance);

    /// <summary>An edge at float32 of 1/5 is above 0.2: (lower, upper] with exact edges puts 0.2 + 1e-9 into the second bin, Guo's code into the first.</summary>
    [Fact]
    public void Guo_has_edges_of_single_precision()
    {
        // Apart: (0.1 + 0.8) / 2; together: |1 − 0.3| / 2.
        Assert.Equal(0.45, Value("ece-5", [0.1, 0.2 + 1e-9], [false, true]), 1e-8);
        Assert.Equal(0.35, Value("guo-ece-5", [0.1, 0.2 + 1e-9], [false, true]), 1e-7);
    }

    /// <summary>1 − 1e-9 is 1 in float32: alone and wrong, 1; 0.99 right, 0.01; together they would be |1 − 1.99|.</summary>
    [Fact]
    public void Torchmetrics_rounds_confidences_to_one()
    {
        Assert.Equal(0.505, Value("torchmetrics-ece-10", [0.99, 1 - 1e-9], [true, false]), 1e-7);
        Assert.Equal(0.495, Value("relplot-binned-ece-10", [0.99, 1 - 1e-9], [true, false]), 1e-8);
    }

    /// <summary>
    /// c = .6 .7 .7 .7 .9 .9, right right wrong wrong right wrong, cut in three runs of two: the first cut lies between two
    /// .7, so its edge is .7 and all three stay below: |2 − 2.7| = .7; an empty bin; |1 − 1.8| = .8; 1.5 / 6.
    /// Squares: (4 × .175² + 2 × .4²) / 6. Debiased: 4 (.175² − .25/3) + 2 (.4² − .25/1) is negative.
    /// </summary>
    [Theory]
    [InlineData("verified-ece-3-mass", 0.25)]
    [InlineData("helm-ece-3", 0.25)]
    [InlineData("verified-l2-3", 0.27156951228000540)]
    [InlineData("verified-l2-debiased-3", 0)]
    public void Ties_across_an_edge_of_equal_mass_stay_together(string key, double expected) =>
        Near(expected, key, [0.6, 0.7, 0.7, 0.7, 0.9, 0.9], [true, true, false, false, true, false]);

    /// <summary>Two runs of two, all wrong and one right: gaps .5 and .3 − … : 2 (.5² − 0) + 2 ((.8 − .5)² − .25) = .5 − .32 = .18; / 4 = .045.</summary>
    [Fact]
    public void Debiasing_takes_off_the_variance_of_the_accuracy() =>
        Near(Math.Sqrt(0.045), "verified-l2-debiased-2", [0.4, 0.6, 0.7, 0.9], [false, false, true, false]);

    /// <summary>Median 0.5: {.2, .4}: .6; {.6, .8}: .6; 1.2 / 4. Three equal confidences have equal quantiles, which netcal refuses.</summary>
    [Fact]
    public void Netcal_cuts_equal_mass_at_quantiles()
    {
        Near(0.3, "netcal-ece-2-mass", [0.2, 0.4, 0.6, 0.8], [false, false, true, true]);
        Near(double.NaN, "netcal-ece-3-mass", [0.7, 0.7, 0.7], [true, true, false]);
    }

    /// <summary>Values of relplot's own formulas in numpy and scipy.</summary>
    [Fact]
    public void Relplot_smooth_error_is_that_of_numpy()
    {
        Smooth(0.08270822640385289, 0.0830078125, [.51, .55, .61, .66, .68, .71, .81, .85], [false, true, true, true, false, false, true, true]);
        Smooth(0.14240088541284346, 0.1435546875, [0, 0, 0, .25, .5, .5, 1, 1, 1, 1], [false, false, true, false, true, false, true, true, true, false]);
        Smooth(0, 0.001953125, [1, 1, 1, 1, 1], [true, true, true, true, true]);
        Smooth(0.9998955737222024, 1, [1, 1, 1, 1, 1], new bool[5]);
        var all = Enumerable.Range(0, 400).ToArray();
        Smooth(0.020064902282461747, 0.0205078125, [.. all.Select(i => (i + 0.5) / 400)], [.. all.Select(i => i * 37 % 400 < i)]);
    }

    [Fact]
    public void Sums_and_edges_are_those_of_torch()
    {
        Assert.Equal(2.2833333015441895, Reciprocals(5));
        Assert.Equal(3.3807291984558105, Reciprocals(16));
        Assert.Equal(5.19727897644043, Reciprocals(101));
        Assert.Equal(7.486469745635986, Reciprocals(1001));
        var edges = Torch.Linspace(15);
        Assert.Equal(0.06666667014360428, edges[1]);
        Assert.Equal(0.4666666984558105, edges[7], 1e-16);
        Assert.Equal(0.5333333015441895, edges[8]);
        Assert.Equal(1, edges[15]);

        static double Reciprocals(int count) => Torch.Sum([.. Enumerable.Range(1, count).Select(i => 1f / i)]);
    }

    /// <summary>
    /// Classes one by one, each with bins of its own. p_0 = .9 .8 .3 .2, labels 0 1 0 1. Two bins: {.2, .3}: .25 against 1/2;
    /// {.8, .9}: .85 against 1/2: (2 × .25² + 2 × .35²) / 4 = .0925; p_1 mirrors it.
    /// </summary>
    [Fact]
    public void Marginal_error_is_the_root_mean_square_over_classes()
    {
        var scores = Samples.Probabilities([.9, .1, .8, .2, .3, .7, .2, .8], 2);
        var result = VerifiedMarginal.Compute(scores, [0, 1, 0, 1], RowScaling.None, 2, default);
        Assert.Equal(Math.Sqrt(0.0925), result.PlugIn, 1e-12);
        Assert.Equal(0, result.Debiased);
        Assert.False(result.IsDiscrete);
        Assert.True(VerifiedMarginal.Compute(Samples.Probabilities([.. Enumerable.Repeat(new[] { .9, .1 }, 8).SelectMany(p => p)], 2), new int[8], RowScaling.None, 2, default).IsDiscrete);
    }

    [Fact]
    public void Order_of_rows_changes_no_number_of_double_precision()
    {
        var random = new SeededRandom(5);
        var c = Enumerable.Range(0, 500).Select(_ => Math.Round(random.NextDouble(), 2)).ToArray();
        var correct = c.Select(value => random.NextDouble() < value).ToArray();
        var keys = MetricCatalog.Libraries.SelectMany(MetricCatalog.OfLibrary).Select(info => info.Key).ToArray();
        var one = new MetricSet { Keys = keys }.Compute(ConfidenceOrder.From(c, correct));
        var other = new MetricSet { Keys = keys }.Compute(ConfidenceOrder.From([.. c.Reverse()], [.. correct.Reverse()]));
        Assert.Equal(2, one.Omitted.Length);
        foreach (var (info, measurement) in one.Metrics)
        {
            Assert.Equal(measurement.Value, other[info.Key].Value, info.Library == "torchmetrics" ? 1e-6 : 1e-13);
            Assert.True(double.IsNaN(measurement.Value) || measurement.Value is >= 0 and <= 1, info.Key);
            Assert.Null(measurement.Interval);
            Assert.Null(measurement.NoiseFloor);
            Assert.NotEmpty(measurement.Note);
        }
    }

    [Fact]
    public void Numbers_without_rows_are_undefined()
    {
        foreach (var info in MetricCatalog.Libraries.SelectMany(MetricCatalog.OfLibrary).Where(info => !info.Key.EndsWith("marginal", StringComparison.Ordinal)))
        {
            Assert.True(double.IsNaN(Value(info.Key, [], [])), info.Key);
        }
    }

    private static void Smooth(double value, double bandwidth, double[] confidences, bool[] correct)
    {
        var smooth = RelplotSmoothEce.Compute(ConfidenceOrder.From(confidences, correct));
        Assert.Equal(value, smooth.Value, 1e-13);
        Assert.Equal(bandwidth, smooth.Bandwidth);
    }

    private static void Near(double expected, string key, double[] confidences, bool[] correct) => Assert.Equal(expected, Value(key, confidences, correct), 1e-12);

    private static double Value(string key, double[] confidences, bool[] correct)
    {
        var (family, parameter) = MetricCatalog.Family(key);
        var order = ConfidenceOrder.From(confidences, correct);
        return family.Measure(new MetricContext(new MetricSet(), order, null, null, RowScaling.None, default), parameter).Value;
    }
}
