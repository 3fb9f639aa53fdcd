using System.Globalization;
using System.Text;
using System.Text.Json;
using LsCalib.Data.Numpy;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Cli;

/// <summary>evaluate from file to file: whatever carries the same logits gives the same numbers.</summary>
public sealed class EvaluateTests : IDisposable
{
    private const int Rows = 300;
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _logits;
    private readonly int[] _labels;
    private readonly string _csv;
    private readonly JsonElement _expected;

    public EvaluateTests()
    {
        (_logits, _labels) = Samples.Calibrated(Rows, 3, 1.5, 2, 17);
        _csv = _folder.Write("t.csv", Csv(','));
        _expected = Evaluate(Chain(3, Node("Identity", "x", "z")).Save(_folder, "plain.onnx"), "--data", _csv);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_numbers_are_those_of_the_logits()
    {
        double nll = 0;
        int right = 0;
        for (int i = 0; i < Rows; i++)
        {
            var z = _logits.AsSpan(3 * i, 3).ToArray().Select(value => (double)value).ToArray();
            nll += Math.Log(z.Sum(Math.Exp)) - z[_labels[i]];
            right += Array.IndexOf(z, z.Max()) == _labels[i] ? 1 : 0;
        }

        Assert.Equal(nll / Rows, Metric(_expected, "nll"), 1e-12);
        Assert.Equal((double)right / Rows, Metric(_expected, "accuracy"), 1e-15);
        Assert.Equal(Rows, _expected.GetProperty("rowCount").GetInt32());
        Assert.InRange(_expected.GetProperty("calibration").GetProperty("temperature").GetProperty("value").GetDouble(), 1.1, 2.1);
        Assert.Equal(5, _expected.GetProperty("calibration").GetProperty("temperature").GetProperty("folds").GetArrayLength());
    }

    public static TheoryData<string> Endings => ["Softmax", "LogSoftmax", "Softmax+Identity", "Softmax+Cast", "Softmax+Reshape", "Softmax+Squeeze"];

    [Theory]
    [MemberData(nameof(Endings))]
    public void The_tensor_before_a_final_softmax_is_read(string ending)
    {
        var parts = ending.Split('+');
        bool squeezes = ending.EndsWith("Squeeze", StringComparison.Ordinal);
        var nodes = new List<LsCalib.Onnx.Graphs.NodeProto> { Node("Identity", "x", "z") };
        if (squeezes)
        {
            nodes.Add(Node("Unsqueeze", "z axes", "z3"));
        }

        nodes.Add(Node(parts[0], squeezes ? "z3" : "z", "p", Integer("axis", squeezes ? 1 : -1)));
        if (parts.Length > 1)
        {
            nodes.Add(parts[1] switch
            {
                "Cast" => Node("Cast", "p", "out", Integer("to", Float)),
                "Reshape" => Node("Reshape", "p shape", "out"),
                "Squeeze" => Node("Squeeze", "p axes", "out"),
                _ => Node("Identity", "p", "out"),
            });
        }

        var model = Chain(3, [.. nodes]);
        model.Graph.Initializer.Add(new LsCalib.Onnx.Graphs.TensorProto { Name = "axes", DataType = Long, Dims = { 1 }, Int64Data = { 2 } });
        model.Graph.Initializer.Add(new LsCalib.Onnx.Graphs.TensorProto { Name = "shape", DataType = Long, Dims = { 2 }, Int64Data = { -1, 3 } });
        var run = Evaluate(model.Save(_folder, "m.onnx"), "--data", _csv);
        Assert.Equal(Metrics(_expected), Metrics(run));
        Assert.Contains("before", run.GetProperty("scores").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Zip_map_gives_class_names()
    {
        var names = new LsCalib.Onnx.Graphs.AttributeProto { Name = "classlabels_strings", Type = 8 };
        names.Strings.Add(new[] { "ant", "bee", "cat" }.Select(Google.Protobuf.ByteString.CopyFromUtf8));
        var zip = Node("ZipMap", "p", "out", names);
        zip.Domain = "ai.onnx.ml";
        var model = Model([Value("x", Float, -1, 3)], [new LsCalib.Onnx.Graphs.ValueInfoProto { Name = "out" }], Node("Softmax", "x", "p", Integer("axis", 1)), zip);
        model.Graph.Output[0].Type = new LsCalib.Onnx.Graphs.TypeProto
        {
            SequenceType = new()
            {
                ElemType = new()
                {
                    MapType = new() { KeyType = 8, ValueType = new() { TensorType = new() { ElemType = Float } } },
                },
            },
        };
        string path = model.Save(_folder, "zip.onnx");
        string named = _folder.Write("named.csv", Csv(',', label => new[] { "ant", "bee", "cat" }[label]));
        var run = Evaluate(path, "--data", named);
        Assert.Equal(_expected.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal("bee", run.GetProperty("classes")[1].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    public void Delimiters_line_ends_quotes_and_marks_change_nothing(char delimiter)
    {
        string text = Csv(delimiter).Replace("\n", "\r\n", StringComparison.Ordinal).Replace("label", "\"label\"", StringComparison.Ordinal);
        string path = _folder.Write("d.csv", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)]);
        Assert.Equal(Metrics(_expected), Metrics(Evaluate(_folder.File("plain.onnx"), "--data", path)));
    }

    [Fact]
    public void Arrays_and_fixed_batches_give_the_same_numbers()
    {
        string npz = Npz("in.npz", "inputs");
        Assert.Equal(Metrics(_expected), Metrics(Evaluate(_folder.File("plain.onnx"), "--data", npz)));
        var fixedBatch = Model([Value("x", Float, 7, 3)], [Value("z", Float, 7, 3)], Node("Identity", "x", "z")).Save(_folder, "fixed.onnx");
        var run = Evaluate(fixedBatch, "--data", _csv);
        Assert.Equal(Metrics(_expected), Metrics(run));
        Assert.Equal(7, run.GetProperty("model").GetProperty("batchSize").GetInt32());
    }

    [Fact]
    public void Predictions_give_the_same_numbers_and_can_be_evaluated_again()
    {
        string first = _folder.File("first");
        var run = Run("evaluate", "--predictions", Npz("p.npz", "logits"), "-o", first, "--json").Json;
        Assert.Equal(Metrics(_expected), Metrics(run));
        var again = Run("evaluate", "--predictions", Path.Combine(first, "predictions.npz"), "-o", _folder.File("again"), "--json").Json;
        Assert.Equal(Metrics(_expected), Metrics(again));
    }

    [Fact]
    public void Probabilities_give_nearly_the_same_numbers()
    {
        var text = new StringBuilder("prob_0,prob_1,prob_2,label\n");
        for (int i = 0; i < Rows; i++)
        {
            var e = _logits.AsSpan(3 * i, 3).ToArray().Select(z => Math.Exp(z)).ToArray();
            text.Append(CultureInfo.InvariantCulture, $"{e[0] / e.Sum():R},{e[1] / e.Sum():R},{e[2] / e.Sum():R},{_labels[i]}\n");
        }

        var run = Run("evaluate", "--predictions", _folder.Write("p.csv", text.ToString()), "--no-output", "--json").Json;
        foreach (string key in new[] { "nll", "brier", "ece-15", "classwise-ece-15", "mean-confidence" })
        {
            Assert.Equal(Metric(_expected, key), Metric(run, key), 1e-12);
        }

        Assert.Equal(Temperature(_expected), Temperature(run), 1e-9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Binary_models_with_one_column_work(bool sigmoid)
    {
        var text = new StringBuilder("x,label\n");
        var (logits, labels) = Samples.Calibrated(200, 2, 1, 1, 5);
        double nll = 0;
        for (int i = 0; i < 200; i++)
        {
            float z = logits[(2 * i) + 1] - logits[2 * i];
            text.Append(CultureInfo.InvariantCulture, $"{z:R},{labels[i]}\n");
            nll += Math.Log(1 + Math.Exp(labels[i] == 1 ? -z : z)) / 200;
        }

        var model = Chain(1, Node("Identity", "x", "z"), Node(sigmoid ? "Sigmoid" : "Identity", "z", "p"));
        var run = Evaluate(model.Save(_folder, "b.onnx"), "--data", _folder.Write("b.csv", text.ToString()));
        Assert.Equal(nll, Metric(run, "nll"), 1e-9);
        Assert.Equal(2, run.GetProperty("classCount").GetInt32());
    }

    [Fact]
    public void Inputs_are_scaled_by_divide_mean_and_std_for_each_channel()
    {
        // Two channels of one pixel and a third class of 0: undo (x / 2 − m) / s by feeding 2 (z s + m).
        string header = "r,g,b,label\n";
        var rows = Enumerable.Range(0, Rows).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{2 * ((_logits[3 * i] * 4.0) + 1):R},{2 * ((_logits[(3 * i) + 1] * 0.5) - 3):R},{2 * _logits[(3 * i) + 2]:R},{_labels[i]}\n"));
        string csv = _folder.Write("scaled.csv", header + string.Concat(rows));
        var model = Model([Value("x", Float, -1, 3, 1)], [Value("z", Float, -1, 3)], Node("Reshape", "x shape", "z"));
        model.Graph.Initializer.Add(new LsCalib.Onnx.Graphs.TensorProto { Name = "shape", DataType = Long, Dims = { 2 }, Int64Data = { -1, 3 } });
        var run = Evaluate(model.Save(_folder, "c.onnx"), "--data", csv, "--divide", "2", "--mean", "1,-3,0", "--std", "4,0.5,1");
        Assert.Equal(Metric(_expected, "nll"), Metric(run, "nll"), 1e-6);
    }

    [Fact]
    public void Several_inputs_take_their_columns()
    {
        var model = Model([Value("one", Float, -1, 1), Value("two", Float, -1, 2)], [Value("z", Float, -1, 3)], Node("Concat", "one two", "z", Integer("axis", 1)));
        var run = Evaluate(model.Save(_folder, "two.onnx"), "--data", _csv, "--input", "two=b,c", "--input", "one=a");
        Assert.Equal(Metrics(_expected), Metrics(run));
    }

    [Fact]
    public void The_same_inputs_give_the_same_bytes_whatever_the_threads_the_folder_and_the_culture()
    {
        string model = _folder.File("plain.onnx");
        Run("evaluate", model, "--data", _csv, "-o", _folder.File("a"), "--threads", "1");
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Run("evaluate", model, "--data", _csv, "-o", _folder.File("b"), "--threads", "2", "-q");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        var names = Directory.GetFiles(_folder.File("a")).Select(path => Path.GetFileName(path)).Order().ToArray();
        Assert.Equal(["classes.csv", "metrics.csv", "predictions.npz", "reliability.csv", "reliability.png", "reliability.svg", "run.json"], names);
        foreach (string name in names)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.File("a"), name)), File.ReadAllBytes(Path.Combine(_folder.File("b"), name)));
        }
    }

    [Fact]
    public void Json_on_stdout_is_the_file()
    {
        var result = Run("evaluate", _folder.File("plain.onnx"), "--data", _csv, "-o", _folder.File("j"), "--json");
        Assert.Equal(File.ReadAllText(Path.Combine(_folder.File("j"), "run.json")), result.Output);
    }

    [Fact]
    public void Calibration_data_fits_the_temperature_apart()
    {
        var run = Evaluate(_folder.File("plain.onnx"), "--data", _csv, "--calibration-data", _csv);
        Assert.Equal(Temperature(_expected), Temperature(run), 1e-9);
        Assert.False(run.GetProperty("calibration").GetProperty("temperature").TryGetProperty("folds", out _));
        Assert.Contains("same file", run.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("separable", "1,0,0,0\n0,1,0,1\n")]
    [InlineData("constant", "1,1,1,0\n2,2,2,1\n")]
    [InlineData("anti-correlated", "1,0,0,1\n0,1,0,0\n")]
    public void A_temperature_that_does_not_exist_is_reported_and_never_a_number(string status, string rows)
    {
        string csv = _folder.Write("x.csv", "a,b,c,label\n" + string.Concat(Enumerable.Repeat(rows, 40)));
        var run = Evaluate(_folder.File("plain.onnx"), "--data", csv, "--scores", "logits");
        var temperature = run.GetProperty("calibration").GetProperty("temperature");
        Assert.Equal(status, temperature.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, temperature.GetProperty("value").ValueKind);
        Assert.Equal(JsonValueKind.Null, temperature.GetProperty("metrics").ValueKind);
        Assert.NotEmpty(temperature.GetProperty("reason").GetString()!);
    }

    [Fact]
    public void Bins_and_binning_rename_the_keys()
    {
        var run = Evaluate(_folder.File("plain.onnx"), "--data", _csv, "--bins", "20", "--binning", "equal-mass");
        var keys = run.GetProperty("metrics").EnumerateObject().Select(metric => metric.Name).ToArray();
        Assert.Equal(["accuracy", "nll", "brier", "ece-20", "ece-20-mass", "mce-20-mass", "rmsce-20-mass", "l2-debiased-20", "classwise-ece-20", "aurc", "auroc-correctness", "mean-confidence", "gap"], keys);
        Assert.Equal("equal-mass", run.GetProperty("reliability").GetProperty("binning").GetString());
    }

    [Fact]
    public void The_summary_fits_eighty_columns_and_can_be_plain()
    {
        var result = Run("evaluate", _folder.File("plain.onnx"), "--data", _csv, "--no-output");
        Assert.Contains("ECE, 15 equal-width", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", result.Output, StringComparison.Ordinal);
        Assert.Contains("\u001b[1m", Run("evaluate", _folder.File("plain.onnx"), "--data", _csv, "--no-output", "--color", "always").Output, StringComparison.Ordinal);
        Assert.All(result.Output.Split('\n').Where(line => !line.Contains(_folder.Path, StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 80));
    }

    private static CommandResult Run(params string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private static JsonElement Evaluate(params string[] arguments) => Run(["evaluate", .. arguments, "--no-output", "--json"]).Json;

    private static double Metric(JsonElement run, string metric) => run.GetProperty("metrics").GetProperty(metric).GetProperty("value").GetDouble();

    private static double Temperature(JsonElement run) => run.GetProperty("calibration").GetProperty("temperature").GetProperty("value").GetDouble();

    private static string Metrics(JsonElement run) => run.GetProperty("metrics").GetRawText() + run.GetProperty("calibration").GetRawText();

    private string Csv(char delimiter, Func<int, string>? label = null)
    {
        var text = new StringBuilder($"a{delimiter}b{delimiter}c{delimiter}label\n");
        for (int i = 0; i < Rows; i++)
        {
            string name = label?.Invoke(_labels[i]) ?? _labels[i].ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{_logits[3 * i]:R}{delimiter}{_logits[(3 * i) + 1]:R}{delimiter}{_logits[(3 * i) + 2]:R}{delimiter}{name}\n");
        }

        return text.ToString();
    }

    private string Npz(string name, string array)
    {
        using var stream = File.Create(_folder.File(name));
        using var npz = new NpzWriter(stream);
        npz.Add(array, [Rows, 3], new[] { (ReadOnlyMemory<float>)_logits });
        npz.Add("labels", _labels);
        return _folder.File(name);
    }
}
