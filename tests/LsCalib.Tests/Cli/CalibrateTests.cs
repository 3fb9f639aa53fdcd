using System.Text.Json;
using LsCalib.Core.Recalibration;
using LsCalib.Reports.Documents;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>calibrate on files of predictions: the calibrator as JSON, and its application.</summary>
public sealed class CalibrateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _data;

    public CalibrateTests() => _data = Predictions("val.npz", 800, 2, 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_temperature_is_fitted_measured_and_saved()
    {
        string file = _folder.File("c.json");
        var run = CommandLine.Run("calibrate", "--predictions", _data, "-o", file);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(run.Error);
        var map = Assert.IsType<TemperatureMap>(CalibratorJson.Read(file));
        Assert.InRange(map.Temperature, 1.6, 2.4);
        Assert.Contains(FormattableString.Invariant($"temperature: T = {map.Temperature:0.0000##} (95% "), run.Output, StringComparison.Ordinal);
        Assert.Contains("predictions unchanged", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Written to {file}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_json_prints_fits_its_schema_and_agrees_with_evaluate()
    {
        var run = CommandLine.Run("calibrate", "--predictions", _data, "-o", _folder.File("c.json"), "--json", "--bootstrap", "200");
        Assert.True(run.ExitCode == 0, run.Error);
        var schema = new JsonSchema(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "calibrate.schema.json"))).RootElement);
        Assert.Empty(schema.Validate(run.Json));
        var evaluated = CommandLine.Run("evaluate", "--predictions", _data, "--no-output", "--json", "--bootstrap", "200").Json.GetProperty("calibration").GetProperty("temperature");
        Assert.Equal(evaluated.GetProperty("value").GetDouble(), run.Json.GetProperty("temperature").GetProperty("value").GetDouble());
        Assert.Equal(evaluated.GetProperty("lower").GetDouble(), run.Json.GetProperty("temperature").GetProperty("lower").GetDouble());
        Assert.Equal(
            evaluated.GetProperty("metrics").GetProperty("nll").GetProperty("value").GetDouble(), run.Json.GetProperty("after").GetProperty("nll").GetProperty("value").GetDouble());
        double difference = run.Json.GetProperty("differences").GetProperty("nll").GetProperty("value").GetDouble();
        Assert.Equal(
            run.Json.GetProperty("after").GetProperty("nll").GetProperty("value").GetDouble() - run.Json.GetProperty("before").GetProperty("nll").GetProperty("value").GetDouble(), difference, 1e-12);
        Assert.Single(run.Json.GetProperty("outputs").EnumerateArray());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_is_written_and_applied_as_it_was_measured(string method)
    {
        string file = _folder.File("c.json");
        var fitted = CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--method", method, "--bootstrap", "0");
        Assert.True(fitted.ExitCode == 0, fitted.Error);
        string test = Predictions("test.npz", 600, 2, 2);
        string mapped = _folder.File("mapped.npz");
        var applied = CommandLine.Run("calibrate", "--apply", file, "--predictions", test, "-o", mapped);
        Assert.True(applied.ExitCode == 0, applied.Error);
        var there = CommandLine.Run("evaluate", "--predictions", mapped, "--calibrate", "none", "--no-output", "--json", "--bootstrap", "0");
        Assert.True(there.ExitCode == 0, there.Error);
        var direct = CommandLine.Run("evaluate", "--predictions", test, "--calibration-data", _data, "--calibrate", method, "--no-output", "--json", "--bootstrap", "0");
        Assert.True(direct.ExitCode == 0, direct.Error);
        var after = direct.Json.GetProperty("calibration").GetProperty(method);
        Assert.Equal("converged", after.GetProperty("status").GetString());
        foreach (string metric in new[] { "nll", "brier", "accuracy", "ece-15" })
        {
            Assert.Equal(
                after.GetProperty("metrics").GetProperty(metric).GetProperty("value").GetDouble(), there.Json.GetProperty("metrics").GetProperty(metric).GetProperty("value").GetDouble(), 1e-9);
        }

        double before = direct.Json.GetProperty("metrics").GetProperty("nll").GetProperty("value").GetDouble();
        Assert.True(after.GetProperty("metrics").GetProperty("nll").GetProperty("value").GetDouble() < before, "a model over-confident by T = 2 gains by every method");
    }

    public static TheoryData<string> Methods => new(CalibrationMethods.All.Select(method => method.Key));

    [Fact]
    public void Auto_prints_all_methods_and_takes_a_simple_one()
    {
        string file = _folder.File("c.json");
        var run = CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--method", "auto", "--bootstrap", "0");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.All(CalibrationMethods.All, method => Assert.Contains(method.Title, run.Output, StringComparison.Ordinal));
        Assert.Equal("temperature", CalibratorJson.Read(file).Method);
    }

    [Fact]
    public void Auto_writes_nothing_where_nothing_is_better_than_doing_nothing()
    {
        string file = _folder.File("c.json");
        var run = CommandLine.Run("calibrate", "--predictions", Predictions("good.npz", 600, 1, 3), "-o", file, "--method", "auto", "--bootstrap", "0");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("nothing is written", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Probabilities_or_logits_are_written_as_asked()
    {
        string file = _folder.File("c.json");
        Assert.Equal(0, CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--bootstrap", "0").ExitCode);
        foreach (string kind in new[] { "logits", "probabilities" })
        {
            string mapped = _folder.File($"{kind}.npz");
            Assert.Equal(0, CommandLine.Run("calibrate", "--apply", file, "--predictions", _data, "-o", mapped, "--output-kind", kind).ExitCode);
            var run = CommandLine.Run("evaluate", "--predictions", mapped, "--no-output", "--json", "--bootstrap", "0", "--calibrate", "none");
            Assert.Equal(kind, run.Json.GetProperty("scores").GetProperty("kind").GetString());
        }
    }

    [Theory]
    [InlineData(3, "too few", "--method", "scaling-binning", "few")]
    [InlineData(3, "has no solution to write (separable)", "--method", "temperature", "right")]
    [InlineData(3, "has no solution to write (constant)", "--method", "temperature", "constant")]
    [InlineData(2, "names no recalibration method. Did you mean \"vector\"", "--method", "vectr", "val")]
    public void What_cannot_be_fitted_is_told_and_nothing_written(int code, string expected, string option, string value, string data)
    {
        string file = _folder.File("c.json");
        var run = CommandLine.Run("calibrate", "--predictions", Odd(data), "-o", file, option, value, "--bootstrap", "0");
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*partial*"));
    }

    [Fact]
    public void Wrong_calls_say_what_to_do()
    {
        string file = _folder.File("c.json");
        (string Expected, string[] Arguments)[] calls =
        [
            ("--output is missing", ["calibrate", "--predictions", _data]),
            ("name a file that ends in .onnx", ["calibrate", "--predictions", _data, "-o", _folder.File("c.txt")]),
            ("predictions have no model to calibrate", ["calibrate", "--predictions", _data, "-o", _folder.File("c.onnx")]),
            ("is read and to be written", ["calibrate", "--predictions", _data, "-o", _data, "--apply", file]),
            ("leave one out", ["calibrate", "--predictions", _data, "-o", file, "--save-calibrator", _folder.File("d.json")]),
            ("--apply maps --predictions", ["calibrate", "model.onnx", "--data", _data, "-o", file, "--apply", file]),
            ("leave --method out", ["calibrate", "--predictions", _data, "-o", _folder.File("o.npz"), "--apply", file, "--method", "vector"]),
            ("--save-calibrator writes the calibrator as JSON", ["calibrate", "model.onnx", "--data", _data, "-o", _folder.File("c.onnx"), "--save-calibrator", _folder.File("c.onnx")]),
            ("--apply measures nothing that --json could print", ["calibrate", "--predictions", _data, "-o", _folder.File("o.npz"), "--apply", file, "--json"]),
            ("--output-kind is of a model", ["calibrate", "--predictions", _data, "-o", file, "--output-kind", "logits"]),
            ("such as mapped.npz", ["calibrate", "--predictions", _data, "--apply", file]),
            ("labelled validation data", ["calibrate", "model.onnx", "-o", file]),
        ];
        foreach (var (expected, arguments) in calls)
        {
            var run = CommandLine.Run(arguments);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_of_somebody_else_is_kept_and_our_own_replaced()
    {
        string file = _folder.Write("c.json", "{\"mine\": 1}");
        var refused = CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--bootstrap", "0");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.Equal("{\"mine\": 1}", File.ReadAllText(file));
        Assert.Equal(0, CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--bootstrap", "0", "--force").ExitCode);
        Assert.Equal(0, CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--bootstrap", "0").ExitCode);
    }

    [Fact]
    public void Predictions_of_somebody_else_are_kept_and_our_mapped_ones_replaced()
    {
        string file = _folder.File("c.json");
        Assert.Equal(0, CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--bootstrap", "0").ExitCode);
        string theirs = Predictions("theirs.npz", 60, 2, 9);
        byte[] before = File.ReadAllBytes(theirs);
        Assert.Equal(2, CommandLine.Run("calibrate", "--apply", file, "--predictions", _data, "-o", theirs).ExitCode);
        Assert.Equal(before, File.ReadAllBytes(theirs));
        string mapped = _folder.File("mapped.npz");
        Assert.Equal(0, CommandLine.Run("calibrate", "--apply", file, "--predictions", _data, "-o", mapped).ExitCode);
        Assert.Equal(0, CommandLine.Run("calibrate", "--apply", file, "--predictions", _data, "-o", mapped).ExitCode);
    }

    [Fact]
    public void A_map_of_raw_logits_takes_no_probabilities_for_them()
    {
        string file = _folder.File("c.json");
        Assert.Equal(0, CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--method", "vector", "--bootstrap", "0").ExitCode);
        string csv = _folder.Write("p.csv", "prob_0,prob_1,prob_2,label\n" + string.Concat(Enumerable.Repeat(".2,.3,.5,2\n.6,.3,.1,0\n", 40)));
        var run = CommandLine.Run("calibrate", "--apply", file, "--predictions", csv, "-o", _folder.File("o.npz"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("holds probabilities, but the vector map was fitted on logits", run.Error, StringComparison.Ordinal);
        var evaluated = CommandLine.Run("evaluate", "--predictions", csv, "--calibration-data", _data, "--calibrate", "vector", "--no-output", "--bootstrap", "0");
        Assert.Equal(3, evaluated.ExitCode);
        Assert.Contains("Give both alike", evaluated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calibrator_of_another_number_of_classes_is_refused()
    {
        string file = _folder.File("c.json");
        Assert.Equal(0, CommandLine.Run("calibrate", "--predictions", _data, "-o", file, "--bootstrap", "0").ExitCode);
        string csv = _folder.Write("two.csv", "logit_0,logit_1,label\n1,2,0\n");
        var run = CommandLine.Run("calibrate", "--apply", file, "--predictions", csv, "-o", _folder.File("o.npz"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("2 classes, but", run.Error, StringComparison.Ordinal);
    }

    private string Predictions(string name, int rows, double temperature, long seed)
    {
        var (logits, labels) = Samples.Calibrated(rows, 3, temperature, 2, seed);
        return _folder.Npz(name, ("logits", logits, [rows, 3]), ("labels", labels, null));
    }

    private string Odd(string name)
    {
        var logits = new float[80 * 3];
        var labels = new int[80];
        for (int i = 0; i < 80; i++)
        {
            labels[i] = i % 3;
            logits[(3 * i) + labels[i]] = name == "right" ? 2 : 0;
        }

        return name switch
        {
            "few" => _folder.Npz("few.npz", ("logits", logits[..15], [5, 3]), ("labels", labels[..5], null)),
            "val" => _data,
            _ => _folder.Npz($"{name}.npz", ("logits", logits, [80, 3]), ("labels", labels, null)),
        };
    }
}
