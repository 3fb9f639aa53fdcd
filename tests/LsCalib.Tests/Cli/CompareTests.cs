using System.Text.Json;
using LsCalib.Reports.Rendering;
using LsCalib.Tests.Reports;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>compare from the command line.</summary>
public sealed class CompareTests : IDisposable
{
    private const int Rows = 300;
    private const int Classes = 4;
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "compare.schema.json"))).RootElement);
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _logits;
    private readonly int[] _labels;
    private readonly string _first;
    private readonly string _sharp;

    public CompareTests()
    {
        (_logits, _labels) = Samples.Calibrated(Rows, Classes, 1.5, 2, 1);
        _first = Predictions("first.npz", _logits, _labels);
        _sharp = Predictions("sharp.npz", [.. _logits.Select(z => 2 * z)], _labels);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_numbers_are_those_of_evaluate_and_in_every_file()
    {
        string target = _folder.File("out");
        var result = Compare(_first, $"twice as sharp={_sharp}", "-o", target, "--json");
        Assert.Empty(Schema.Validate(result.Json));
        Assert.Equal(result.Output, File.ReadAllText(Path.Combine(target, "compare.json")));
        var models = result.Json.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(["first", "twice as sharp"], models.Select(model => model.GetProperty("name").GetString()));
        foreach (var (model, path) in models.Zip([_first, _sharp]))
        {
            var run = PredictionRuns.Evaluate("--predictions", path, "--bootstrap", "1000", "--metrics", "nll,ece-15,smooth-ece");
            Assert.Equal(Value(run, "metrics", "ece-15"), Value(model, "asIs", "ece-15"));
            Assert.Equal(Value(run, "metrics", "nll"), Value(model, "asIs", "nll"));
            var temperature = run.GetProperty("calibration").GetProperty("temperature");
            Assert.Equal(Value(temperature, "metrics", "smooth-ece"), Value(model, "scaled", "smooth-ece"));
        }

        // Twice the logits is half the temperature, and the same model after it.
        Assert.Equal(2 * models[0].GetProperty("temperature").GetProperty("value").GetDouble(), models[1].GetProperty("temperature").GetProperty("value").GetDouble(), 1e-6);
        var pair = result.Json.GetProperty("pairs")[0];
        Assert.Equal(Value(models[1], "asIs", "nll") - Value(models[0], "asIs", "nll"), Value(pair, "asIs", "nll"), 1e-14);
        Assert.True(pair.GetProperty("asIs").GetProperty("nll").GetProperty("adjustedPValue").GetDouble() < 0.001);
        Assert.Equal(0, Value(pair, "scaled", "nll"), 1e-6);
        Assert.Equal(0, pair.GetProperty("outputs").GetProperty("changedPredictions").GetInt32());
        Assert.Equal(1, pair.GetProperty("asIs").GetProperty("accuracy").GetProperty("pValue").GetDouble());

        Assert.Equal(17, File.ReadAllLines(Path.Combine(target, "compare.csv")).Length);
        Assert.Equal(17, File.ReadAllLines(Path.Combine(target, "differences.csv")).Length);
        var names = new[] { "compare.csv", "compare.json", "differences.csv", "differences.png", "differences.svg", "reliability.csv", "reliability.png", "reliability.svg" }
            .Where(name => Png.Problem is null || !name.EndsWith(".png", StringComparison.Ordinal));
        Assert.Equal(names, Directory.GetFiles(target).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Texts_of_figures_lie_apart_whatever_the_models_are_called()
    {
        string[] inputs = [.. Enumerable.Range(0, 11).Select(i => $"a model, number {i}, with a name that is far too long for a panel={_sharp}")];
        string target = _folder.File("out");
        var result = Compare([_first, .. inputs, "-o", target, "--metrics", "default,rmsce-15,mce-15,classwise-ece-15"]);
        foreach (string name in new[] { "differences.svg", "reliability.svg" })
        {
            string svg = File.ReadAllText(Path.Combine(target, name));
            FigureChecks.TextsLieInside(svg);
            FigureChecks.AllNumbersAreFinite(svg);
        }

        Assert.All(result.Output.Split('\n').Where(line => !line.Contains("Written to", StringComparison.Ordinal)), line => Assert.True(line.Length <= 80, line));
        Assert.DoesNotContain("no differences", result.Output, StringComparison.Ordinal);
        Assert.Empty(Schema.Validate(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(target, "compare.json"))).RootElement));
    }

    [Fact]
    public void The_same_model_twice_does_not_differ()
    {
        var json = Compare(_first, $"again={_first}", "--no-output", "--json", "--metrics", "accuracy,nll,ece-15").Json;
        foreach (string stage in new[] { "asIs", "scaled" })
        {
            foreach (var metric in json.GetProperty("pairs")[0].GetProperty(stage).EnumerateObject())
            {
                Assert.Equal(0, metric.Value.GetProperty("value").GetDouble());
                Assert.Equal(1, metric.Value.GetProperty("pValue").GetDouble());
            }
        }

        string text = Compare(_first, $"again={_first}", "--no-output").Output;
        Assert.Contains("Outputs: every prediction is the same.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_change_nothing()
    {
        string[] arguments = [_first, _sharp, "--no-output", "--json", "--seed", "3", "--confidence", "0.9"];
        string one = Compare([.. arguments, "--threads", "1"]).Output;
        Assert.Equal(one, Compare([.. arguments, "--threads", "2"]).Output);
        Assert.Contains("\"level\": 0.9", one, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_rows_are_refused_with_what_differs()
    {
        int[] labels = [.. _labels];
        labels[17] = (labels[17] + 1) % Classes;
        Refused(3, $"row 17 has the label {labels[17]}, but {_labels[17]} in {_first}", _first, Predictions("l.npz", _logits, labels));
        Refused(3, $"{Rows - 1} rows, but {_first} has {Rows}", _first, Predictions("short.npz", _logits[..^Classes], _labels[..^1]));
        var (few, three) = Samples.Calibrated(Rows, 3, 1, 2, 5);
        Refused(3, $"3 classes, but {_first} has {Classes}", _first, _folder.Npz("three.npz", ("logits", few, [Rows, 3]), ("labels", three, null)));
        Refused(3, "holds confidence and correct only", _first, _folder.Write("top.csv", "confidence,correct\n.6,1\n.9,0\n"));
        Refused(3, "its rows are not grouped", _first, _folder.Npz("g.npz", ("logits", _logits, [Rows, Classes]), ("labels", _labels, null), ("groups", Enumerable.Range(0, Rows).Select(i => i / 3).ToArray(), null)));
        Assert.False(Directory.Exists(_folder.File("refused")));
    }

    [Fact]
    public void Ids_tell_rows_apart_that_labels_do_not()
    {
        string Csv(string name, params string[] ids) => _folder.Write(name, "id,logit_0,logit_1,label\n" + string.Concat(ids.Select((id, i) => $"{id},{0.1 * (i % 7)},1,{(i % 3) / 2}\n")));
        string[] ids = [.. Enumerable.Range(0, 60).Select(i => $"r{i}")];
        string a = Csv("a.csv", ids);
        var json = Compare(a, Csv("b.csv", ids), "--id-column", "id", "--no-output", "--json").Json;
        Assert.Equal("row ids and labels", json.GetProperty("models")[1].GetProperty("rowsKnownBy").GetString());
        (ids[0], ids[2]) = (ids[2], ids[0]);
        string c = Csv("c.csv", ids);
        Refused(3, $"{c}: row 2 (id \"r0\") has the label 1, but 0 in {a}", a, c, "--id-column", "id");
        Assert.Equal(0, CommandLine.Run("compare", a, c, "--no-output").ExitCode);
        ids[2] = "r60";
        Refused(3, $"{Csv("d.csv", ids)}: has no row with the id \"r0\", which row 0 of {a} has", a, _folder.File("d.csv"), "--id-column", "id");
        ids[2] = "r5";
        Refused(3, "line 7: the row id \"r5\" of \"id\" stands in", a, Csv("e.csv", ids), "--id-column", "id");
    }

    [Fact]
    public void Models_and_runs_are_known_by_their_data()
    {
        string model = Models.Chain(2, Models.Node("Identity", "x", "y")).Save(_folder, "m.onnx");
        string Data(string name, int shift) => _folder.Write(name, "x0,x1,label\n" + string.Concat(Enumerable.Range(0, 90).Select(i => $"{((i * 37) % 11) - shift},{(i * 17) % 7},{(((i * 37) % 11) > ((i * 5) % 9) ? 0 : 1)}\n")));
        string data = Data("d.csv", 1);
        string run = _folder.File("run");
        Assert.Equal(0, CommandLine.Run("evaluate", model, "--data", data, "-o", run, "--bootstrap", "0", "--scores", "logits").ExitCode);
        var json = Compare(model, $"run={run}", "--data", data, "--scores", "logits", "--no-output", "--json").Json;
        Assert.Equal("the data file (SHA-256)", json.GetProperty("models")[1].GetProperty("rowsKnownBy").GetString());
        Assert.Equal(0, json.GetProperty("pairs")[0].GetProperty("outputs").GetProperty("largestConfidenceChange").GetDouble());
        Refused(3, "was made on another data file", model, $"run={run}", "--data", Data("e.csv", 2), "--scores", "logits");
        Refused(2, "--data is missing", model, _first);
        json = Compare(model, $"b={model}", "--data", data, "--calibration-data", Data("val.csv", 3), "--scores", "logits", "--no-output", "--json").Json;
        Assert.Equal("calibration-data", json.GetProperty("models")[0].GetProperty("temperature").GetProperty("fitOn").GetString());
    }

    [Fact]
    public void A_model_without_temperature_is_compared_as_it_is()
    {
        string right = Predictions("right.npz", [.. Enumerable.Range(0, Rows * Classes).Select(i => i % Classes == _labels[i / Classes] ? 3f : 0)], _labels);
        var result = Compare(_first, right, "--no-output", "--json");
        Assert.Empty(Schema.Validate(result.Json));
        Assert.Equal(JsonValueKind.Null, result.Json.GetProperty("pairs")[0].GetProperty("scaled").ValueKind);
        string text = Compare(_first, right, "--no-output").Output.ReplaceLineEndings(" ");
        Assert.Contains("right: there is no temperature", text, StringComparison.Ordinal);
        Assert.DoesNotContain("with temperatures", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_command_lines_are_refused()
    {
        Refused(2, "one input is given; give 2 to 12", _first);
        Refused(2, "have the same name, \"first\"", _first, _first);
        Refused(2, "13 inputs are given", [.. Enumerable.Range(0, 13).Select(i => $"m{i}={_first}")]);
        Refused(2, "--data goes with models", _first, _sharp, "--data", _first);
        Refused(2, "\"eec-15\" names no metric", _first, _sharp, "--metrics", "eec-15");
        Refused(2, "none of the metrics has a known difference", _first, _sharp, "--metrics", "gap");
        Refused(3, "no such file or folder", _first, _folder.File("none.npz"));
        string other = Directory.CreateDirectory(_folder.File("other")).FullName;
        File.WriteAllText(Path.Combine(other, "x.txt"), "");
        Assert.Contains("holds no comparison of ls-calib", CommandLine.Run("compare", _first, _sharp, "-o", other).Error, StringComparison.Ordinal);
    }

    private static double Value(JsonElement json, string part, string metric) => json.GetProperty(part).GetProperty(metric).GetProperty("value").GetDouble();

    private static CommandResult Compare(params string[] arguments)
    {
        var result = CommandLine.Run(["compare", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private void Refused(int code, string message, params string[] arguments)
    {
        var result = CommandLine.Run(["compare", .. arguments, "-o", _folder.File("refused")]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.ExitCode);
    }

    private string Predictions(string name, float[] logits, int[] labels) => _folder.Npz(name, ("logits", logits, [labels.Length, Classes]), ("labels", labels, null));
}
