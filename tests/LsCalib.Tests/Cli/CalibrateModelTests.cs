using System.Text.Json;
using LsCalib.Core.Recalibration;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>calibrate on the sample model: what comes out is a model that does what the calibrator does.</summary>
public sealed class CalibrateModelTests : IDisposable
{
    private static readonly string Samples = Path.Combine(SourceTree.Root!, "samples", "digits");
    private static readonly string Model = Path.Combine(Samples, "hard.onnx");
    private static readonly string Validation = Path.Combine(Samples, "val.csv");
    private static readonly string Test = Path.Combine(Samples, "test.csv");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Methods => new(CalibrationMethods.All.Select(method => method.Key));

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_written_model_gives_what_evaluate_measured(string method)
    {
        string file = _folder.File("calibrated.onnx");
        var run = Calibrate(file, "--method", method, "--json", "--bootstrap", "0");
        Assert.True(run.ExitCode == 0, run.Error);
        var check = run.Json.GetProperty("check");
        Assert.True(check.GetProperty("largestDifference").GetDouble() <= 1e-5);
        var calibrated = Evaluate(file, "--calibrate", "none");
        var measured = Evaluate(Model, "--calibrate", method, "--calibration-data", Validation);
        foreach (string metric in new[] { "nll", "brier", "accuracy" })
        {
            Assert.Equal(
                Value(measured.GetProperty("calibration").GetProperty(method).GetProperty("metrics"), metric), Value(calibrated.GetProperty("metrics"), metric), 2e-4);
        }

        Assert.Equal("logits", calibrated.GetProperty("scores").GetProperty("kind").GetString());
    }

    [Fact]
    public void The_sample_is_over_confident_and_its_calibrated_model_is_not()
    {
        string file = _folder.File("calibrated.onnx");
        var run = Calibrate(file);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("no prediction changed", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Written to {file}", run.Output, StringComparison.Ordinal);
        var before = Evaluate(Model).GetProperty("metrics");
        var after = Evaluate(file).GetProperty("metrics");
        Assert.True(Value(after, "nll") < 0.9 * Value(before, "nll"));
        Assert.True(Value(after, "ece-15") < 0.5 * Value(before, "ece-15"));
        Assert.Equal(Value(before, "accuracy"), Value(after, "accuracy"));

        // The same command gives the same bytes.
        byte[] bytes = File.ReadAllBytes(file);
        Assert.Equal(0, Calibrate(file).ExitCode);
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_calibrated_model_is_not_calibrated_again_unless_told_to()
    {
        string file = _folder.File("once.onnx");
        Assert.Equal(0, Calibrate(file, "--bootstrap", "0").ExitCode);
        string again = _folder.File("twice.onnx");
        var refused = CommandLine.Run("calibrate", file, "--data", Validation, "-o", again, "--bootstrap", "0");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("carries a calibrator already (method temperature", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(again));
        Assert.Equal(0, CommandLine.Run("calibrate", file, "--data", Validation, "-o", again, "--bootstrap", "0", "--force").ExitCode);
    }

    [Fact]
    public void The_output_can_become_probabilities_and_the_calibrator_be_saved_beside()
    {
        string file = _folder.File("p.onnx");
        string calibrator = _folder.File("p.json");
        Assert.Equal(0, Calibrate(file, "--output-kind", "probabilities", "--save-calibrator", calibrator, "--bootstrap", "0").ExitCode);
        Assert.Equal("temperature", JsonDocument.Parse(File.ReadAllBytes(calibrator)).RootElement.GetProperty("method").GetString());

        // Read as its user reads it: the tool alone would look through the softmax.
        var run = Evaluate(file, "--scores", "probabilities");
        Assert.Equal("probabilities", run.GetProperty("scores").GetProperty("kind").GetString());
    }

    [Fact]
    public void Nothing_is_left_behind_where_something_is_wrong()
    {
        (int Code, string Expected, string[] Arguments)[] calls =
        [
            (2, "is read and to be written", ["calibrate", Model, "--data", Validation, "-o", Model]),
            (2, "was not written by ls-calib", ["calibrate", Model, "--data", Validation, "-o", _folder.Write("mine.onnx", "mine")]),
            (2, "cannot be written", ["calibrate", Model, "--data", Validation, "-o", _folder.File("no/such/folder/c.onnx")]),
            (3, "no such file", ["calibrate", Model, "--data", _folder.File("none.csv"), "-o", _folder.File("c.onnx")]),
            (3, "no such file", ["calibrate", _folder.File("none.onnx"), "--data", Validation, "-o", _folder.File("c.onnx")]),
        ];
        foreach (var (code, expected, arguments) in calls)
        {
            var run = CommandLine.Run(arguments);
            Assert.Equal(code, run.ExitCode);
            Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        }

        Assert.Equal([_folder.File("mine.onnx")], Directory.GetFiles(_folder.Path));
        Assert.Equal("mine", File.ReadAllText(_folder.File("mine.onnx")));
    }

    [Fact]
    public void A_graph_without_scores_is_told_by_the_nodes_that_it_ends_in()
    {
        string model = Models.Model(
            [Models.Value("x", Models.Float, -1, 3)],
            [Models.Value("label", Models.Long, -1)],
            Models.Node("Softmax", "x", "p"),
            Models.Node("ArgMax", "p", "label", Models.Integer("axis", 1), Models.Integer("keepdims", 0))).Save(_folder, "label.onnx");
        string data = _folder.Write("d.csv", "a,b,c,label\n1,2,3,0\n");
        var run = CommandLine.Run("calibrate", model, "--data", data, "-o", _folder.File("c.onnx"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("\"label\" int64", run.Error, StringComparison.Ordinal);
        Assert.Contains("the graph ends in Softmax, ArgMax", run.Error, StringComparison.Ordinal);
        Assert.Contains("--output-name", run.Error, StringComparison.Ordinal);
    }

    private static CommandResult Calibrate(string output, params string[] more) =>
        CommandLine.Run(["calibrate", Model, "--data", Validation, "-o", output, .. more]);

    private static JsonElement Evaluate(string model, params string[] more)
    {
        var run = CommandLine.Run(["evaluate", model, "--data", Test, "--no-output", "--json", "--bootstrap", "0", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json;
    }

    private static double Value(JsonElement metrics, string key) => metrics.GetProperty(key).GetProperty("value").GetDouble();
}
