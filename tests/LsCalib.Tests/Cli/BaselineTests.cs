using System.Globalization;
using System.Text;
using System.Text.Json;
using LsCalib.Core.Catalog;
using LsCalib.Core.Scores;
using LsCalib.Data.Baselines;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Cli;

/// <summary>baseline save, show and update.</summary>
public sealed class BaselineTests : IDisposable
{
    private const int Count = 300;
    private const int Classes = 3;
    private static readonly int[] Numbers = [.. Enumerable.Range(0, Count)];
    private static readonly int[] Backwards = [.. Numbers.Reverse()];
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "baseline.schema.json"))).RootElement);
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _logits;
    private readonly int[] _labels;
    private readonly string _model;
    private readonly string _data;
    private readonly string _file;

    public BaselineTests()
    {
        (_logits, _labels) = Samples.Calibrated(Count, Classes, 1.5, 2, 21);
        _model = Chain(Classes, Node("Identity", "x", "z")).Save(_folder, "m.onnx");
        _data = Csv("test.csv", Numbers);
        _file = _folder.File("main.baseline");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_kept_of_a_model_is_what_evaluate_measures()
    {
        var saved = Done("save", _model, "--data", _data, "-o", _file, "--drop-columns", "id");
        Assert.Contains("300 rows, 3 classes", saved.Output, StringComparison.Ordinal);
        Assert.Contains("rows are known by the hash of inputs and label", saved.Output, StringComparison.Ordinal);
        Assert.Contains($"Written to {_file}", saved.Output, StringComparison.Ordinal);
        Assert.Empty(saved.Error);

        var shown = Done("show", _file, "--json").Json;
        Assert.Empty(Schema.Validate(shown));
        Assert.Equal(new FileInfo(_file).Length, shown.GetProperty("file").GetProperty("byteCount").GetInt64());
        Assert.Equal("m.onnx", shown.GetProperty("source").GetProperty("files")[0].GetProperty("name").GetString());
        var evaluated = PredictionRuns.Evaluate(_model, "--data", _data, "--drop-columns", "id", "--calibrate", "none", "--bootstrap", "0");
        Assert.Equal(evaluated.GetProperty("data")[0].GetProperty("sha256").GetString(), shown.GetProperty("data")[0].GetProperty("sha256").GetString());
        foreach (string key in new[] { "accuracy", "nll", "brier", "ece-15" })
        {
            Assert.Equal(evaluated.GetProperty("metrics").GetProperty(key).GetProperty("value").GetDouble(), shown.GetProperty("metrics").GetProperty(key).GetProperty("value").GetDouble(), 1e-14);
        }

        string text = Done("show", _file).Output;
        Assert.StartsWith(text, saved.Output, StringComparison.Ordinal);
        foreach (string title in new[] { "accuracy", "nll", "brier", "ece-15" }.Select(key => MetricCatalog.Find(key)!.Title))
        {
            Assert.Contains($"\n  {title}", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("rows are known", Done("show", _file, "--quiet").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes_wherever_they_lie()
    {
        string[] save = ["save", _model, "--data", _data, "--id-column", "id", "-o"];
        Done([.. save, _file]);
        byte[] first = File.ReadAllBytes(_file);
        Done([.. save, _file, "--threads", "1", "--batch-size", "7"]);
        Assert.Equal(first, File.ReadAllBytes(_file));
        Directory.CreateDirectory(_folder.File("sub"));
        File.Copy(_data, _folder.File("sub/test.csv"));
        File.Copy(_model, _folder.File("sub/m.onnx"));
        Done("save", _folder.File("sub/m.onnx"), "--data", _folder.File("sub/test.csv"), "--id-column", "id", "-o", _folder.File("other"));
        Assert.Equal(first, File.ReadAllBytes(_folder.File("other")));
        Done("update", _file, _model, "--data", _data);
        Assert.Equal(first, File.ReadAllBytes(_file));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.partial-*"));
    }

    [Fact]
    public void Inputs_are_the_same_in_csv_and_arrays_and_ids_are_no_feature()
    {
        Done("save", _model, "--data", _data, "-o", _file, "--drop-columns", "id");
        string doubles = _folder.Npz("d.npz", ("inputs", Array.ConvertAll(_logits, value => (double)value), [Count, Classes]), ("labels", _labels, null));
        Assert.Empty(Done("update", _file, _model, "--data", doubles).Error);
        var byInputs = BaselineReader.Read(_file);
        Assert.Equal(RowIdentityKind.Inputs, byInputs.Identities.Kind);

        Done("save", _model, "--data", _data, "-o", _file, "--id-column", "id");
        var byId = BaselineReader.Read(_file);
        Assert.True(byInputs.Rows.IsSame(byId.Rows));
        Assert.Equal(RowIdentity.OfId("r0"), byId.Identities.Ids![0]);
        string named = NpzArray.Write(
            _folder, NpzArray.Of("inputs", "<f4", _logits, Count, Classes), NpzArray.Of("labels", "<i4", _labels), NpzArray.OfText("id", [.. Numbers.Select(i => $"r{i}")]));
        Assert.Empty(Done("update", _file, _model, "--data", named).Error);
        Assert.Equal(byId.Identities.Ids!, BaselineReader.Read(_file).Identities.Ids!);
    }

    [Fact]
    public void Another_order_is_matched_by_ids_and_refused_without()
    {
        string turned = Csv("turned.csv", Backwards);
        Done("save", _model, "--data", _data, "-o", _file, "--id-column", "id");
        Assert.Empty(Done("update", _file, _model, "--data", turned).Error);
        Assert.Equal(_labels.Reverse(), BaselineReader.Read(_file).Rows.Labels);

        Done("save", _model, "--data", _data, "-o", _file, "--drop-columns", "id");
        byte[] before = File.ReadAllBytes(_file);
        Failed(3, "the label is", "update", _file, _model, "--data", turned, "--drop-columns", "id");
        int[] swapped = [.. Numbers];
        int other = Array.IndexOf(_labels, _labels[0], 1);
        (swapped[0], swapped[other]) = (other, 0);
        Failed(3, "swapped.csv, line 2: the rows are those of", "update", _file, _model, "--data", Csv("swapped.csv", swapped), "--drop-columns", "id");
        Assert.Equal(before, File.ReadAllBytes(_file));
    }

    [Fact]
    public void Update_prints_both_and_takes_other_rows_only_by_force()
    {
        Done("save", _model, "--data", _data, "-o", _file, "--drop-columns", "id", "--with-probabilities");
        string sharper = Chain(Classes, Node("Sum", "x x", "z")).Save(_folder, "sharper.onnx");
        var run = Done("update", _file, sharper, "--data", _data, "--drop-columns", "id");
        Assert.Contains("in place of m.onnx", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"metric +before +now", run.Output);
        var now = BaselineReader.Read(_file);
        Assert.IsType<ScoreMatrix<float>>(now.Probabilities);
        Assert.Equal("sharper.onnx", now.Origin.Name);

        string others = Csv("others.csv", Numbers[..200]);
        byte[] before = File.ReadAllBytes(_file);
        Failed(3, "200 rows, but", "update", _file, _model, "--data", others, "--drop-columns", "id");
        Assert.Equal(before, File.ReadAllBytes(_file));
        var forced = Done("update", _file, _model, "--data", others, "--drop-columns", "id", "--force");
        Assert.Contains("warning: other rows than before", forced.Error, StringComparison.Ordinal);
        Assert.Equal(200, BaselineReader.Read(_file).Rows.RowCount);
        Failed(3, "no such file", "update", _folder.File("none"), _model, "--data", _data);
        Failed(3, "is no baseline", "update", _data, sharper, "--data", others, "--force");
        Failed(2, "is read and to be written", "update", _model, _model, "--data", _data, "--force");
    }

    [Fact]
    public void Predictions_are_known_by_number_and_label_or_by_ids()
    {
        string npz = _folder.Npz("p.npz", ("logits", _logits, [Count, Classes]), ("labels", _labels, null), ("id", Numbers, null));
        Assert.Contains("known by their number and label alone", Done("save", "--predictions", npz, "-o", _file).Error, StringComparison.Ordinal);
        var shown = Done("show", _file, "--json").Json;
        Assert.Empty(Schema.Validate(shown));
        Assert.Equal("row-number", shown.GetProperty("identity").GetProperty("kind").GetString());
        Assert.Equal("predictions", shown.GetProperty("source").GetProperty("kind").GetString());
        Assert.Contains("only the labels could be checked", Done("update", _file, "--predictions", npz).Error, StringComparison.Ordinal);
        Assert.Contains("only the labels could be checked", Done("update", _file, _model, "--data", _data, "--id-column", "id").Error, StringComparison.Ordinal);

        Done("save", "--predictions", npz, "-o", _file, "--id-column", "id", "--with-probabilities");
        Assert.Equal(RowIdentity.OfId("299"), BaselineReader.Read(_file).Identities.Ids![299]);
        string csv = _folder.Write("p.csv", "logit_0,logit_1,logit_2,label,id\n" + string.Concat(Backwards.Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{_logits[3 * i]:R},{_logits[(3 * i) + 1]:R},{_logits[(3 * i) + 2]:R},{_labels[i]},{i}\n"))));
        Assert.Empty(Done("update", _file, "--predictions", csv).Error);
        shown = Done("show", _file, "--json").Json;
        Assert.Empty(Schema.Validate(shown));
        Assert.Equal("id", shown.GetProperty("identity").GetProperty("column").GetString());
        Assert.Equal("float64", shown.GetProperty("probabilities").GetString());
    }

    [Fact]
    public void Rows_left_out_are_neither_kept_nor_known()
    {
        int[] labels = [.. _labels.Select((label, i) => i % 4 == 0 ? -1 : label)];
        int[] kept = [.. Numbers.Where(i => i % 4 != 0)];
        foreach (string[] identity in new string[][] { ["--id-column", "id"], ["--drop-columns", "id"] })
        {
            Done(["save", _model, "--data", Csv("some.csv", Numbers, labels), "-o", _file, "--ignore-index", "-1", .. identity]);
            var some = BaselineReader.Read(_file);
            Done(["save", _model, "--data", Csv("kept.csv", kept), "-o", _file, .. identity]);
            var all = BaselineReader.Read(_file);
            Assert.True(some.Rows.IsSame(all.Rows));
            Assert.Equal((some.Identities.Ids ?? some.Identities.Inputs)!, (all.Identities.Ids ?? all.Identities.Inputs)!);
            Assert.Equal(-1, some.Origin.IgnoredLabel);
        }
    }

    [Fact]
    public void Positions_are_rows_of_their_own()
    {
        string model = Model([Value("x", Models.Float, -1, 3, 24)], [Value("z", Models.Float, -1, 3, 24)], Node("Identity", "x", "z")).Save(_folder, "positions.onnx");
        int[] ids = [.. Enumerable.Range(100, PositionSamples.SampleCount)];
        string Npz(string name, float[] inputs) => _folder.Npz(name, ("inputs", inputs, [25, 3, 24]), ("labels", PositionSamples.Labels, [25, 24]), ("id", ids, null));
        float[] values = PositionSamples.Transposed();
        string npz = Npz("positions.npz", values);
        Done("save", model, "--data", npz, "-o", _file);
        var inputs = BaselineReader.Read(_file).Identities.Inputs!;
        Assert.Equal(600, inputs.Distinct().Count());
        values[72] += 1;
        Failed(3, "sample 1, position [0]: the inputs are not those of the same row of", "update", _file, model, "--data", Npz("changed.npz", values));
        Done("save", model, "--data", npz, "-o", _file, "--id-column", "id");
        Assert.Equal(RowIdentity.OfId("101, position 0"), BaselineReader.Read(_file).Identities.Ids![24]);
    }

    [Fact]
    public void What_cannot_be_kept_is_refused_in_a_sentence()
    {
        Failed(2, "--output is missing", "save", _model, "--data", _data);
        Failed(2, "baseline save takes a model and --data, or --predictions", "save", "-o", _file);
        Failed(2, "is the label column", "save", _model, "--data", _data, "-o", _file, "--id-column", "label");
        Failed(2, "is read and to be written", "save", _model, "--data", _data, "-o", _data, "--force");
        Failed(2, "was not written by ls-calib", "save", _model, "--data", _data, "-o", _folder.Write("mine.txt", "mine"));
        Failed(2, "there is no such folder", "save", _model, "--data", _data, "-o", _folder.File("none/x.baseline"));
        Failed(3, "no column \"uid\"", "save", _model, "--data", _data, "-o", _file, "--id-column", "uid");
        Failed(3, "holds confidence and correct only", "save", "--predictions", _folder.Write("top.csv", "confidence,correct\n.5,1\n"), "-o", _file);
        Failed(3, "line 4: the row id \"r1\" of \"id\" stands in", "save", _model, "--data", Csv("twice.csv", [0, 1, 1]), "-o", _file, "--id-column", "id");
        Failed(3, "column \"id\": the row id is empty", "save", _model, "--data", _folder.Write("e.csv", "a,b,c,id,label\n1,2,3,,0\n"), "-o", _file, "--id-column", "id");
        string npz = NpzArray.Write(_folder, NpzArray.Of("logits", "<f4", _logits[..6], 2, 3), NpzArray.Of("labels", "<i4", new[] { 0, 1 }), NpzArray.OfText("id", "a", ""));
        Failed(3, "array \"id\", row 1: the row id is empty", "save", "--predictions", npz, "-o", _file, "--id-column", "id");
        Assert.False(File.Exists(_file));
        Done("save", _model, "--data", _data, "-o", _folder.File("mine.txt"), "--force", "--drop-columns", "id");
        Failed(3, "is no baseline", "show", _data);
        Failed(2, "Unrecognized option '--oops'", "show", "--oops");
        Assert.Equal(2, CommandLine.Run("baseline").ExitCode);
        Assert.Contains("Run 'ls-calib baseline show --help'", CommandLine.Run("baseline", "show").Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.partial-*"));
    }

    [Fact]
    public void A_baseline_with_names_of_classes_does_not_fit_other_names()
    {
        string names = _folder.Write("names.txt", "ape\nbee\ncat\n");
        Done("save", _model, "--data", _data, "-o", _file, "--id-column", "id", "--class-names", names);
        Assert.Contains("3 classes with names", Done("show", _file).Output, StringComparison.Ordinal);
        Assert.Empty(Schema.Validate(Done("show", _file, "--json").Json));
        Failed(3, "class 2 is \"cow\", but \"cat\" in", "update", _file, _model, "--data", _data, "--class-names", _folder.Write("others.txt", "ape\nbee\ncow\n"));
    }

    [Fact]
    public void The_schema_finds_what_is_wrong()
    {
        var errors = Schema.Validate(JsonDocument.Parse("{\"schemaVersion\": 2, \"identity\": {\"kind\": \"colour\"}, \"more\": 1}").RootElement);
        Assert.Contains("$: metrics is missing", errors);
        Assert.Contains("$: more is not in the schema", errors);
        Assert.Contains(errors, error => error.StartsWith("$.identity.kind", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("$.schemaVersion", StringComparison.Ordinal));
    }

    private string Csv(string name, int[] rows, int[]? labels = null)
    {
        var text = new StringBuilder("a,id,b,c,label\n");
        foreach (int i in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(double)_logits[3 * i]:R},r{i},{(double)_logits[(3 * i) + 1]:R},{(double)_logits[(3 * i) + 2]:R},{(labels ?? _labels)[i]}\n");
        }

        return _folder.Write(name, text.ToString());
    }

    private static CommandResult Done(params string[] arguments)
    {
        var run = CommandLine.Run(["baseline", .. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static void Failed(int code, string message, params string[] arguments)
    {
        var run = CommandLine.Run(["baseline", .. arguments]);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(code, run.ExitCode);
        Assert.Empty(run.Output);
    }
}
