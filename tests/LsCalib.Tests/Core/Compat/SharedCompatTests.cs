using System.Text.Json;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Compat;

/// <summary>Other libraries' own numbers on real predictions, before and after temperature scaling.</summary>
public sealed class SharedCompatTests
{
    /// <summary>Key, its place in expected.json, and the tolerance; 0: every bit of a float32 number.</summary>
    private static readonly (string Key, string Metric, string Implementation, double Tolerance)[] Numbers =
    [
        ("guo-ece-15", "ece15", "gpleiss_f64", 0),
        ("torchmetrics-ece-15", "ece15", "torchmetrics_multiclass_f64", 0),
        ("torchmetrics-mce-15", "mce15", "torchmetrics_f64", 0),
        ("torchmetrics-rmsce-15", "rmsce15_torchmetrics", "", 0),
        ("netcal-ece-15", "ece15", "netcal_multiclass_f64", 1e-14),
        ("netcal-mce-15", "mce15", "netcal_multiclass", 1e-14),
        ("netcal-ace-15", "ace15_netcal", "", 1e-14),
        ("netcal-ece-15-mass", "ece15_mass", "netcal_quantile", 1e-14),
        ("relplot-smece", "smece", "relplot", 1e-13),
        ("relplot-binned-ece-15", "ece15", "relplot_binnedECE", 1e-14),
        ("verified-ece-15", "ece15", "verified_multiclass", 1e-14),
        ("verified-ece-15-mass", "ece15_mass", "verified_em", 1e-14),
        ("verified-l2-15", "l2_debiased_top", "verified_plugin", 1e-14),
        ("verified-l2-debiased-15", "l2_debiased_top", "verified", 1e-14),
        ("verified-l2-15-marginal", "l2_debiased_marginal", "verified_plugin", 1e-14),
        ("verified-l2-debiased-15-marginal", "l2_debiased_marginal", "verified_get_calibration_error", 1e-14),
    ];

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", "uncal")]
    [InlineData("lenet-5-cifar-10", "ts")]
    [InlineData("wideresnet-16-4-cifar-10", "uncal")]
    [InlineData("wideresnet-16-4-cifar-10", "ts")]
    public void Numbers_are_those_of_the_libraries(string name, string stage)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("golden", "expected.json")));
        var set = document.RootElement.GetProperty("sets").GetProperty(name);
        using var test = PredictionFile.Read(SharedData.Path("golden", $"{name}-test.npz"), null, new CsvOptions(), null);
        var scaling = stage == "uncal" ? RowScaling.None : RowScaling.ByTemperature(set.GetProperty("T").GetProperty("own_root").GetDouble());
        var statistics = StatisticsPass.Run(test.Scores, test.Labels, scaling, 15);
        var e = new MetricSet { Keys = [.. Numbers.Select(number => number.Key)] }.Compute(test.Scores, scaling, statistics);
        foreach (var (key, metric, implementation, tolerance) in Numbers)
        {
            var expected = set.GetProperty(stage).GetProperty(metric);
            double value = (implementation.Length > 0 ? expected.GetProperty(implementation) : expected).GetDouble();
            Assert.True(Math.Abs(value - e[key].Value) <= tolerance, $"{key}: {e[key].Value:R}, not {value:R}");
        }

        // HELM calls the same function of verified_calibration, with another number of bins.
        var helm = new MetricSet { Keys = ["helm-ece-15"] }.Compute(test.Scores, scaling, statistics);
        Assert.Equal(e["verified-ece-15-mass"].Value, helm["helm-ece-15"].Value);
        double width = set.GetProperty(stage).GetProperty("smece").GetProperty("relplot_width").GetDouble();
        Assert.EndsWith(FormattableString.Invariant($"bandwidth {width}"), e["relplot-smece"].Note, StringComparison.Ordinal);
    }
}
