using System.Text.Json;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration.Linear;

/// <summary>Vector scaling against a reference solution on real predictions.</summary>
public sealed class SharedVectorScalingTests
{
    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10")]
    [InlineData("wideresnet-16-4-cifar-10")]
    public void Weights_biases_and_metrics_are_those_of_the_reference(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("golden", "expected.json")));
        var expected = document.RootElement.GetProperty("sets").GetProperty(name).GetProperty("vector_scaling");
        using var val = Read(name, "val");
        var fit = CalibrationMethods.Fit(VectorScaling.Definition, val.Scores, val.Labels, new());
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal("", fit.Note);
        var map = Assert.IsType<VectorScaling>(fit.Calibrator);
        Assert.Equal(expected.GetProperty("val_nll").GetDouble(), LinearSamples.Nll(val.Scores.ToLogits(), val.Labels, map), 1e-10);
        for (int k = 0; k < 10; k++)
        {
            Assert.Equal(expected.GetProperty("w")[k].GetDouble(), map.Weights[k], 1e-5);
            Assert.Equal(expected.GetProperty("b_centred")[k].GetDouble(), map.Biases[k], 1e-5);
        }

        using var test = Read(name, "test");
        var scores = CalibratedScores.Map(map, test.Scores);
        var metrics = new MetricSet().Compute(scores, RowScaling.None, StatisticsPass.Run(scores, test.Labels, RowScaling.None, 15));
        var reference = expected.GetProperty("test");
        Assert.Equal(reference.GetProperty("nll").GetDouble(), metrics["nll"].Value, 1e-6);
        Assert.Equal(reference.GetProperty("accuracy").GetDouble(), metrics["accuracy"].Value, 1e-9);
        Assert.Equal(reference.GetProperty("brier").GetDouble(), metrics["brier"].Value, 1e-6);
        Assert.Equal(reference.GetProperty("ece15_right").GetDouble(), metrics["ece-15"].Value, 1e-5);
        Assert.Equal(reference.GetProperty("classwise_ece15").GetDouble(), metrics["classwise-ece-15"].Value, 1e-5);
    }

    private static PredictionFile Read(string name, string part) =>
        PredictionFile.Read(SharedData.Path("golden", $"{name}-{part}.npz"), null, new CsvOptions(), null);
}
