using System.Text.Json;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Reports;

public sealed class RunSchemaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JsonSchema _schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "run.schema.json"))).RootElement);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1,2,0,1\n3,1,2,0\n0,0,1,0\n", 30, "--class-names")]
    [InlineData("1,2,0,1\n3,1,2,0\n0,0,1,2\n", 30, null)]
    [InlineData("1,2,0,1\n", 5, null)]
    public void Every_run_fits_the_schema(string rows, int times, string? names)
    {
        string model = Chain(3, Node("Softmax", "x", "p", Integer("axis", -1))).Save(_folder, "m.onnx");
        string csv = _folder.Write("t.csv", "a,b,c,label\n" + string.Concat(Enumerable.Repeat(rows, times)));
        string[] extra = names is null ? [] : [names, _folder.Write("names.txt", "x\ny\nz\n")];
        var run = CommandLine.Run(["evaluate", model, "--data", csv, "--no-output", "--json", .. extra]);
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(_schema.Validate(run.Json));
    }

    [Fact]
    public void Runs_of_predictions_fit_it_too()
    {
        string csv = _folder.Write("p.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat(".2,.8,1\n.5,.5,0\n.9,.1,1\n", 30)));
        var run = CommandLine.Run("evaluate", "--predictions", csv, "--calibration-data", csv, "--no-output", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(_schema.Validate(run.Json));
    }

    [Fact]
    public void What_is_missing_wrong_or_unknown_is_found()
    {
        var errors = _schema.Validate(JsonDocument.Parse("{\"schemaVersion\": 2, \"seed\": \"x\", \"more\": 1}").RootElement);
        Assert.Contains("$: tool is missing", errors);
        Assert.Contains(errors, error => error.StartsWith("$.schemaVersion", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("$.seed", StringComparison.Ordinal));
        Assert.Contains("$: more is not in the schema", errors);
    }
}
