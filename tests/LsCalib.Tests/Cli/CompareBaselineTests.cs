using System.Globalization;
using System.Text.Json;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>compare and explain-change with baselines.</summary>
public sealed class CompareBaselineTests : IDisposable
{
    private const int Rows = 240;
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "compare.schema.json"))).RootElement);
    private readonly TemporaryFolder _folder = new();
    private readonly (float[] Logits, int[] Labels) _model = Samples.Calibrated(Rows, 3, 1, 2, 7);
    private readonly string _old;
    private readonly string _new;
    private readonly string _shuffled;

    public CompareBaselineTests()
    {
        _old = _folder.Write("old.csv", Table(1, Enumerable.Range(0, Rows)));
        _new = _folder.Write("new.csv", Table(1.5f, Enumerable.Range(0, Rows)));
        _shuffled = _folder.Write("shuffled.csv", Table(1.5f, Enumerable.Range(0, Rows).Select(row => row * 77 % Rows)));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_baseline_differs_as_the_predictions_do_that_it_was_made_of(bool isFirst)
    {
        string kept = isFirst ? Saved("kept", _old) : Saved("kept", _new);
        var expected = Compare(_old, _new).GetProperty("pairs")[0];
        var json = isFirst ? Compare(kept, _new) : Compare(_old, kept);
        var pair = json.GetProperty("pairs")[0];
        Assert.Equal(expected.GetProperty("asIs").GetRawText(), pair.GetProperty("asIs").GetRawText());
        Assert.Equal(expected.GetProperty("outputs").GetRawText(), pair.GetProperty("outputs").GetRawText());
        Assert.Equal(JsonValueKind.Null, pair.GetProperty("scaled").ValueKind);
        Assert.Equal("row id (\"id\")", json.GetProperty("models")[1].GetProperty("rowsKnownBy").GetString());
        Assert.Contains(
            "kept: there is no temperature (a baseline keeps no scores of all classes unless it is saved --with-probabilities), and so nothing after scaling",
            json.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));

        var model = json.GetProperty("models")[isFirst ? 0 : 1];
        var predictions = Compare(_old, _new).GetProperty("models")[isFirst ? 0 : 1];
        foreach (var metric in predictions.GetProperty("asIs").EnumerateObject())
        {
            Assert.Equal(metric.Value.GetProperty("value").GetDouble(), model.GetProperty("asIs").GetProperty(metric.Name).GetProperty("value").GetDouble(), 1e-12);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_of_a_baseline_are_matched_by_its_ids(bool isFirst)
    {
        // The first model tells the order: a difference is the same to the bit where only the other's rows are shuffled.
        string kept = Saved("kept", isFirst ? _old : _shuffled, "--with-probabilities");
        var straight = isFirst ? Compare(kept, _new) : Compare(_old, Saved("straight", _new, "--with-probabilities"));
        var matched = isFirst ? Compare(kept, _shuffled) : Compare(_old, kept);
        foreach (string part in new[] { "asIs", "scaled" })
        {
            Assert.Equal(straight.GetProperty("pairs")[0].GetProperty(part).GetRawText(), matched.GetProperty("pairs")[0].GetProperty(part).GetRawText());
        }

        Assert.Equal(0, Compare(Saved("a", _new), Saved("b", _shuffled)).GetProperty("pairs")[0].GetProperty("outputs").GetProperty("largestConfidenceChange").GetDouble());
    }

    [Fact]
    public void Probabilities_bring_temperatures_and_metrics_of_all_classes()
    {
        string[] metrics = ["--metrics", "nll,classwise-ece-15,ece-15"];
        var kept = Compare([Saved("kept", _old, "--with-probabilities"), _new, .. metrics]);
        var expected = Compare([_old, _new, .. metrics]);
        foreach (string part in new[] { "asIs", "scaled" })
        {
            foreach (string key in new[] { "nll", "classwise-ece-15", "ece-15" })
            {
                double value = expected.GetProperty("models")[0].GetProperty(part).GetProperty(key).GetProperty("value").GetDouble();
                Assert.Equal(value, kept.GetProperty("models")[0].GetProperty(part).GetProperty(key).GetProperty("value").GetDouble(), 1e-5);
            }
        }

        Assert.Equal(expected.GetProperty("pairs")[0].GetProperty("asIs").GetRawText(), kept.GetProperty("pairs")[0].GetProperty("asIs").GetRawText());
        string text = Run(["compare", Saved("plain", _old), _new, .. metrics, "--id-column", "id", "--no-output"]).Output;
        Assert.Matches(@"classwise ECE.* – / –  +0\.\d+ / 0\.\d+", text);
        Assert.Contains("note: plain: no classwise-ece-15: a baseline keeps no scores of all classes", string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_known_by_its_inputs_and_groups_by_what_tells_them()
    {
        string model = Models.Chain(3, Models.Node("Identity", "x", "y")).Save(_folder, "m.onnx");
        string Data(string name, int[] order) => _folder.Write(name, Table(1, order).Replace("logit_", "x", StringComparison.Ordinal));
        int[] order = [.. Enumerable.Range(0, Rows)];
        string[] reading = ["--feature-columns", "x0,x1,x2", "--scores", "logits"];
        string kept = _folder.File("kept.baseline");
        Run(["baseline", "save", model, "--data", Data("d.csv", order), .. reading, "-o", kept]);
        string[] on = ["--data", _folder.File("d.csv"), .. reading, "--group-column", "patient", "--no-output", "--json"];
        var first = Run(["compare", kept, model, $"again={model}", .. on]).Json;
        Assert.Empty(Schema.Validate(first));
        Assert.Equal(["", "the hash of inputs and label", "the hash of inputs and label"], first.GetProperty("models").EnumerateArray().Select(one => one.GetProperty("rowsKnownBy").GetString()));
        Assert.Equal(Rows / 4, first.GetProperty("groups").GetProperty("count").GetInt32());
        var last = Run(["compare", model, kept, .. on]).Json;
        foreach (var json in new[] { first, last })
        {
            Assert.Equal(0, json.GetProperty("pairs")[0].GetProperty("outputs").GetProperty("largestConfidenceChange").GetDouble());
            Assert.All(json.GetProperty("pairs")[0].GetProperty("asIs").EnumerateObject(), metric => Assert.Equal(0, metric.Value.GetProperty("value").GetDouble()));
        }


        // Two rows of one label change places: their labels do not tell it, their inputs do.
        int twin = Array.IndexOf(_model.Labels, _model.Labels[0], 1);
        (order[0], order[twin]) = (twin, 0);
        string turned = Data("e.csv", order);
        foreach (string[] inputs in new[] { new[] { kept, model }, [model, kept] })
        {
            Refused(3, $"{turned}, line 2: the rows are those of {kept}, but from here on in another order", ["compare", .. inputs, "--data", turned, .. reading, "--no-output"]);
        }
    }

    [Fact]
    public void A_change_is_explained_from_probabilities_only()
    {
        string old = Saved("kept", _old, "--with-probabilities");
        string now = Saved("now", _shuffled, "--with-probabilities");
        string[] slices = ["--slice-column", "site", "--id-column", "id", "--json"];
        var expected = Run(["explain-change", _old, _new, .. slices]).Json;
        foreach (string[] sides in new[] { new[] { old, _shuffled }, [_old, now], [old, _new] })
        {
            var json = Run(["explain-change", .. sides, .. slices]).Json;
            Assert.Equal(Change(expected, "nll"), Change(json, "nll"), 1e-6);
            Assert.Equal(Change(expected, "nll-refinement"), Change(json, "nll-refinement"), 1e-6);
            Assert.Equal(3, json.GetProperty("moved").EnumerateArray().Count(part => part.GetProperty("kind").GetString() == "site"));
        }

        Assert.Equal(Change(expected, "brier"), Change(Run("explain-change", old, now, "--json").Json, "brier"), 1e-6);
        Refused(3, "a baseline keeps no scores of all classes unless it is saved --with-probabilities", ["explain-change", Saved("plain", _old), _new]);
        Refused(3, "a baseline keeps no scores of all classes unless it is saved --with-probabilities", ["explain-change", _old, Saved("plain2", _new)]);
    }

    [Fact]
    public void Bad_baselines_are_refused()
    {
        string kept = Saved("kept", _old);
        byte[] bytes = File.ReadAllBytes(kept);
        bytes[^40] ^= 1;
        Refused(3, "is damaged", ["compare", _folder.Write("edited.baseline", bytes), _new, "--no-output"]);
        Refused(3, "is no baseline", ["compare", _folder.Write("other.baseline", "logit_0,logit_1,label\n"), _new, "--no-output"]);
        string short_ = _folder.Write("short.csv", Table(1, Enumerable.Range(0, Rows - 1)));
        Refused(3, $"{Rows - 1} rows, but {kept} has {Rows}", ["compare", kept, short_, "--no-output"]);
        Refused(3, $"{Rows - 1} rows, but {kept} has {Rows}", ["compare", short_, kept, "--no-output"]);
        Refused(3, "is a baseline. Name the predictions", ["plot", kept, "-o", _folder.File("figures")]);
        Refused(2, "baselines keep no groups", ["compare", kept, $"b={kept}", "--group-column", "patient", "--no-output"]);
        string run = _folder.File("run");
        Run("evaluate", "--predictions", _old, "--bootstrap", "0", "--figures", "none", "-o", run);
        Refused(3, $"{run}: a run of evaluate keeps no ids of rows", ["compare", kept, run, "--no-output"]);
    }

    private static double Change(JsonElement json, string name) => json.GetProperty("changes").GetProperty(name).GetProperty("change").GetDouble();

    private static JsonElement Compare(params string[] arguments)
    {
        var json = Run(["compare", .. arguments, "--id-column", "id", "--no-output", "--json"]).Json;
        Assert.Empty(Schema.Validate(json));
        return json;
    }

    private string Saved(string name, string predictions, params string[] extra)
    {
        string path = _folder.File($"{name}.baseline");
        Run(["baseline", "save", "--predictions", predictions, "--id-column", "id", "-o", path, .. extra]);
        return path;
    }

    private static CommandResult Run(params string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private static void Refused(int code, string message, string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.ExitCode);
    }

    private string Table(float sharpness, IEnumerable<int> order) => "logit_0,logit_1,logit_2,label,id,site,patient\n" + string.Concat(order.Select(row =>
        string.Concat(Enumerable.Range(0, 3).Select(k => (sharpness * _model.Logits[(3 * row) + k]).ToString("R", CultureInfo.InvariantCulture) + ","))
        + FormattableString.Invariant($"{_model.Labels[row]},r{row},{(char)('a' + (row % 3))},p{row / 4}\n")));
}
