using System.Globalization;
using System.Text;
using System.Text.Json;
using LsCalib.Core.Numerics;
using LsCalib.Data.Numpy;
using LsCalib.Tests.Data;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Cli;

/// <summary>Predictions of every shape: what is flattened by hand gives the same numbers.</summary>
public sealed class ShapeTests : IDisposable
{
    private const int Samples = 25;
    private const int Height = 4;
    private const int Width = 6;
    private const int Positions = Height * Width;
    private const int Classes = 3;
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _rows;
    private readonly int[] _labels;
    private readonly int[] _groups = [.. Enumerable.Range(0, Samples * Positions).Select(row => row / Positions)];
    private readonly JsonSchema _schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "run.schema.json"))).RootElement);

    public ShapeTests() => (_rows, _labels) = Support.Samples.Calibrated(Samples * Positions, Classes, 1.5, 2, 11);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1")]
    [InlineData("last")]
    public void Positions_are_rows_in_the_groups_of_their_samples(string axis)
    {
        var flat = Evaluate("--predictions", Npz("flat.npz", ("logits", _rows, [Samples * Positions, Classes]), ("labels", _labels, null), ("groups", _groups, null)));
        string shaped = axis == "last"
            ? Npz("s.npz", ("logits", _rows, [Samples, Height, Width, Classes]), ("labels", _labels, [Samples, Height, Width]))
            : Npz("s.npz", ("logits", Transposed(), [Samples, Classes, Height, Width]), ("labels", _labels, [Samples, Height, Width]));
        var run = Evaluate("--predictions", shaped, "--class-axis", axis);
        Assert.Equal(flat.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal(flat.GetProperty("calibration").GetRawText(), run.GetProperty("calibration").GetRawText());
        Assert.Equal("sample", run.GetProperty("groups").GetProperty("by").GetString());
        Assert.Equal(Samples, run.GetProperty("groups").GetProperty("count").GetInt32());
        Assert.Contains($"bootstrap by sample: {Samples} groups", CommandLine.Run("evaluate", "--predictions", shaped, "--class-axis", axis, "--no-output").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("last", true)]
    [InlineData("1", false)]
    public void Ignored_positions_are_left_out_and_counted(string axis, bool positions)
    {
        var random = new SeededRandom(1);
        var labels = _labels.Select(label => random.NextDouble() < 0.3 ? -100 : label).ToArray();
        var kept = Enumerable.Range(0, labels.Length).Where(row => labels[row] != -100).ToArray();
        var flat = Evaluate("--predictions", Npz("flat.npz",
            ("logits", kept.SelectMany(row => _rows[(row * Classes)..((row + 1) * Classes)]).ToArray(), [kept.Length, Classes]),
            ("labels", kept.Select(row => labels[row]).ToArray(), null),
            ("groups", kept.Select(row => _groups[row]).ToArray(), null)));
        string shaped = !positions ? Npz("s.npz", ("logits", _rows, [labels.Length, Classes]), ("labels", labels, null), ("groups", _groups, null))
            : axis == "last" ? Npz("s.npz", ("logits", _rows, [Samples, Positions, Classes]), ("labels", labels, [Samples, Positions]))
            : Npz("s.npz", ("logits", Transposed(), [Samples, Classes, Positions]), ("labels", labels, [Samples, Positions]));
        var run = Evaluate("--predictions", shaped, "--class-axis", axis, "--ignore-index", "-100");
        Assert.Equal(flat.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal(labels.Length - kept.Length, run.GetProperty("ignored").GetProperty("count").GetInt32());
        Assert.Contains("with the label -100 were left out", CommandLine.Run("evaluate", "--predictions", shaped, "--class-axis", axis, "--ignore-index", "-100", "--no-output").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", null)]
    [InlineData("1", 2)]
    [InlineData("last", 2)]
    public void Models_score_positions(string axis, int? ignored)
    {
        bool last = axis == "last";
        long[] shape = last ? [Samples, Height, Width, Classes] : [Samples, Classes, Height, Width];
        var labels = _labels;
        var model = Model([Value("x", Float, [-1, .. shape[1..]])], [Value("p", Float, [-1, .. shape[1..]])], Node("Softmax", "x", "p", Integer("axis", last ? -1 : 1)));
        string[] extra = ignored is { } none ? ["--ignore-index", none.ToString(CultureInfo.InvariantCulture)] : [];
        var expected = Evaluate(["--predictions", Npz("p.npz", ("logits", last ? _rows : Transposed(), shape), ("labels", labels, [Samples, Height, Width])), "--class-axis", axis, .. extra]);
        var run = Evaluate([model.Save(_folder, "m.onnx"), "--data", Npz("d.npz", ("inputs", last ? _rows : Transposed(), shape), ("labels", labels, [Samples, Height, Width])), "--class-axis", axis, "--batch-size", "7", .. extra]);
        Assert.Equal(expected.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal(Samples, run.GetProperty("groups").GetProperty("count").GetInt32());
        Assert.Contains("before Softmax", run.GetProperty("scores").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prob")]
    [InlineData("logit")]
    [InlineData("prob_1")]
    [InlineData("logit_1")]
    public void One_column_of_a_csv_is_class_1(string column)
    {
        bool isLogit = column.StartsWith("logit", StringComparison.Ordinal);
        var one = new StringBuilder($"{column},label\n");
        var two = new StringBuilder(isLogit ? "logit_0,logit_1,label\n" : "prob_0,prob_1,label\n");
        for (int i = 0; i < 100; i++)
        {
            double p = (i + 1) / 128.0;
            double value = isLogit ? Math.Log(p / (1 - p)) : p;
            one.Append(CultureInfo.InvariantCulture, $"{value:R},{i * 7 % 3 % 2}\n");
            two.Append(CultureInfo.InvariantCulture, $"{(isLogit ? 0 : 1 - p):R},{value:R},{i * 7 % 3 % 2}\n");
        }

        var run = Evaluate("--predictions", _folder.Write("one.csv", one.ToString()));
        Assert.Equal(Evaluate("--predictions", _folder.Write("two.csv", two.ToString())).GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Contains("one column: class 1 of two", run.GetProperty("scores").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logits", 1)]
    [InlineData("logits", 2)]
    [InlineData("logits", 3)]
    [InlineData("probabilities", 1)]
    public void One_column_of_an_array_is_class_1(string name, int rank)
    {
        var values = Enumerable.Range(1, 60).Select(i => i / 64f).ToArray();
        var labels = Enumerable.Range(1, 60).Select(i => i * 5 % 3 % 2).ToArray();
        var both = values.SelectMany(value => new[] { name == "logits" ? 0 : 1 - value, value }).ToArray();
        var two = Evaluate("--predictions", Npz("two.npz", (name, both, rank == 3 ? [20, 3, 2] : [60, 2]), ("labels", labels, rank == 3 ? [20, 3] : null)), "--class-axis", "last");
        var run = Evaluate("--predictions", Npz("one.npz", (name, values, rank switch { 1 => [60], 2 => [60, 1], _ => [20, 1, 3] }), ("labels", labels, rank == 3 ? [20, 3] : null)));
        Assert.Equal(two.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal(2, run.GetProperty("classCount").GetInt32());
    }

    [Fact]
    public void Half_precision_is_read_exactly()
    {
        var halves = _rows.Select(value => (Half)value).ToArray();
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();
        var single = Evaluate("--predictions", Npz("f.npz", ("logits", halves.Select(half => (float)half).ToArray(), [Samples * Positions, Classes]), ("labels", _labels, null)));
        string half = HalfNpz(bytes, $"({Samples * Positions}, {Classes})", _labels);
        Assert.Equal(single.GetProperty("metrics").GetRawText(), Evaluate("--predictions", half).GetProperty("metrics").GetRawText());
        BitConverter.TryWriteBytes(bytes.AsSpan(2 * ((7 * Classes) + 2)), Half.PositiveInfinity);
        Refused("row 7: the score of class 2 is Infinity", HalfNpz(bytes, $"({Samples * Positions}, {Classes})", _labels));
        BitConverter.TryWriteBytes(bytes.AsSpan(2 * ((7 * Classes) + 2)), Half.NaN);
        Refused("row 7: the score of class 2 is NaN", HalfNpz(bytes, $"({Samples * Positions}, {Classes})", _labels));
    }

    [Fact]
    public void Two_hundred_thousand_classes_work()
    {
        const int Many = 200_000;
        const int Rows = 50;
        var random = new SeededRandom(2);
        var logits = new float[Rows * Many];
        var labels = new int[Rows];
        for (int i = 0; i < Rows; i++)
        {
            for (int k = 0; k < Many; k++)
            {
                logits[(i * Many) + k] = (float)random.NextDouble();
            }

            labels[i] = random.NextInt(Many);
            logits[(i * Many) + (i % 2 == 0 ? labels[i] : 5)] = 14;
        }

        var run = Run("--predictions", Npz("k.npz", ("logits", logits, [Rows, Many]), ("labels", labels, null)), "--no-output", "--bins", "3", "--metrics", "accuracy,nll,aurc").Json;
        Assert.Equal(Many, run.GetProperty("classCount").GetInt32());
        Assert.Equal(0.5, run.GetProperty("metrics").GetProperty("accuracy").GetProperty("value").GetDouble());
    }

    [Fact]
    public void Groups_of_a_csv_column_are_no_feature_and_widen_intervals()
    {
        string model = Chain(Classes, Node("Identity", "x", "z")).Save(_folder, "g.onnx");
        var text = new StringBuilder("a,patient,b,c,label\n");
        for (int i = 0; i < 400; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{_rows[3 * (i / 8)]:R},p{i / 8},{_rows[(3 * (i / 8)) + 1]:R},{_rows[(3 * (i / 8)) + 2]:R},{_labels[i / 8]}\n");
        }

        string csv = _folder.Write("g.csv", text.ToString());
        var grouped = Evaluate(model, "--data", csv, "--group-column", "patient");
        var rows = Evaluate(model, "--data", csv, "--drop-columns", "patient");
        Assert.Equal(50, grouped.GetProperty("groups").GetProperty("count").GetInt32());
        Assert.Equal("patient", grouped.GetProperty("groups").GetProperty("by").GetString());
        Assert.Equal(Width("accuracy", rows) * Math.Sqrt(8), Width("accuracy", grouped), 0.2 * Width("accuracy", grouped));
        Assert.False(rows.TryGetProperty("groups", out _));

        double Width(string key, JsonElement run) => run.GetProperty("metrics").GetProperty(key).GetProperty("upper").GetDouble() - run.GetProperty("metrics").GetProperty(key).GetProperty("lower").GetDouble();
    }

    [Fact]
    public void Ignored_rows_of_a_csv_are_left_out_and_others_keep_their_lines()
    {
        string model = Chain(Classes, Node("Identity", "x", "z")).Save(_folder, "i.onnx");
        string Csv(string header, bool drop, int bad) => _folder.Write($"{Guid.NewGuid()}.csv", header + string.Concat(Enumerable.Range(0, 90)
            .Where(i => !drop || i % 3 != 0)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{_rows[3 * i]:R},{_rows[(3 * i) + 1]:R},{_rows[(3 * i) + 2]:R},{(i == bad ? 8 : i % 3 == 0 ? -1 : _labels[i])},g{i / 4}\n"))));
        foreach (string header in new[] { "a,b,c,label,g\n", "logit_0,logit_1,logit_2,label,g\n" })
        {
            string[] start = header[0] == 'a' ? [model, "--data"] : ["--predictions"];
            var all = Evaluate([.. start, Csv(header, false, -1), "--group-column", "g", "--ignore-index", "-1"]);
            var dropped = Evaluate([.. start, Csv(header, true, -1), "--group-column", "g"]);
            Assert.Equal(dropped.GetProperty("metrics").GetRawText(), all.GetProperty("metrics").GetRawText());
            Assert.Equal(30, all.GetProperty("ignored").GetProperty("count").GetInt32());
            var result = CommandLine.Run(["evaluate", .. start, Csv(header, false, 10), "--group-column", "g", "--ignore-index", "-1", "--no-output"]);
            Assert.Contains("line 12, column \"label\": label 8 is out of range", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Large_group_numbers_are_told_apart()
    {
        // 2^60 and 2^60 + 1 are one number as doubles.
        using (var stream = File.Create(_folder.File("long.npz")))
        {
            using var npz = new NpzWriter(stream);
            npz.Add("confidence", Enumerable.Range(1, 40).Select(i => i / 64.0).ToArray());
            npz.Add("correct", Enumerable.Range(1, 40).Select(i => i % 2).ToArray());
            npz.Add("hash", Enumerable.Range(0, 40).Select(i => (1L << 60) + (i / 2)).ToArray());
        }

        Assert.Equal(20, Evaluate("--predictions", _folder.File("long.npz"), "--group-column", "hash").GetProperty("groups").GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Confidence_and_correct_are_enough_for_the_top_label(bool csv)
    {
        var full = Run("--predictions", Npz("f.npz", ("logits", _rows, [Samples * Positions, Classes]), ("labels", _labels, null)), "-o", _folder.File("full"));
        using var results = new NpzFile(Path.Combine(_folder.File("full"), "predictions.npz"));
        var confidence = results["confidence"].ToDoubles();
        var correct = results["predicted"].ToDoubles().Zip(results["labels"].ToDoubles(), (a, b) => a == b ? 1 : 0).ToArray();
        string path = csv
            ? _folder.Write("t.csv", "correct,confidence\n" + string.Concat(confidence.Zip(correct, (c, right) => string.Create(CultureInfo.InvariantCulture, $"{(right == 1 ? "True" : "0")},{c:R}\n"))))
            : Npz("t.npz", ("confidence", confidence, null), ("correct", correct, null));
        string target = _folder.File("top");
        var run = Run("--predictions", path, "-o", target).Json;
        var keys = run.GetProperty("metrics").EnumerateObject().Select(metric => metric.Name).ToArray();
        Assert.Equal(["accuracy", "ece-15", "ece-15-mass", "mce-15", "rmsce-15", "l2-debiased-15", "aurc", "auroc-correctness", "mean-confidence", "gap"], keys);
        foreach (string key in keys)
        {
            double Value(JsonElement document) => document.GetProperty("metrics").GetProperty(key).GetProperty("value").GetDouble();
            Assert.Equal(Value(full.Json), Value(run), 1e-12);
        }

        Assert.Equal("no-scores", run.GetProperty("calibration").GetProperty("temperature").GetProperty("status").GetString());
        Assert.Equal("confidence", run.GetProperty("scores").GetProperty("kind").GetString());
        Assert.Contains("nll, brier, classwise-ece-15 are left out: they need the scores", run.GetProperty("warnings").ToString(), StringComparison.Ordinal);
        var names = Directory.GetFiles(target).Select(file => Path.GetFileName(file)).Order().ToArray();
        Assert.Equal(["metrics.csv", "predictions.npz", "reliability.csv", "reliability.png", "reliability.svg", "run.json"], names);
        var again = Run("--predictions", Path.Combine(target, "predictions.npz"), "--no-output").Json;
        Assert.Equal(run.GetProperty("metrics").GetRawText(), again.GetProperty("metrics").GetRawText());
    }

    [Fact]
    public void Bad_shapes_are_refused()
    {
        var seven = _labels.ToArray();
        seven[(3 * Positions) + (2 * Width) + 1] = 7;
        long[] scores = [Samples, Classes, Height, Width];
        Refused("array \"labels\", sample 3, position [2,1]: label 7 is out of range", Npz("a.npz", ("logits", Transposed(), scores), ("labels", seven, [Samples, Height, Width])));
        Refused("does not go with labels [25,6,4]", Npz("b.npz", ("logits", Transposed(), scores), ("labels", _labels, [Samples, Width, Height])));
        Refused("they would fit: --class-axis last", Npz("c.npz", ("logits", _rows, [Samples, Positions, Classes]), ("labels", _labels, [Samples, Positions])));
        Refused("has no classes on its class axis", Npz("d.npz", ("logits", Array.Empty<float>(), [Samples, 0, Height, Width]), ("labels", _labels, [Samples, Height, Width])));
        Refused("a class axis too", Npz("e.npz", ("logits", new float[Samples * 2], [Samples, 2]), ("labels", new int[Samples * 2], [Samples, 2])));
        Refused("every label is -1", Npz("f.npz", ("logits", Transposed(), scores), ("labels", Array.ConvertAll(_labels, _ => -1), [Samples, Height, Width])), "--ignore-index", "-1");
        Refused("Groups are [N]", Npz("g.npz", ("logits", Transposed(), scores), ("labels", _labels, [Samples, Height, Width]), ("groups", _groups, null)));
        Refused("no array \"patient\"", Npz("h.npz", ("logits", Transposed(), scores), ("labels", _labels, [Samples, Height, Width])), "--group-column", "patient");
        Refused("all rows are of one sample", Npz("i.npz", ("logits", _rows[..(Positions * Classes)], [1, Classes, Height, Width]), ("labels", _labels[..Positions], [1, Height, Width])));
        Refused("holds no rows", Npz("j.npz", ("logits", Array.Empty<float>(), [0, 3]), ("labels", Array.Empty<int>(), null)));
        Refused("sample 2, position [0,0]: label -1 is negative", Npz("k.npz", ("logits", Transposed(), scores), ("labels", _labels.Select((label, row) => row == 2 * Positions ? -1 : label).ToArray(), [Samples, Height, Width])));
    }

    [Fact]
    public void Bad_confidences_are_refused()
    {
        Refused("array \"confidence\", row 1: the confidence 1.5 is outside [0,1]", Npz("a.npz", ("confidence", new[] { 0.5, 1.5 }, null), ("correct", new[] { 0, 1 }, null)));
        Refused("row 0: the confidence NaN", Npz("b.npz", ("confidence", new[] { double.NaN, 0.5 }, null), ("correct", new[] { 0, 1 }, null)));
        Refused("array \"correct\", row 1: 2 is neither 0 nor 1", Npz("c.npz", ("confidence", new[] { 0.5, 0.5 }, null), ("correct", new[] { 0, 2 }, null)));
        Refused("Both are [N]", Npz("d.npz", ("confidence", new[] { 0.5, 0.5 }, null), ("correct", new[] { 0, 1, 1 }, null)));
        Refused("holds no rows", Npz("e.npz", ("confidence", Array.Empty<double>(), null), ("correct", Array.Empty<int>(), null)));
        Refused("line 3, column \"correct\": \"yes\" is neither 0 nor 1", _folder.Write("a.csv", "confidence,correct\n.5,1\n.5,yes\n"));
        Refused("line 2, column \"confidence\": the confidence -0.1", _folder.Write("b.csv", "confidence,correct\n-.1,1\n"));
        Refused("line 3, column \"g\": the group is empty", _folder.Write("c.csv", "confidence,correct,g\n.1,1,x\n.1,1,\n"), "--group-column", "g");
        Refused("1.25 for class 1 is no probability", _folder.Write("d.csv", "prob,label\n.5,1\n1.25,0\n"));
        Refused("confidence and correct only", Npz("g.npz", ("confidence", new[] { 0.5, 0.5 }, null), ("correct", new[] { 0, 1 }, null)), "--calibration-data", _folder.File("g.npz"));
    }

    [Fact]
    public void Models_and_labels_of_other_positions_are_refused()
    {
        string model = Model([Value("x", Float, -1, Classes, Height, Width)], [Value("z", Float, -1, Classes, Height, Width)], Node("Identity", "x", "z")).Save(_folder, "m.onnx");
        long[] inputs = [Samples, Classes, Height, Width];
        void Model_refused(string message, string data, params string[] extra)
        {
            var result = CommandLine.Run(["evaluate", model, "--data", data, "--no-output", .. extra]);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
            Assert.Equal(3, result.ExitCode);
        }

        Model_refused("as labels [N,6,4] need", Npz("a.npz", ("inputs", Transposed(), inputs), ("labels", _labels, [Samples, Width, Height])));
        Model_refused("need a label for each", Npz("b.npz", ("inputs", Transposed(), inputs), ("labels", _labels[..Samples], null)));
        Model_refused("sample 1, position [0,2]: label 9 is out of range", Npz("c.npz", ("inputs", Transposed(), inputs), ("labels", _labels.Select((label, row) => row == Positions + 2 ? 9 : label).ToArray(), [Samples, Height, Width])));
        Model_refused("every label is 0", Npz("d.npz", ("inputs", Transposed(), inputs), ("labels", new int[_labels.Length], [Samples, Height, Width])), "--ignore-index", "0");
        var infinite = Transposed();
        infinite[(2 * Classes * Positions) + (1 * Positions) + (3 * Width) + 5] = 1e38f;
        string doubled = Model([Value("x", Float, -1, Classes, Height, Width)], [Value("z", Float, -1, Classes, Height, Width)], Node("Exp", "x", "z")).Save(_folder, "e.onnx");
        var bad = CommandLine.Run("evaluate", doubled, "--data", Npz("e.npz", ("inputs", infinite, inputs), ("labels", _labels, [Samples, Height, Width])), "--no-output", "--scores", "logits");
        Assert.Contains("sample 2, position [3,5]: the score of class 1 is Infinity", bad.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_groups_are_warned_of()
    {
        var run = Evaluate("--predictions", Npz("w.npz", ("confidence", Enumerable.Range(0, 60).Select(i => i / 60.0).ToArray(), null), ("correct", Enumerable.Range(0, 60).Select(i => i % 2).ToArray(), null), ("groups", Enumerable.Range(0, 60).Select(i => i % 6).ToArray(), null)));
        Assert.Contains("only 6 groups (groups)", run.GetProperty("warnings").ToString(), StringComparison.Ordinal);
    }

    private JsonElement Evaluate(params string[] arguments)
    {
        var run = Run([.. arguments, "--no-output"]).Json;
        Assert.Empty(_schema.Validate(run));
        return run;
    }

    private static CommandResult Run(params string[] arguments)
    {
        var result = CommandLine.Run(["evaluate", .. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private static void Refused(string message, string path, params string[] extra)
    {
        var result = CommandLine.Run(["evaluate", "--predictions", path, "--no-output", .. extra]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
    }

    /// <summary>The rows as [Samples, Classes, Positions].</summary>
    private float[] Transposed()
    {
        var values = new float[_rows.Length];
        for (int row = 0; row < _labels.Length; row++)
        {
            for (int k = 0; k < Classes; k++)
            {
                values[(((row / Positions * Classes) + k) * Positions) + (row % Positions)] = _rows[(row * Classes) + k];
            }
        }

        return values;
    }

    private string Npz(string name, params (string Name, Array Values, long[]? Shape)[] arrays)
    {
        using var stream = File.Create(_folder.File(name));
        using var npz = new NpzWriter(stream);
        foreach (var (array, values, shape) in arrays)
        {
            switch (values)
            {
                case float[] floats:
                    npz.Add(array, shape ?? [floats.Length], new[] { (ReadOnlyMemory<float>)floats });
                    break;
                case double[] doubles:
                    npz.Add(array, shape ?? [doubles.Length], new[] { (ReadOnlyMemory<double>)doubles });
                    break;
                case int[] integers:
                    npz.Add(array, shape ?? [integers.Length], new[] { (ReadOnlyMemory<int>)integers });
                    break;
            }
        }

        return _folder.File(name);
    }

    private string HalfNpz(byte[] halves, string shape, int[] labels)
    {
        string path = _folder.File($"{Guid.NewGuid()}.npz");
        using var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create);
        using (var stream = archive.CreateEntry("logits.npy").Open())
        {
            stream.Write(NpzTests.Npy("<f2", shape, halves));
        }

        using (var stream = archive.CreateEntry("labels.npy").Open())
        {
            stream.Write(NpzTests.Npy("<i4", $"({labels.Length},)", System.Runtime.InteropServices.MemoryMarshal.AsBytes(labels.AsSpan()).ToArray()));
        }

        return path;
    }
}
