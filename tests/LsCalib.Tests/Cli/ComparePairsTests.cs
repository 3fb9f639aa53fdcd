using System.Text.Json;
using LsCalib.Tests.Reports;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>What compare says of models beside their metrics: every pair, label smoothing, and the data.</summary>
public sealed class ComparePairsTests : IDisposable
{
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "compare.schema.json"))).RootElement);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_pair_is_compared_as_by_itself()
    {
        var (logits, labels) = Samples.Calibrated(300, 4, 1.5, 2, 1);
        string[] inputs = [.. new[] { 1f, 1.4f, 2f }.Select((scale, i) => _folder.Npz($"m{i}.npz", ("logits", logits.Select(z => scale * z).ToArray(), [300, 4]), ("labels", labels, null)))];
        string target = _folder.File("out");
        var all = Json([.. inputs, "--pairs", "all", "-o", target]);
        Assert.Equal(["m1 m0", "m2 m0", "m2 m1"], all.GetProperty("pairs").EnumerateArray().Select(pair => $"{pair.GetProperty("name").GetString()} {pair.GetProperty("against").GetString()}"));
        Assert.Equal(
            Json([inputs[1], inputs[2], "--no-output"]).GetProperty("pairs")[0].GetRawText(),
            all.GetProperty("pairs")[2].GetRawText());
        Assert.Contains("Differences of each pair of models", File.ReadAllText(Path.Combine(target, "differences.svg")), StringComparison.Ordinal);
        FigureChecks.TextsLieInside(File.ReadAllText(Path.Combine(target, "differences.svg")));
        Assert.Equal(2, Json([.. inputs, "--no-output"]).GetProperty("pairs").GetArrayLength());
    }

    [Fact]
    public void Metrics_of_all_classes_are_compared_as_the_gate_compares_them()
    {
        var (logits, labels) = Samples.Calibrated(300, 4, 1.5, 2, 1);
        string[] inputs = [.. new[] { 1f, 2f }.Select((scale, i) => _folder.Npz($"m{i}.npz", ("logits", logits.Select(z => scale * z).ToArray(), [300, 4]), ("labels", labels, null)))];
        string target = _folder.File("out");
        var json = Json([.. inputs, "--metrics", "nll,classwise-ece-15,l2-debiased-15-marginal,skce", "-o", target, "--bootstrap", "1000"]);
        var pair = json.GetProperty("pairs")[0];

        // The second is the first, twice as sharp: a temperature makes them the same.
        string[] keys = ["nll", "classwise-ece-15", "l2-debiased-15-marginal", "skce"];
        Assert.Equal(keys, pair.GetProperty("scaled").EnumerateObject().Select(metric => metric.Name));
        foreach (string key in keys)
        {
            var scaled = pair.GetProperty("scaled").GetProperty(key);
            Assert.True(Math.Abs(pair.GetProperty("asIs").GetProperty(key).GetProperty("value").GetDouble()) > 1e-3);
            Assert.InRange(scaled.GetProperty("lower").GetDouble(), -1e-3, 0);
            Assert.InRange(scaled.GetProperty("upper").GetDouble(), 0, 1e-3);
        }

        FigureChecks.TextsLieInside(File.ReadAllText(Path.Combine(target, "differences.svg")));

        string saved = _folder.File("m0.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", "--predictions", inputs[0], "--with-probabilities", "-o", saved).ExitCode);
        foreach (string key in new[] { "classwise-ece-15", "l2-debiased-15-marginal", "skce" })
        {
            var gate = CommandLine.Run("gate", "--predictions", inputs[1], "--baseline", saved, "--max-increase", $"{key}=0.9", "--bootstrap", "1000", "--json");
            var worsening = JsonDocument.Parse(gate.Output).RootElement.GetProperty("rules")[0].GetProperty("comparison").GetProperty("worsening");
            var difference = pair.GetProperty("asIs").GetProperty(key);
            foreach (string end in new[] { "value", "lower", "upper" })
            {
                Assert.Equal(worsening.GetProperty(end).GetDouble(), difference.GetProperty(end).GetDouble(), 1e-9);
            }
        }

        // A baseline without probabilities beside it leaves nothing to compare.
        string plain = _folder.File("plain.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", "--predictions", inputs[0], "-o", plain).ExitCode);
        var refused = CommandLine.Run("compare", plain, inputs[1], "--metrics", "skce", "--no-output");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("none of the metrics can be compared", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_metrics_of_the_samples_are_compared()
    {
        string Sample(string file) => Path.Combine(SourceTree.Root!, "samples", "digits", file);
        var pair = Json([Sample("hard.onnx"), Sample("smooth.onnx"), "--data", Sample("test.csv"), "--metrics", "all", "--no-output"]).GetProperty("pairs")[0];
        foreach (string stage in new[] { "asIs", "scaled" })
        {
            foreach (string key in new[] { "nll", "classwise-ece-15", "tace-15", "conditional-ece-15", "l2-debiased-15-marginal", "skce", "ece-kde", "aurc-margin", "top5-accuracy" })
            {
                var difference = pair.GetProperty(stage).GetProperty(key);
                Assert.True(difference.GetProperty("lower").GetDouble() < difference.GetProperty("upper").GetDouble());
            }
        }
    }

    [Fact]
    public void Logits_too_sharp_for_single_precision_keep_their_ranks()
    {
        var (logits, labels) = Samples.Calibrated(400, 8, 1.5, 2, 1);
        string[] inputs = [.. new[] { 60f, 70f }.Select((scale, i) => _folder.Npz($"m{i}.npz", ("logits", logits.Select((z, at) => scale * (z + (0.3f * i * (at % 3)))).ToArray(), [400, 8]), ("labels", labels, null)))];
        var json = Json([.. inputs, "--metrics", "top5-accuracy", "--no-output"]);
        double Of(int model) => json.GetProperty("models")[model].GetProperty("asIs").GetProperty("top5-accuracy").GetProperty("value").GetDouble();
        Assert.Equal(Of(1) - Of(0), json.GetProperty("pairs")[0].GetProperty("asIs").GetProperty("top5-accuracy").GetProperty("value").GetDouble(), 1e-14);
    }

    [Fact]
    public void Models_tell_their_label_smoothing_and_what_they_were_run_on()
    {
        string Sample(string file) => Path.Combine(SourceTree.Root!, "samples", "digits", file);
        string[] arguments = [Sample("hard.onnx"), Sample("smooth.onnx"), "--data", Sample("test.csv"), "--calibration-data", Sample("val.csv"), "--metrics", "nll", "--bootstrap", "0", "--no-output"];
        var json = Json(arguments);
        var models = json.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal([0, 0.1], models.Select(model => model.GetProperty("smoothing").GetProperty("strength").GetDouble()));
        foreach (var model in models)
        {
            Assert.Equal("alpha/K", model.GetProperty("smoothing").GetProperty("convention").GetString());
            foreach (var (key, file) in new[] { ("data", "test.csv"), ("calibrationData", "val.csv") })
            {
                string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Sample(file))));
                Assert.Equal(digest, Assert.Single(model.GetProperty(key).EnumerateArray()).GetProperty("sha256").GetString());
            }
        }

        var text = CommandLine.Run(["compare", .. arguments]);
        Assert.Matches("label smoothing +α = 0 +α = 0.1\n", text.Output);
        string table = Path.Combine(_folder.File("t"), "compare.csv");
        Assert.Equal(0, CommandLine.Run(["compare", .. arguments[..^1], "-o", _folder.File("t")]).ExitCode);
        Assert.EndsWith(",lower,0.1", File.ReadAllLines(table)[2], StringComparison.Ordinal);
    }

    private static JsonElement Json(string[] arguments)
    {
        var result = CommandLine.Run(["compare", .. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, result.Error);
        var json = JsonDocument.Parse(result.Output).RootElement;
        Assert.Empty(Schema.Validate(json));
        return json;
    }
}
