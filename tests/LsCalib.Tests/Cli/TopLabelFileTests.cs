using System.Globalization;
using System.Text.Json;
using LsCalib.Data.Numpy;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.PositionSamples;

namespace LsCalib.Tests.Cli;

/// <summary>Predictions of which only confidence and outcome are known.</summary>
public sealed class TopLabelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Confidence_and_correct_are_enough_for_the_top_label(bool csv)
    {
        var full = PredictionRuns.Run("--predictions", _folder.Npz("f.npz", ("logits", Rows, [SampleCount * Positions, Classes]), ("labels", Labels, null)), "-o", _folder.File("full"));
        using var results = new NpzFile(Path.Combine(_folder.File("full"), "predictions.npz"));
        var confidence = results["confidence"].ToDoubles();
        var correct = results["predicted"].ToDoubles().Zip(results["labels"].ToDoubles(), (a, b) => a == b ? 1 : 0).ToArray();
        string path = csv
            ? _folder.Write("t.csv", "correct,confidence\n" + string.Concat(confidence.Zip(correct, (c, right) => string.Create(CultureInfo.InvariantCulture, $"{(right == 1 ? "True" : "0")},{c:R}\n"))))
            : _folder.Npz("t.npz", ("confidence", confidence, null), ("correct", correct, null));
        string target = _folder.File("top");
        var run = PredictionRuns.Run("--predictions", path, "-o", target).Json;
        var keys = run.GetProperty("metrics").EnumerateObject().Select(metric => metric.Name).ToArray();
        Assert.Equal(["accuracy", "ece-15", "ece-15-mass", "mce-15", "rmsce-15", "l2-debiased-15", "aurc", "auroc-correctness", "mean-confidence", "gap"], keys);
        foreach (string key in keys)
        {
            double Value(JsonElement document) => document.GetProperty("metrics").GetProperty(key).GetProperty("value").GetDouble();
            Assert.Equal(Value(full.Json), Value(run), 1e-12);
        }

        Assert.Equal("no-scores", run.GetProperty("calibration").GetProperty("temperature").GetProperty("status").GetString());
        Assert.Equal("confidence", run.GetProperty("scores").GetProperty("kind").GetString());
        Assert.Contains("nll, brier, classwise-ece-15 are left out: they need the scores", run.GetProperty("warnings").ToString(), StringComparison.Ordinal);
        var names = Directory.GetFiles(target).Select(file => Path.GetFileName(file)).Order().ToArray();
        Assert.Equal(["metrics.csv", "predictions.npz", "reliability.csv", "reliability.png", "reliability.svg", "run.json"], names);
        var again = PredictionRuns.Run("--predictions", Path.Combine(target, "predictions.npz"), "--no-output").Json;
        Assert.Equal(run.GetProperty("metrics").GetRawText(), again.GetProperty("metrics").GetRawText());
    }

    [Fact]
    public void Bad_confidences_are_refused()
    {
        PredictionRuns.Refused("array \"confidence\", row 1: the confidence 1.5 is outside [0,1]", _folder.Npz("a.npz", ("confidence", new[] { 0.5, 1.5 }, null), ("correct", new[] { 0, 1 }, null)));
        PredictionRuns.Refused("row 0: the confidence NaN", _folder.Npz("b.npz", ("confidence", new[] { double.NaN, 0.5 }, null), ("correct", new[] { 0, 1 }, null)));
        PredictionRuns.Refused("array \"correct\", row 1: 2 is neither 0 nor 1", _folder.Npz("c.npz", ("confidence", new[] { 0.5, 0.5 }, null), ("correct", new[] { 0, 2 }, null)));
        PredictionRuns.Refused("Both are [N]", _folder.Npz("d.npz", ("confidence", new[] { 0.5, 0.5 }, null), ("correct", new[] { 0, 1, 1 }, null)));
        PredictionRuns.Refused("holds no rows", _folder.Npz("e.npz", ("confidence", Array.Empty<double>(), null), ("correct", Array.Empty<int>(), null)));
        PredictionRuns.Refused("line 3, column \"correct\": \"yes\" is neither 0 nor 1", _folder.Write("a.csv", "confidence,correct\n.5,1\n.5,yes\n"));
        PredictionRuns.Refused("line 2, column \"confidence\": the confidence -0.1", _folder.Write("b.csv", "confidence,correct\n-.1,1\n"));
        PredictionRuns.Refused("line 3, column \"g\": the group is empty", _folder.Write("c.csv", "confidence,correct,g\n.1,1,x\n.1,1,\n"), "--group-column", "g");
        PredictionRuns.Refused("1.25 for class 1 is no probability", _folder.Write("d.csv", "prob,label\n.5,1\n1.25,0\n"));
        PredictionRuns.Refused("confidence and correct only", _folder.Npz("g.npz", ("confidence", new[] { 0.5, 0.5 }, null), ("correct", new[] { 0, 1 }, null)), "--calibration-data", _folder.File("g.npz"));
    }
}
