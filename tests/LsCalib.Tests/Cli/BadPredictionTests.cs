using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Cli;

/// <summary>Predictions that cannot be meant: one message that says where, or a warning that says what else they may be.</summary>
public sealed class BadPredictionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("prob_0,prob_1,label\n", "holds a header but no rows")]
    [InlineData("confidence,correct\n", "holds a header but no rows")]
    [InlineData("prob_0,prob_1,prob_2,label\n1,1,1,0\n", "line 2: probabilities sum to 3, not 1")]
    [InlineData("prob_0,prob_1,label\n.4,.6,0\n0,0,1\n", "line 3: probabilities sum to 0, not 1")]
    [InlineData("prob_0,prob_1,label\n2,-1,0\n", "line 2: 2 for class 0 is no probability. If they are logits, say --scores logits.")]
    [InlineData("prob,label\n.4,0\n1.5,1\n", "line 3: 1.5 for class 1 is no probability")]
    [InlineData("prob_1,label\n.4,0\n-.5,1\n", "line 3: -0.5 for class 1 is no probability")]
    [InlineData("logit_0,logit_1,label\n1,2,0\n1,nan,1\n", "line 3, column \"logit_1\": \"nan\": the number is not finite")]
    [InlineData("logit_0,logit_1,label\n1,2,0\n1,-Infinity,1\n", "line 3, column \"logit_1\": \"-Infinity\"")]
    [InlineData("logit_0,logit_1,label\n1,2,0\n1,,1\n", "line 3, column \"logit_1\": \"\": the cell is empty")]
    [InlineData("logit_0,logit_1,label\n1,2,0\n1,2,2\n", "line 3, column \"label\": label 2 is out of range")]
    [InlineData("logit_0,logit_1,label\n1,2,0\n1,2,-1\n", "line 3, column \"label\": label -1 is negative")]
    [InlineData("logit_0,logit_1,label\n1,2,0\n1,2,0.5\n", "line 3, column \"label\": label \"0.5\" is not a whole number")]
    [InlineData("logit_0,logit_1,label\n1,2,0\n1,2,dog\n", "line 3, column \"label\": label \"dog\" is a name")]
    [InlineData("logit,label\n1,2\n", "line 2, column \"label\": label 2 is out of range")]
    [InlineData("confidence,correct\n.5,1\nnan,1\n", "line 3, column \"confidence\"")]
    [InlineData("confidence,correct\n.5,1\n.5,.5\n", "line 3, column \"correct\": \".5\" is neither 0 nor 1")]
    public void Rows_of_a_csv_are_refused(string content, string message) =>
        PredictionRuns.Refused(message, _folder.Write("p.csv", content));

    [Fact]
    public void Rows_of_an_array_are_refused()
    {
        void Refused(string message, string name, float[] scores, Array labels, long[]? shape = null) => PredictionRuns.Refused(
            message, _folder.Npz($"{Guid.NewGuid()}.npz", (name, scores, shape ?? [scores.Length / 2, 2]), ("labels", labels, null)));

        Refused("array \"labels\", row 1: label 2 is out of range", "logits", [1, 2, 3, 4], new[] { 0, 2 });
        Refused("array \"labels\", row 1: label -3 is negative", "logits", [1, 2, 3, 4], new[] { 0, -3 });
        Refused("array \"labels\", row 1: label 0.5 is not a class index", "logits", [1, 2, 3, 4], new[] { 0, 0.5 });
        Refused("array \"labels\", row 0: label NaN is not a class index", "logits", [1, 2, 3, 4], new[] { double.NaN, 1 });
        Refused("row 1: the score of class 0 is NaN", "logits", [1, 2, float.NaN, 4], new[] { 0, 1 });
        Refused("row 0: the score of class 1 is -Infinity", "logits", [1, float.NegativeInfinity, 3, 4], new[] { 0, 1 });
        Refused("row 1: probabilities sum to 2, not 1", "probabilities", [0.5f, 0.5f, 1, 1], new[] { 0, 1 });
        Refused("row 1: probabilities sum to 0, not 1", "probabilities", [0.5f, 0.5f, 0, 0], new[] { 0, 1 });
        Refused("row 1: NaN for class 0 is no probability", "probabilities", [0.5f, 0.5f, float.NaN, 1], new[] { 0, 1 });
        Refused("row 0: 3 for class 0 is no probability. If they are logits, say --scores logits.", "probabilities", [3, -1, 0, 1], new[] { 0, 1 });
        Refused("row 1: 1.5 for class 1 is no probability", "probabilities", [0.5f, 1.5f], new[] { 0, 1 }, [2]);
        PredictionRuns.Refused("the file is empty", _folder.Write("empty.npz", Array.Empty<byte>()));
    }

    [Fact]
    public void Features_that_are_not_finite_are_refused_before_a_model_can_hide_them()
    {
        string model = Chain(2, Node("Relu", "x", "z")).Save(_folder, "relu.onnx");
        foreach (float bad in new[] { float.NaN, float.NegativeInfinity })
        {
            string data = _folder.Npz($"{bad}.npz", ("inputs", new[] { 1, 2, bad, 4 }, [2, 2]), ("labels", new[] { 0, 1 }, null));
            var result = CommandLine.Run("evaluate", model, "--data", data, "--scores", "logits", "--no-output");
            Assert.Equal(3, result.ExitCode);
            Assert.Contains("array \"inputs\", row 1: holds", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Logits_that_look_like_probabilities_are_warned_of()
    {
        const string Rows = ".9,.1,0\n.2,.8,1\n.3,.7,0\n";
        string logits = _folder.Write("l.csv", "logit_0,logit_1,label\n" + Rows);
        string Warnings(params string[] arguments) => PredictionRuns.Evaluate(["--predictions", .. arguments]).GetProperty("warnings").ToString();
        Assert.Contains("say --scores probabilities", Warnings(logits), StringComparison.Ordinal);
        Assert.DoesNotContain("--scores", Warnings(logits, "--scores", "logits"), StringComparison.Ordinal);
        Assert.DoesNotContain("--scores", Warnings(_folder.Write("m.csv", "logit_0,logit_1,label\n" + Rows + "1,.1,0\n")), StringComparison.Ordinal);
        Assert.Equal(
            PredictionRuns.Evaluate("--predictions", _folder.Write("p.csv", "prob_0,prob_1,label\n" + Rows)).GetProperty("metrics").GetRawText(),
            PredictionRuns.Evaluate("--predictions", logits, "--scores", "probabilities").GetProperty("metrics").GetRawText());
    }

    [Theory]
    [InlineData(2, "OVERCONFIDENT", true)]
    [InlineData(0.5, "UNDERCONFIDENT", false)]
    public void A_temperature_above_one_means_over_confidence_and_the_document_says_so(double temperature, string verdict, bool above)
    {
        var (logits, labels) = Samples.Calibrated(1000, 3, temperature, 1.5, 3);
        string path = _folder.Npz("t.npz", ("logits", logits, [1000, 3]), ("labels", labels, null));
        var run = PredictionRuns.Evaluate("--predictions", path);
        Assert.Equal(above, run.GetProperty("calibration").GetProperty("temperature").GetProperty("value").GetDouble() > 1);
        Assert.Contains("softmax(z/T)", run.GetProperty("definitions").GetProperty("temperature").GetString(), StringComparison.Ordinal);
        Assert.Contains("T above 1 softens, the model was over-confident", run.GetProperty("definitions").GetProperty("temperature").GetString(), StringComparison.Ordinal);
        var summary = CommandLine.Run("evaluate", "--predictions", path, "--no-output").Output;
        Assert.Contains($"  {verdict}: ", summary, StringComparison.Ordinal);
        Assert.Contains(above ? ", softer." : ", sharper.", summary, StringComparison.Ordinal);
        Assert.Contains("T above 1: the model was over-confident", CommandLine.Run("evaluate", "--help").Output, StringComparison.Ordinal);
    }

    /// <summary>Resamples are in single precision: what is beyond it leaves no interval, and no more.</summary>
    [Fact]
    public void A_log_loss_beyond_single_precision_has_no_interval()
    {
        string csv = _folder.Write("far.csv", "logit_0,logit_1,label\n" + string.Concat(Enumerable.Range(0, 80).Select(i => i == 7 ? "-1e300,0,0\n" : $"{i % 5},{i % 3},{i % 2}\n")));
        var run = CommandLine.Run("evaluate", "--predictions", csv, "--no-output", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("none", run.Json.GetProperty("metrics").GetProperty("nll").GetProperty("interval").GetString());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("200000")]
    [InlineData("50")]
    public void Resamples_that_are_no_number_in_range_are_a_usage_error(string count)
    {
        var run = CommandLine.Run("evaluate", "--predictions", "p.csv", "--bootstrap", count);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--bootstrap", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Where no row is wrong, resamples know no wrong ones.</summary>
    [Fact]
    public void Perfect_accuracy_leaves_a_calibrated_model_possible()
    {
        string csv = _folder.Write("sure.csv", "confidence,correct\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"0.99{i % 10}{i % 7},1\n")));
        var metrics = CommandLine.Run("evaluate", "--predictions", csv, "--no-output", "--json", "--metrics", "default,smooth-ece").Json.GetProperty("metrics");
        Assert.True(metrics.GetProperty("gap").GetProperty("lower").GetDouble() < 0);
        foreach (string key in new[] { "ece-15", "ece-15-mass", "rmsce-15", "smooth-ece" })
        {
            Assert.Equal(0, metrics.GetProperty(key).GetProperty("lower").GetDouble());
            Assert.True(metrics.GetProperty(key).GetProperty("upper").GetDouble() > 0.01, key);
        }
    }
}
