using LsCalib.Cli;
using LsCalib.Cli.Comparing;
using LsCalib.Cli.Evaluating;
using LsCalib.Core.Scores;
using LsCalib.Data.Numpy;
using LsCalib.Reports.Documents;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>The rows that temperatures are fitted on: kept by evaluate, and the same of all that are compared, but not those compared.</summary>
public sealed class CalibrationRowsTests : IDisposable
{
    private const int Rows = 300;
    private readonly TemporaryFolder _folder = new();
    private readonly (float[] Logits, int[] Labels) _test = Samples.Calibrated(Rows, 3, 1.5, 2, 1);
    private readonly (float[] Logits, int[] Labels) _val = Samples.Calibrated(200, 3, 1.5, 2, 2);
    private readonly string _one;
    private readonly string _two;
    private readonly string _valOfOne;

    public CalibrationRowsTests()
    {
        _one = Npz("one.npz", _test, 1);
        _two = Npz("two.npz", _test, 2);
        _valOfOne = Npz("val-one.npz", _val, 1);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_keeps_the_rows_that_it_was_fitted_on_as_they_were_read()
    {
        int[] groups = [.. Enumerable.Range(0, 200).Select(row => row / 2)];
        double[] weights = [.. Enumerable.Range(0, 200).Select(row => 1 + (row % 3 / 7.0))];
        double[] ones = [.. Enumerable.Repeat(1.0, Rows)];
        string test = _folder.Npz("weighted.npz", ("logits", _test.Logits, [Rows, 3]), ("labels", _test.Labels, null), ("row_weights", ones, null));
        string val = _folder.Npz("val.npz", ("logits", Array.ConvertAll(_val.Logits, z => (double)z), [200, 3]), ("labels", _val.Labels, null), ("groups", groups, null), ("row_weights", weights, null));
        string run = Evaluate("run", test, val);
        using (var file = new NpzFile(Path.Combine(run, "calibration.npz")))
        {
            Assert.Equal(["groups", "labels", "logits", "row_weights"], file.Names.Order(StringComparer.Ordinal));
            Assert.Equal(NpyType.Float64, file["logits"].Header.Type);
            Assert.Equal([200, 3], file["logits"].Header.Shape);
        }

        // It can be read back in the place of the file that it was made of.
        string kept = Path.Combine(run, "calibration.npz");
        double T(string path) => PredictionRuns.Evaluate("--predictions", test, "--calibration-data", path).GetProperty("calibration").GetProperty("temperature").GetProperty("value").GetDouble();
        Assert.Equal(T(val), T(kept));
        string[] metrics = ["--metrics", "nll,ece-15", "--bootstrap", "100"];
        Assert.Equal(
            PredictionRuns.Evaluate(["--predictions", val, .. metrics]).GetProperty("metrics").GetRawText(),
            PredictionRuns.Evaluate(["--predictions", kept, .. metrics]).GetProperty("metrics").GetRawText());

        string probabilities = _folder.Write("p.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Range(0, 90).Select(i => FormattableString.Invariant($"{0.1 + (i % 7 / 10.0)},{0.9 - (i % 7 / 10.0)},{i % 2}\n"))));
        using var of = new NpzFile(Path.Combine(Evaluate("p", Npz("binary.npz", Samples.Calibrated(80, 2, 1, 2, 3), 1, 2), probabilities), "calibration.npz"));
        Assert.Equal(["labels", "probabilities"], of.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_run_keeps_no_rows_that_are_measured_or_too_many()
    {
        Assert.False(File.Exists(Path.Combine(Evaluate("same", _one, _one), "calibration.npz")));
        string copy = _folder.File("copy.npz");
        File.Copy(_one, copy);
        Assert.False(File.Exists(Path.Combine(Evaluate("copied", _one, copy), "calibration.npz")));
        Assert.False(File.Exists(Path.Combine(Evaluate("crossfitted", _one, null), "calibration.npz")));
        var many = ScoreMatrix.From(ScoreKind.Logits, new float[PredictionsNpz.MostScores + 2], 2);
        Assert.False(PredictionsNpz.Saves(many, saveScores: false));
        Assert.True(PredictionsNpz.Saves(many, saveScores: true));
        Assert.True(PredictionsNpz.Saves(ScoreMatrix.From(ScoreKind.Logits, new float[PredictionsNpz.MostScores], 2), saveScores: false));
    }

    [Fact]
    public void Other_rows_are_refused_with_what_differs()
    {
        int[] labels = [.. _val.Labels];
        labels[17] = (labels[17] + 1) % 3;
        Refused(3, $"row 17: the label is {labels[17]}, but {_val.Labels[17]} in {_valOfOne}. Temperatures are compared that are fitted on the same rows in the same order: give those, or --calibration-data none", Npz("l.npz", (_val.Logits, labels), 2));
        Refused(3, $"199 rows, but {_valOfOne} has 200", Npz("short.npz", (_val.Logits[..^3], _val.Labels[..^1]), 2));
        Refused(3, $"2 classes, but {_two} has 3", Npz("classes.npz", Samples.Calibrated(200, 2, 1, 2, 4), 1, 2));
        Refused(3, "confidence and correct only", _folder.Write("top.csv", "confidence,correct\n" + string.Concat(Enumerable.Repeat("0.6,1\n", 200))));
        string Grouped(string name, int size) => _folder.Npz(name, ("logits", _val.Logits, [200, 3]), ("labels", _val.Labels, null), ("groups", Enumerable.Range(0, 200).Select(row => row / size).ToArray(), null));
        string pairs = Grouped("pairs.npz", 2);
        Refused(3, $"{_valOfOne}: its rows are not grouped, but those of {pairs} are by groups", pairs);
        Refused(3, $"its rows are in other groups (groups) than those of {pairs}", Grouped("fours.npz", 4), ofOne: pairs);
        Assert.Equal(0, Compare(pairs, Grouped("again.npz", 2)).ExitCode);
        double[] weights = [.. Enumerable.Range(0, 200).Select(row => 1.0 + (row % 2))];
        Refused(3, "rows are weighted by row_weights", _folder.Npz("w.npz", ("logits", _val.Logits, [200, 3]), ("labels", _val.Labels, null), ("row_weights", weights, null)));
    }

    [Fact]
    public void Runs_keep_the_groups_of_the_rows_fitted_on()
    {
        string Saved(string name, (float[] Logits, int[] Labels) rows, float power, int groupSize) => _folder.Npz(
            name, ("logits", Array.ConvertAll(rows.Logits, z => MathF.CopySign(MathF.Pow(MathF.Abs(z), power), z)), [rows.Labels.Length, 3]), ("labels", rows.Labels, null), ("groups", Enumerable.Range(0, rows.Labels.Length).Select(row => row / groupSize).ToArray(), null));
        string[] test = [Saved("ta.npz", _test, 1, 4), Saved("tb.npz", _test, 1.5f, 4)];
        string[] val = [Saved("va.npz", _val, 1, 4), Saved("vb.npz", _val, 1.5f, 4)];
        string Differences(params string[] arguments)
        {
            var result = CommandLine.Run(["compare", .. arguments, "--no-output", "--json", "--metrics", "nll", "--bootstrap", "100"]);
            Assert.True(result.ExitCode == 0, result.Error);
            return result.Json.GetProperty("pairs")[0].GetRawText();
        }

        string files = Differences($"a={test[0]}", $"b={test[1]}", "--calibration-data", $"a={val[0]}", "--calibration-data", $"b={val[1]}");
        Assert.Equal(files, Differences(Evaluate("a", test[0], val[0]), Evaluate("b", test[1], val[1])));
        Assert.NotEqual(files, Differences($"a={test[0]}", $"b={test[1]}", "--calibration-data", $"a={Saved("va1.npz", _val, 1, 1)}", "--calibration-data", $"b={Saved("vb1.npz", _val, 1.5f, 1)}"));
    }

    [Fact]
    public void Runs_of_models_know_that_the_data_file_was_another()
    {
        string model = Models.Chain(3, Models.Node("Identity", "x", "y")).Save(_folder, "m.onnx");
        string Data(string name, (float[] Logits, int[] Labels) rows, float scale) => _folder.Npz(name, ("inputs", Array.ConvertAll(rows.Logits, z => scale * z), [rows.Labels.Length, 3]), ("labels", rows.Labels, null));
        string[] on = ["--data", Data("d.npz", _test, 1), "--scores", "logits"];
        string Run(string name, string val)
        {
            var result = CommandLine.Run(["evaluate", model, .. on, "--calibration-data", val, "-o", _folder.File(name), "--bootstrap", "0", "--figures", "none"]);
            Assert.True(result.ExitCode == 0, result.Error);
            return _folder.File(name);
        }

        var (first, second) = (Data("v1.npz", _val, 1), Data("v2.npz", _val, 2));
        string[] runs = [Run("a", first), Run("b", second)];
        var refused = CommandLine.Run("compare", runs[0], runs[1], "--no-output", "--bootstrap", "0");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"{runs[1]}/calibration.npz: was made on another data file than {runs[0]}/calibration.npz: their SHA-256 differ", refused.Error, StringComparison.Ordinal);
        Assert.Equal(3, CommandLine.Run(["compare", $"m={model}", runs[1], .. on, "--calibration-data", first, "--no-output", "--bootstrap", "0"]).ExitCode);
        foreach (string[] same in new[] { runs[..1], ["--calibration-data", $"b={Path.Combine(runs[1], "calibration.npz")}", runs[1]] })
        {
            string val = same.Length == 1 ? first : second;
            var result = CommandLine.Run(["compare", $"m={model}", .. same, .. on, "--calibration-data", val, "--no-output", "--bootstrap", "0"]);
            Assert.True(result.ExitCode == 0, result.Error);
        }
    }

    [Fact]
    public void Rows_that_are_compared_are_no_other_rows()
    {
        Refused(3, $"{_one}: holds the rows that are compared", _two, ofOne: _one);
        Refused(3, $"{_two}: holds the rows that are compared", _two);
        string copy = _folder.File("copy.npz");
        File.Copy(_one, copy);
        Refused(3, $"{copy}: holds the rows that are compared. A temperature fitted on them as if they were others would have intervals that are too narrow. Use --calibration-data none", _valOfOne, ofOne: copy);

        // Written in another format and order it is another file, but no other rows.
        string csv = _folder.Write("turned.csv", "logit_0,logit_1,logit_2,label\n" + string.Concat(Enumerable.Range(0, Rows).Reverse().Select(row =>
            string.Join(',', _test.Logits.Skip(3 * row).Take(3).Select(z => z.ToString("R", System.Globalization.CultureInfo.InvariantCulture))) + FormattableString.Invariant($",{_test.Labels[row]}\n"))));
        Refused(3, $"{csv}: holds the rows that are compared", _valOfOne, ofOne: csv);

        string model = Models.Chain(3, Models.Node("Identity", "x", "y")).Save(_folder, "m.onnx");
        string data = _folder.Npz("d.npz", ("inputs", _test.Logits, [Rows, 3]), ("labels", _test.Labels, null));
        string again = _folder.File("again.npz");
        File.Copy(data, again);
        foreach (string file in new[] { data, again })
        {
            var result = CommandLine.Run("compare", model, $"b={model}", "--data", data, "--calibration-data", file, "--scores", "logits", "--no-output", "--bootstrap", "0");
            Assert.Contains($"{file}: holds the rows that are compared", result.Error, StringComparison.Ordinal);
            Assert.Equal(3, result.ExitCode);
        }
    }

    [Fact]
    public void A_model_on_several_devices_is_named_with_or_without_them()
    {
        string model = Models.Chain(3, Models.Node("Identity", "x", "y")).Save(_folder, "m=1.onnx");
        var inputs = DeviceVariants.Of(PlotInput.Parse([model, $"b={_one}"], takesModels: true), [new("cpu", 0), new("cuda", 1)]);
        var both = CalibrationArguments.Parse([$"m=1={_two}"], inputs);
        Assert.Equal(["m=1 (cpu)", "m=1 (cuda:1)"], both.Own.Keys.Order(StringComparer.Ordinal));
        var each = CalibrationArguments.Parse([$"m=1 (cpu)={_two}", $"m=1 (cuda:1)={_valOfOne}", $"b={_valOfOne}"], inputs);
        Assert.Equal(_two, each.Own["m=1 (cpu)"]);
        Assert.Equal([_two, _valOfOne], each.Files);
        Assert.Contains("\"m=1 (cpu)\" gets two files", Assert.Throws<UsageException>(() => CalibrationArguments.Parse([$"m=1={_two}", $"m=1 (cpu)={_two}"], inputs)).Message, StringComparison.Ordinal);

        // What exists is a path.
        string odd = _folder.File("b=x.npz");
        File.Copy(_two, odd);
        Assert.Equal(odd, CalibrationArguments.Parse([odd], inputs).Shared);
        Assert.Empty(CalibrationArguments.Parse([odd], inputs).Own);
        Assert.True(CalibrationArguments.Parse(["none"], inputs).IsNone);
    }

    private CommandResult Compare(string ofOne, string ofTwo) => CommandLine.Run(
        "compare", _one, _two, "--calibration-data", $"one={ofOne}", "--calibration-data", $"two={ofTwo}", "--no-output", "--bootstrap", "0");

    private void Refused(int code, string message, string ofTwo, string? ofOne = null)
    {
        var result = Compare(ofOne ?? _valOfOne, ofTwo);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.ExitCode);
    }

    private string Evaluate(string name, string test, string? calibration)
    {
        string[] fitted = calibration is null ? [] : ["--calibration-data", calibration];
        var run = CommandLine.Run(["evaluate", "--predictions", test, .. fitted, "-o", _folder.File(name), "--bootstrap", "0", "--figures", "none"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return _folder.File(name);
    }

    private string Npz(string name, (float[] Logits, int[] Labels) rows, float scale, int classes = 3) =>
        _folder.Npz(name, ("logits", Array.ConvertAll(rows.Logits, z => scale * z), [rows.Labels.Length, classes]), ("labels", rows.Labels, null));
}
