using System.Globalization;
using LsCalib.Core.Numerics;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;
using static LsCalib.Tests.Support.PositionSamples;

namespace LsCalib.Tests.Cli;

/// <summary>Predictions of several positions a sample: what is flattened by hand gives the same numbers.</summary>
public sealed class PositionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1")]
    [InlineData("last")]
    public void Positions_are_rows_in_the_groups_of_their_samples(string axis)
    {
        var flat = PredictionRuns.Evaluate("--predictions", _folder.Npz("flat.npz", ("logits", Rows, [SampleCount * Positions, Classes]), ("labels", Labels, null), ("groups", Groups, null)));
        string shaped = axis == "last"
            ? _folder.Npz("s.npz", ("logits", Rows, [SampleCount, Height, Width, Classes]), ("labels", Labels, [SampleCount, Height, Width]))
            : _folder.Npz("s.npz", ("logits", Transposed(), [SampleCount, Classes, Height, Width]), ("labels", Labels, [SampleCount, Height, Width]));
        var run = PredictionRuns.Evaluate("--predictions", shaped, "--class-axis", axis);
        Assert.Equal(flat.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal(flat.GetProperty("calibration").GetRawText(), run.GetProperty("calibration").GetRawText());
        Assert.Equal("sample", run.GetProperty("groups").GetProperty("by").GetString());
        Assert.Equal(SampleCount, run.GetProperty("groups").GetProperty("count").GetInt32());
        Assert.Contains($"bootstrap by sample: {SampleCount} groups", CommandLine.Run("evaluate", "--predictions", shaped, "--class-axis", axis, "--no-output").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("last", true)]
    [InlineData("1", false)]
    public void Ignored_positions_are_left_out_and_counted(string axis, bool positions)
    {
        var random = new SeededRandom(1);
        var labels = Labels.Select(label => random.NextDouble() < 0.3 ? -100 : label).ToArray();
        var kept = Enumerable.Range(0, labels.Length).Where(row => labels[row] != -100).ToArray();
        var flat = PredictionRuns.Evaluate("--predictions", _folder.Npz("flat.npz",
            ("logits", kept.SelectMany(row => Rows[(row * Classes)..((row + 1) * Classes)]).ToArray(), [kept.Length, Classes]),
            ("labels", kept.Select(row => labels[row]).ToArray(), null),
            ("groups", kept.Select(row => Groups[row]).ToArray(), null)));
        string shaped = !positions ? _folder.Npz("s.npz", ("logits", Rows, [labels.Length, Classes]), ("labels", labels, null), ("groups", Groups, null))
            : axis == "last" ? _folder.Npz("s.npz", ("logits", Rows, [SampleCount, Positions, Classes]), ("labels", labels, [SampleCount, Positions]))
            : _folder.Npz("s.npz", ("logits", Transposed(), [SampleCount, Classes, Positions]), ("labels", labels, [SampleCount, Positions]));
        var run = PredictionRuns.Evaluate("--predictions", shaped, "--class-axis", axis, "--ignore-index", "-100");
        Assert.Equal(flat.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal(labels.Length - kept.Length, run.GetProperty("ignored").GetProperty("count").GetInt32());
        Assert.Contains("with the label -100 were left out", CommandLine.Run("evaluate", "--predictions", shaped, "--class-axis", axis, "--ignore-index", "-100", "--no-output").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", null)]
    [InlineData("1", 2)]
    [InlineData("last", 2)]
    public void Models_score_positions(string axis, int? ignored)
    {
        bool last = axis == "last";
        long[] shape = last ? [SampleCount, Height, Width, Classes] : [SampleCount, Classes, Height, Width];
        var labels = Labels;
        var model = Model([Value("x", Float, [-1, .. shape[1..]])], [Value("p", Float, [-1, .. shape[1..]])], Node("Softmax", "x", "p", Integer("axis", last ? -1 : 1)));
        string[] extra = ignored is { } none ? ["--ignore-index", none.ToString(CultureInfo.InvariantCulture)] : [];
        var expected = PredictionRuns.Evaluate(["--predictions", _folder.Npz("p.npz", ("logits", last ? Rows : Transposed(), shape), ("labels", labels, [SampleCount, Height, Width])), "--class-axis", axis, .. extra]);
        var run = PredictionRuns.Evaluate([model.Save(_folder, "m.onnx"), "--data", _folder.Npz("d.npz", ("inputs", last ? Rows : Transposed(), shape), ("labels", labels, [SampleCount, Height, Width])), "--class-axis", axis, "--batch-size", "7", .. extra]);
        Assert.Equal(expected.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal(SampleCount, run.GetProperty("groups").GetProperty("count").GetInt32());
        Assert.Contains("before Softmax", run.GetProperty("scores").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_shapes_are_refused()
    {
        var seven = Labels.ToArray();
        seven[(3 * Positions) + (2 * Width) + 1] = 7;
        long[] scores = [SampleCount, Classes, Height, Width];
        PredictionRuns.Refused("array \"labels\", sample 3, position [2,1]: label 7 is out of range", _folder.Npz("a.npz", ("logits", Transposed(), scores), ("labels", seven, [SampleCount, Height, Width])));
        PredictionRuns.Refused("does not go with labels [25,6,4]", _folder.Npz("b.npz", ("logits", Transposed(), scores), ("labels", Labels, [SampleCount, Width, Height])));
        PredictionRuns.Refused("they would fit: --class-axis last", _folder.Npz("c.npz", ("logits", Rows, [SampleCount, Positions, Classes]), ("labels", Labels, [SampleCount, Positions])));
        PredictionRuns.Refused("has no classes on its class axis", _folder.Npz("d.npz", ("logits", Array.Empty<float>(), [SampleCount, 0, Height, Width]), ("labels", Labels, [SampleCount, Height, Width])));
        PredictionRuns.Refused("a class axis too", _folder.Npz("e.npz", ("logits", new float[SampleCount * 2], [SampleCount, 2]), ("labels", new int[SampleCount * 2], [SampleCount, 2])));
        PredictionRuns.Refused("every label is -1", _folder.Npz("f.npz", ("logits", Transposed(), scores), ("labels", Array.ConvertAll(Labels, _ => -1), [SampleCount, Height, Width])), "--ignore-index", "-1");
        PredictionRuns.Refused("Groups are [N]", _folder.Npz("g.npz", ("logits", Transposed(), scores), ("labels", Labels, [SampleCount, Height, Width]), ("groups", Groups, null)));
        PredictionRuns.Refused("no array \"patient\"", _folder.Npz("h.npz", ("logits", Transposed(), scores), ("labels", Labels, [SampleCount, Height, Width])), "--group-column", "patient");
        PredictionRuns.Refused("holds no rows", _folder.Npz("j.npz", ("logits", Array.Empty<float>(), [0, 3]), ("labels", Array.Empty<int>(), null)));
        PredictionRuns.Refused("sample 2, position [0,0]: label -1 is negative", _folder.Npz("k.npz", ("logits", Transposed(), scores), ("labels", Labels.Select((label, row) => row == 2 * Positions ? -1 : label).ToArray(), [SampleCount, Height, Width])));
    }

    [Fact]
    public void A_single_sample_is_measured_without_intervals()
    {
        string npz = _folder.Npz("i.npz", ("logits", Rows[..(Positions * Classes)], [1, Height, Width, Classes]), ("labels", Labels[..Positions], [1, Height, Width]));
        var run = CommandLine.Run("evaluate", "--predictions", npz, "--class-axis", "last", "--json", "--no-output");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("all rows are of one group (sample)", run.Json.GetProperty("warnings").ToString(), StringComparison.Ordinal);
        Assert.All(run.Json.GetProperty("metrics").EnumerateObject(), metric => Assert.Equal("none", metric.Value.GetProperty("interval").GetString()));
    }

    [Fact]
    public void Models_and_labels_of_other_positions_are_refused()
    {
        string model = Model([Value("x", Float, -1, Classes, Height, Width)], [Value("z", Float, -1, Classes, Height, Width)], Node("Identity", "x", "z")).Save(_folder, "m.onnx");
        long[] inputs = [SampleCount, Classes, Height, Width];
        void Model_refused(string message, string data, params string[] extra)
        {
            var result = CommandLine.Run(["evaluate", model, "--data", data, "--no-output", .. extra]);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
            Assert.Equal(3, result.ExitCode);
        }

        Model_refused("as labels [N,6,4] need", _folder.Npz("a.npz", ("inputs", Transposed(), inputs), ("labels", Labels, [SampleCount, Width, Height])));
        Model_refused("need a label for each", _folder.Npz("b.npz", ("inputs", Transposed(), inputs), ("labels", Labels[..SampleCount], null)));
        Model_refused("sample 1, position [0,2]: label 9 is out of range", _folder.Npz("c.npz", ("inputs", Transposed(), inputs), ("labels", Labels.Select((label, row) => row == Positions + 2 ? 9 : label).ToArray(), [SampleCount, Height, Width])));
        Model_refused("every label is 0", _folder.Npz("d.npz", ("inputs", Transposed(), inputs), ("labels", new int[Labels.Length], [SampleCount, Height, Width])), "--ignore-index", "0");
        var infinite = Transposed();
        infinite[(2 * Classes * Positions) + (1 * Positions) + (3 * Width) + 5] = 1e38f;
        string doubled = Model([Value("x", Float, -1, Classes, Height, Width)], [Value("z", Float, -1, Classes, Height, Width)], Node("Exp", "x", "z")).Save(_folder, "e.onnx");
        var bad = CommandLine.Run("evaluate", doubled, "--data", _folder.Npz("e.npz", ("inputs", infinite, inputs), ("labels", Labels, [SampleCount, Height, Width])), "--no-output", "--scores", "logits");
        Assert.Contains("sample 2, position [3,5]: the score of class 1 is Infinity", bad.Error, StringComparison.Ordinal);
    }
}
