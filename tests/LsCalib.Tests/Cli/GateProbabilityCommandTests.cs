using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Rules that need the probabilities of all classes, on the digits sample.</summary>
public sealed class GateProbabilityCommandTests : IDisposable
{
    private static readonly string[] Rules =
    [
        "--max-increase", "classwise-ece-15=0", "--max-increase", "classwise-ece-15-sum=0", "--max-increase", "ace-15=0", "--max-increase", "tace-15=0",
        "--max-increase", "l2-debiased-15-marginal=0", "--max-increase", "skce=0", "--max-decrease", "top5-accuracy=0", "--max-decrease", "auroc-correctness-margin=0",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _data = Sample("test.csv");
    private readonly string _kept;

    public GateProbabilityCommandTests()
    {
        _kept = _folder.File("kept.baseline");
        var saved = CommandLine.Run("baseline", "save", Sample("hard.onnx"), "--data", _data, "--with-probabilities", "-o", _kept);
        Assert.True(saved.ExitCode == 0, saved.Error);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_model_itself_passes_all_with_no_tolerance()
    {
        var run = GateFolder.Gate([Sample("hard.onnx"), "--data", _data, "--baseline", _kept, .. Rules]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(8, run.Output.Split("every prediction is the same as the baseline's").Length - 1);
    }

    [Fact]
    public void Another_model_is_told_by_them()
    {
        string smooth = _folder.File("smooth.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", Sample("smooth.onnx"), "--data", _data, "--with-probabilities", "-o", smooth).ExitCode);
        var run = GateFolder.Gate(
            Sample("hard.onnx"), "--data", _data, "--baseline", smooth, "--json", "--max-increase", "classwise-ece-15=0.05", "--max-increase", "skce=0.0001", "--max-decrease", "top5-accuracy=0.05");
        Assert.True(run.ExitCode == 1, run.Error);
        var rules = run.Json.GetProperty("rules").EnumerateArray().ToDictionary(rule => rule.GetProperty("metric").GetString()!);
        Assert.Equal("fail", rules["skce"].GetProperty("decision").GetString());
        Assert.Equal("pass", rules["classwise-ece-15"].GetProperty("decision").GetString());
        Assert.Equal("pass", rules["top5-accuracy"].GetProperty("decision").GetString());
        Assert.EndsWith("all pairs", rules["skce"].GetProperty("candidate").GetProperty("note").GetString(), StringComparison.Ordinal);

        // The same number as evaluate has it, but for the probabilities' last digits.
        var evaluated = CommandLine.Run("evaluate", Sample("hard.onnx"), "--data", _data, "--metrics", "classwise-ece-15", "--json", "--no-output");
        Assert.Equal(
            evaluated.Json.GetProperty("metrics").GetProperty("classwise-ece-15").GetProperty("value").GetDouble(),
            rules["classwise-ece-15"].GetProperty("candidate").GetProperty("value").GetDouble(), 1e-7);
    }

    [Fact]
    public void Rows_in_another_order_bring_their_probabilities()
    {
        using var files = new GateFolder();
        string kept = files.File("ids.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", "--predictions", files.Same, "--id-column", "id", "--with-probabilities", "-o", kept).ExitCode);
        string turned = files.Predictions("turned.csv", 1, Enumerable.Range(0, GateFolder.Rows).Reverse());
        string[] rules = ["--max-increase", "classwise-ece-15=0", "--max-increase", "l2-debiased-15-marginal=0", "--max-increase", "skce=0"];
        Assert.Equal(0, GateFolder.Gate(["--predictions", turned, "--baseline", kept, .. rules]).ExitCode);
        var sharp = GateFolder.Gate(["--predictions", files.Sharp, "--baseline", kept, .. rules]);
        Assert.Equal(1, sharp.ExitCode);
        Assert.Contains("recalibration would be enough", sharp.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_probabilities_each_is_exit_code_2()
    {
        string without = _folder.File("without.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", Sample("hard.onnx"), "--data", _data, "-o", without).ExitCode);
        for (int i = 0; i < Rules.Length; i += 2)
        {
            var run = GateFolder.Gate(Sample("smooth.onnx"), "--data", _data, "--baseline", without, Rules[i], Rules[i + 1]);
            Assert.Equal(2, run.ExitCode);
            Assert.StartsWith($"error: {Rules[i + 1].Split('=')[0]}: needs the probabilities of all classes, and the baseline keeps none of them; save it --with-probabilities.", run.Error, StringComparison.Ordinal);
            Assert.Empty(run.Output);
        }

        // Those of a single model need none.
        Assert.Equal(0, GateFolder.Gate(Sample("hard.onnx"), "--data", _data, "--baseline", without, "--max", "classwise-ece-15=0.5", "--max-increase", "nll=0").ExitCode);
    }

    private static string Sample(string name) => Path.Combine(SourceTree.Root!, "samples", "digits", name);
}
