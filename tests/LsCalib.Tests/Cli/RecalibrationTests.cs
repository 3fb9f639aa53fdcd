using System.Text.Json;
using LsCalib.Core.Recalibration;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>evaluate --calibrate: several methods in one run.</summary>
public sealed class RecalibrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _test;

    public RecalibrationTests() => _test = Predictions("test.npz", 700, 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_methods_are_compared_and_the_document_fits_its_schema()
    {
        var run = Evaluate("--calibrate", "all", "--calibration-data", Predictions("val.npz", 700, 2), "--json");
        var schema = new JsonSchema(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "run.schema.json"))).RootElement);
        Assert.Empty(schema.Validate(run.Json));
        var calibration = run.Json.GetProperty("calibration");
        Assert.Equal(CalibrationMethods.All.Select(method => method.Key), calibration.EnumerateObject().Select(entry => entry.Name));
        double before = Value(run.Json.GetProperty("metrics"), "nll");
        foreach (var entry in calibration.EnumerateObject())
        {
            Assert.Equal("converged", entry.Value.GetProperty("status").GetString());
            Assert.Equal("calibration-data", entry.Value.GetProperty("fitOn").GetString());
            double after = Value(entry.Value.GetProperty("metrics"), "nll");
            var difference = entry.Value.GetProperty("differences").GetProperty("nll");
            Assert.Equal(after - before, difference.GetProperty("value").GetDouble(), 1e-12);
            Assert.InRange(difference.GetProperty("value").GetDouble(), difference.GetProperty("lower").GetDouble(), difference.GetProperty("upper").GetDouble());
            if (entry.Value.GetProperty("keepsPrediction").GetBoolean())
            {
                Assert.Equal(0, entry.Value.GetProperty("differences").GetProperty("accuracy").GetProperty("value").GetDouble());
            }
        }
    }

    [Fact]
    public void The_table_names_every_method_and_says_what_was_fitted_on()
    {
        var crossFitted = Evaluate("--calibrate", "temperature,isotonic");
        Assert.Contains("Recalibration, cross-fitted on 5 folds of the data", crossFitted.Output, StringComparison.Ordinal);
        Assert.Matches("none +[0-9.]+  –", crossFitted.Output);
        Assert.Matches("isotonic +[0-9.]+  −[0-9.]+ \\(−", crossFitted.Output);
        Assert.Contains("T = ", crossFitted.Output, StringComparison.Ordinal);
        var quiet = Evaluate("--calibrate", "temperature,isotonic", "-q");
        Assert.Contains("isotonic", quiet.Output, StringComparison.Ordinal);
        var none = Evaluate("--calibrate", "none");
        Assert.DoesNotContain("emperature", none.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_test_data_as_calibration_data_is_told_on_stderr_and_marked()
    {
        var run = Evaluate("--calibrate", "temperature,isotonic", "--calibration-data", _test);
        Assert.Equal("warning: --calibration-data and the test data are the same file: the calibrated numbers are optimistic.\n", run.Error);
        Assert.Contains("OPTIMISTIC", run.Output, StringComparison.Ordinal);
        var json = Evaluate("--calibrate", "temperature", "--calibration-data", _test, "--json").Json;
        Assert.Equal("evaluation-data", json.GetProperty("calibration").GetProperty("temperature").GetProperty("fitOn").GetString());

        // A copy of the file under another name is the same data.
        string copy = _folder.File("copy.npz");
        File.Copy(_test, copy);
        json = Evaluate("--calibrate", "temperature", "--calibration-data", copy, "--json").Json;
        Assert.Equal("evaluation-data", json.GetProperty("calibration").GetProperty("temperature").GetProperty("fitOn").GetString());
    }

    [Fact]
    public void Weighted_rows_are_known_for_the_temperature_alone()
    {
        string csv = _folder.Write("w.csv", "logit_0,logit_1,label,w\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 7 - 3},{i % 5 - 2},{i % 2},{1 + (i % 3)}\n")));
        var run = CommandLine.Run("evaluate", "--predictions", csv, "--weight-column", "w", "--calibrate", "temperature,vector", "--no-output", "--json", "--bootstrap", "0");
        Assert.True(run.ExitCode == 0, run.Error);
        var vector = run.Json.GetProperty("calibration").GetProperty("vector");
        Assert.Equal("weighted", vector.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, vector.GetProperty("metrics").ValueKind);
    }

    [Fact]
    public void Confidences_alone_cannot_be_mapped()
    {
        string csv = _folder.Write("c.csv", "confidence,correct\n0.9,1\n0.8,0\n");
        var run = CommandLine.Run("evaluate", "--predictions", csv, "--calibrate", "vector", "--no-output", "--json", "--bootstrap", "0");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("no-scores", run.Json.GetProperty("calibration").GetProperty("vector").GetProperty("status").GetString());
    }

    [Fact]
    public void Groups_are_kept_together_and_widen_the_intervals_of_changes()
    {
        // Every row five times: intervals that took them as independent would be far too short.
        var (logits, labels) = Samples.Calibrated(120, 3, 2, 2, 5);
        float[] repeated = [.. Enumerable.Range(0, 600).SelectMany(i => logits.AsSpan(3 * (i / 5), 3).ToArray())];
        int[] again = [.. Enumerable.Range(0, 600).Select(i => labels[i / 5])];
        int[] groups = [.. Enumerable.Range(0, 600).Select(i => i / 5)];
        string plain = _folder.Npz("plain.npz", ("logits", repeated, [600, 3]), ("labels", again, null));
        string grouped = _folder.Npz("grouped.npz", ("logits", repeated, [600, 3]), ("labels", again, null), ("groups", groups, null));
        double Width(string file)
        {
            var run = CommandLine.Run("evaluate", "--predictions", file, "--calibrate", "platt", "--no-output", "--json", "--bootstrap", "0");
            Assert.True(run.ExitCode == 0, run.Error);
            var nll = run.Json.GetProperty("calibration").GetProperty("platt").GetProperty("differences").GetProperty("nll");
            return nll.GetProperty("upper").GetDouble() - nll.GetProperty("lower").GetDouble();
        }

        Assert.InRange(Width(grouped) / Width(plain), 1.5, 3);
    }

    [Fact]
    public void A_word_that_names_no_method_is_refused_with_the_nearest()
    {
        var run = CommandLine.Run("evaluate", "--predictions", _test, "--calibrate", "temprature", "--no-output");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--calibrate: \"temprature\" names no recalibration method. Did you mean \"temperature\"?", run.Error, StringComparison.Ordinal);
    }

    private CommandResult Evaluate(params string[] more)
    {
        var run = CommandLine.Run(["evaluate", "--predictions", _test, "--no-output", "--bootstrap", "0", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private string Predictions(string name, int rows, long seed)
    {
        var (logits, labels) = Samples.Calibrated(rows, 3, 2, 2, seed);
        return _folder.Npz(name, ("logits", logits, [rows, 3]), ("labels", labels, null));
    }

    private static double Value(JsonElement metrics, string key) => metrics.GetProperty(key).GetProperty("value").GetDouble();
}
