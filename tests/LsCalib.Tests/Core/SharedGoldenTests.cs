using System.Text.Json;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

/// <summary>Our numbers against those of seven other libraries, on real predictions.</summary>
public sealed class SharedGoldenTests
{
    private const double Tolerance = 1e-9;

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10")]
    [InlineData("wideresnet-16-4-cifar-10")]
    public void Metrics_match_other_libraries_before_and_after_temperature_scaling(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("golden", "expected.json")));
        var set = expected.RootElement.GetProperty("sets").GetProperty(name);
        double temperature = set.GetProperty("T").GetProperty("own_root").GetDouble();
        using var test = Read(name, "test");
        Check(set.GetProperty("uncal"), test, RowScaling.None);
        Check(set.GetProperty("ts"), test, RowScaling.ByTemperature(temperature));
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10")]
    [InlineData("wideresnet-16-4-cifar-10")]
    public void Temperature_is_the_exact_optimum(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("golden", "expected.json")));
        double root = expected.RootElement.GetProperty("sets").GetProperty(name).GetProperty("T").GetProperty("own_root").GetDouble();
        using var val = Read(name, "val");
        var fit = TemperatureScaling.Fit(val.Scores, val.Labels);
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.InRange(Math.Abs((fit.Temperature / root) - 1), 0, 1e-10);
        Assert.InRange(root, fit.Interval!.Lower, fit.Interval.Upper);
    }

    private static PredictionFile Read(string name, string part) =>
        PredictionFile.Read(SharedData.Path("golden", $"{name}-{part}.npz"), null, new CsvOptions(), null);

    private static void Check(JsonElement expected, PredictionFile test, RowScaling scaling)
    {
        var statistics = StatisticsPass.Run(test.Scores, test.Labels, scaling, 15);
        var e = new MetricSet().Compute(test.Scores, scaling, statistics);
        Close(expected, e["ece-15"].Value, "ece15", "own_right");
        Close(expected, e["mce-15"].Value, "mce15", "own_right");
        Close(expected, e["rmsce-15"].Value, "rmsce15", "own_right");
        var more = new MetricSet { Keys = ["l2-debiased-15", "l2-debiased-15-marginal", "classwise-ece-15-sum", "auroc-correctness", "aurc"] }.Compute(test.Scores, scaling, statistics);
        Close(expected, more["l2-debiased-15"].Value, "l2_debiased_top", "verified");

        // The other implementation clips each class at 0 before it averages them, and parts ties.
        double clipped = expected.GetProperty("l2_debiased_marginal").GetProperty("verified").GetDouble();
        Assert.InRange(more["l2-debiased-15-marginal"].Value, 0.98 * clipped, clipped + Tolerance);
        Close(expected, more["auroc-correctness"].Value, "auroc", "sklearn");
        Close(expected, more["aurc"].Value, "aurc", "own_tie_averaged");
        Assert.Equal(10 * e["classwise-ece-15"].Value, more["classwise-ece-15-sum"].Value, Tolerance);
        Close(expected, e["classwise-ece-15"].Value, "classwise_ece15", "own_right");
        Close(expected, e["accuracy"].Value, "accuracy", "own");
        Close(expected, e["nll"].Value, "nll", "own");
        Close(expected, e["brier"].Value, "brier", "own_sum");
        Assert.Equal(expected.GetProperty("mean_conf").GetDouble(), e["mean-confidence"].Value, Tolerance);
        if (expected.GetProperty("ties_in_confidence").GetInt32() == 0)
        {
            Close(expected, e["ece-15-mass"].Value, "ece15_mass", "own");
        }

        var bins = expected.GetProperty("bins15").GetProperty("own_right");
        for (int m = 0; m < 15; m++)
        {
            var bin = e.Reliability.Bins[m];
            Assert.Equal(bins[0][m].GetDouble(), bin.Count);
            if (bin.Count > 0)
            {
                Assert.Equal(bins[1][m].GetDouble(), bin.MeanConfidence * bin.Count, 1e-8);
                Assert.Equal(bins[2][m].GetDouble(), bin.Accuracy * bin.Count, 1e-8);
            }
        }
    }

    private static void Close(JsonElement expected, double actual, string metric, string implementation) =>
        Assert.Equal(expected.GetProperty(metric).GetProperty(implementation).GetDouble(), actual, Tolerance);
}
