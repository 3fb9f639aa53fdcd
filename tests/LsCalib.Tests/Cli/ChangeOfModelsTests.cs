using System.Text.Json;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>explain-change runs models itself.</summary>
public sealed class ChangeOfModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_change_of_models_is_that_of_their_predictions()
    {
        var models = Explain(Sample("hard.onnx"), Sample("smooth.onnx"), "--data", Sample("test.csv"));
        string old = Run("old", "hard.onnx");
        foreach (var other in new[] { Explain(old, Run("new", "smooth.onnx")), Explain(old, Sample("smooth.onnx"), "--data", Sample("test.csv")) })
        {
            foreach (string score in new[] { "nll", "nll-refinement", "accuracy", "gap" })
            {
                Assert.Equal(Change(models, score), Change(other, score), 1e-6);
            }
        }

        Assert.Equal(["hard.onnx", "test.csv", "smooth.onnx", "test.csv"], models.GetProperty("data").EnumerateArray().Select(file => Path.GetFileName(file.GetProperty("path").GetString())));
        Assert.Equal("hard", models.GetProperty("old").GetString());
    }

    [Fact]
    public void Calibration_that_got_worse_behind_a_better_score_is_told()
    {
        // The smoothed model is less confident and more often right: its NLL is as good, for another reason.
        string text = string.Join(' ', CommandLine.Run("explain-change", Sample("hard.onnx"), Sample("smooth.onnx"), "--data", Sample("test.csv")).Output.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("nothing in it to repair", text, StringComparison.Ordinal);
        Assert.Contains("Calibration by itself did get worse, by its part of the Brier score (+0.0217); that part is what a new temperature takes away.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_need_data_and_data_models()
    {
        Assert.Contains("--data is missing", Refused(Sample("hard.onnx"), Sample("smooth.onnx")), StringComparison.Ordinal);
        string run = Run("run", "hard.onnx");
        Assert.Contains("--data goes with models", Refused(run, $"again={run}", "--data", Sample("test.csv")), StringComparison.Ordinal);
    }

    private static double Change(JsonElement json, string score) => json.GetProperty("changes").GetProperty(score).GetProperty("change").GetDouble();

    private static JsonElement Explain(params string[] arguments)
    {
        var result = CommandLine.Run(["explain-change", .. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static string Refused(params string[] arguments)
    {
        var result = CommandLine.Run(["explain-change", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        return result.Error;
    }

    private string Run(string name, string model)
    {
        string folder = _folder.File(name);
        var run = CommandLine.Run("evaluate", Sample(model), "--data", Sample("test.csv"), "-o", folder, "--bootstrap", "0", "--figures", "none");
        Assert.True(run.ExitCode == 0, run.Error);
        return folder;
    }

    private static string Sample(string file) => Path.Combine(SourceTree.Root!, "samples", "digits", file);
}
