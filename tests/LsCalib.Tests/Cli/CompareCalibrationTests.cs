using System.Text.Json;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Temperatures that compare fits on other rows, of models, runs, predictions and baselines alike.</summary>
public sealed class CompareCalibrationTests : IDisposable
{
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "compare.schema.json"))).RootElement);
    private readonly TemporaryFolder _folder = new();
    private readonly string _hard;
    private readonly string _smooth;

    public CompareCalibrationTests() => (_hard, _smooth) = (Run("hard"), Run("smooth"));

    private static string[] Models => [Sample("hard.onnx"), Sample("smooth.onnx"), "--data", Sample("test.csv")];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_predictions_and_models_with_the_same_rows_have_the_same_temperatures_and_differences()
    {
        var expected = Compare([.. Models, "--calibration-data", Sample("val.csv")]);
        var crossFitted = Compare(Models);
        Assert.NotEqual(Temperature(crossFitted, 0).GetProperty("value").GetDouble(), Temperature(expected, 0).GetProperty("value").GetDouble());
        Assert.NotEqual(Pair(crossFitted, "scaled"), Pair(expected, "scaled"));

        string hard = Copy(_hard, "predictions.npz", "hard.npz");
        string smooth = Copy(_smooth, "predictions.npz", "smooth.npz");
        string ofHard = Copy(_hard, "calibration.npz", "hard-val.npz");
        string ofSmooth = Copy(_smooth, "calibration.npz", "smooth-val.npz");
        string[] typed = ["--calibration-data", $"smooth={ofSmooth}", "--calibration-data"];
        (string[] Arguments, string Hard, string Smooth)[] ways =
        [
            ([_hard, _smooth], Kept(_hard), Kept(_smooth)),
            ([hard, smooth, .. typed, $"hard={ofHard}"], ofHard, ofSmooth),
            ([_hard, smooth, .. typed[..2]], Kept(_hard), ofSmooth),
            ([_hard, smooth, .. typed, $"hard={Kept(_hard)}"], Kept(_hard), ofSmooth),
            ([Sample("hard.onnx"), smooth, "--data", Sample("test.csv"), .. typed, Sample("val.csv")], Sample("val.csv"), ofSmooth),
            ([Sample("hard.onnx"), smooth, "--data", Sample("test.csv"), .. typed, $"hard={Sample("val.csv")}"], Sample("val.csv"), ofSmooth),
            ([Sample("hard.onnx"), _smooth, "--data", Sample("test.csv"), "--calibration-data", Sample("val.csv")], Sample("val.csv"), Kept(_smooth)),
        ];
        foreach (var way in ways)
        {
            var json = Compare(way.Arguments);
            string[] files = [way.Hard, way.Smooth];
            for (int i = 0; i < files.Length; i++)
            {
                Assert.Equal(Model(expected, i).GetProperty("scaled").GetRawText(), Model(json, i).GetProperty("scaled").GetRawText());
                var (fitted, known) = (Temperature(json, i), Temperature(expected, i));
                Assert.Equal("calibration-data", fitted.GetProperty("fitOn").GetString());
                Assert.Equal($"{files[i]} (697 rows)", fitted.GetProperty("fitOnWords").GetString());
                Assert.All(["value", "lower", "upper"], name => Assert.Equal(known.GetProperty(name).GetDouble(), fitted.GetProperty(name).GetDouble()));
                var read = Assert.Single(Model(json, i).GetProperty("calibrationData").EnumerateArray());
                Assert.Equal(files[i], read.GetProperty("path").GetString());
                Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(files[i]))), read.GetProperty("sha256").GetString());
            }

            Assert.Equal(Pair(expected, "scaled"), Pair(json, "scaled"));
            Assert.Equal(Pair(expected, "asIs"), Pair(json, "asIs"));
        }
    }

    [Fact]
    public void Baselines_with_probabilities_are_fitted_on_their_own_predictions()
    {
        var expected = Compare(_hard, _smooth);
        string kept = _folder.File("kept.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", _hard, "--with-probabilities", "-o", kept).ExitCode);
        string[] typed = ["--calibration-data", $"kept={Kept(_hard)}"];
        foreach (var json in new[] { Compare([kept, _smooth, .. typed]), Compare([_smooth, kept, .. typed]) })
        {
            int of = Model(json, 0).GetProperty("name").GetString() == "kept" ? 0 : 1;
            Assert.Equal(Temperature(expected, 0).GetProperty("value").GetDouble(), Temperature(json, of).GetProperty("value").GetDouble(), 1e-12);
            Assert.Equal(Kept(_hard), Assert.Single(Model(json, of).GetProperty("calibrationData").EnumerateArray()).GetProperty("path").GetString());
            double sign = of == 0 ? 1 : -1;
            foreach (string end in new[] { "value", of == 0 ? "lower" : "upper" })
            {
                double known = expected.GetProperty("pairs")[0].GetProperty("scaled").GetProperty("nll").GetProperty(end == "upper" ? "lower" : end).GetDouble();
                Assert.Equal(known, sign * json.GetProperty("pairs")[0].GetProperty("scaled").GetProperty("nll").GetProperty(end).GetDouble(), 1e-6);
            }
        }

        // Without probabilities there is no temperature of it, and nothing to fit.
        string plain = _folder.File("plain.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", _hard, "-o", plain).ExitCode);
        Assert.Equal("calibration-data", Temperature(Compare(plain, _smooth), 1).GetProperty("fitOn").GetString());
        Refused(3, "so it has no temperature to fit. Leave out --calibration-data plain=", plain, _smooth, "--calibration-data", $"plain={Kept(_hard)}");
    }

    [Fact]
    public void None_fits_all_on_the_rows_compared()
    {
        var json = Compare(_hard, _smooth, "--calibration-data", "none");
        Assert.Equal(Pair(Compare(Models), "scaled"), Pair(json, "scaled"));
        Assert.Equal("cross-fitted", Temperature(json, 0).GetProperty("fitOn").GetString());
        Assert.Empty(Model(json, 0).GetProperty("calibrationData").EnumerateArray());
        Assert.Empty(json.GetProperty("warnings").EnumerateArray());
        Refused(2, "fits nothing on other rows, and", _hard, _smooth, "--calibration-data", "none", "--calibration-data", $"hard={Kept(_hard)}");
    }

    [Fact]
    public void Rows_that_only_some_runs_keep_are_not_used_and_it_is_said()
    {
        string other = Run("other", "smooth", calibration: null);
        Assert.False(File.Exists(Kept(other)));
        var json = Compare(_hard, other, _smooth);
        Assert.Equal(Pair(Compare(Models), "scaled"), Pair(json, "scaled"));
        const string Warning = "rows to fit a temperature on are kept by hard, smooth, but there are none of other (--calibration-data other=FILE), and so they are not used: all temperatures are cross-fitted";
        Assert.Equal([Warning], json.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));
        var text = CommandLine.Run("compare", _hard, other, "--no-output", "--bootstrap", "0");
        Assert.Contains("note: rows to fit a temperature on are kept by hard, but there are none of", text.Output, StringComparison.Ordinal);
        Refused(2, "rows to fit the temperature of hard, smooth on, but none of other, and", _hard, other, _smooth, "--calibration-data", $"smooth={Kept(_smooth)}");
        Refused(2, "Give --calibration-data other=FILE, predictions of those rows; or --calibration-data none", _hard, other, _smooth, "--calibration-data", $"smooth={Kept(_smooth)}");
        Refused(2, "but none of other, and", [.. Models, other, "--calibration-data", Sample("val.csv")]);
    }

    [Fact]
    public void Predictions_of_two_inputs_in_one_file_are_told()
    {
        string Warning(params string[] arguments) => string.Join('\n', Compare(arguments).GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));
        Assert.Equal(
            $"the temperatures of hard, smooth are fitted on one file of predictions, {Kept(_smooth)}, which is right only if they are the same model",
            Warning(_hard, _smooth, "--calibration-data", $"hard={Kept(_smooth)}"));
        Assert.Equal("", Warning([.. Models, "--calibration-data", Sample("val.csv")]));
        Assert.Equal("", Warning(_hard, $"again={_hard}"));
    }

    [Fact]
    public void Rows_fitted_on_that_are_among_those_compared_are_told()
    {
        string[] rows = File.ReadAllLines(Sample("test.csv"));
        string[] others = File.ReadAllLines(Sample("val.csv"));
        string mixed = _folder.Write("mixed.csv", string.Join('\n', [.. others, .. rows.Skip(1).Take(30), ""]));
        var json = Compare([.. Models, "--calibration-data", mixed]);
        Assert.Equal(
            [$"{mixed}: 30 of 727 rows have the inputs and label of a row that is compared: where the temperatures are fitted on rows compared, their intervals are too narrow"],
            json.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));
    }

    [Fact]
    public void Text_and_figure_say_where_temperatures_come_from()
    {
        string Text(params string[] more)
        {
            string target = _folder.File("figures");
            var result = CommandLine.Run(["compare", .. Models, .. more, "--bootstrap", "0", "--force", "-o", target]);
            Assert.Equal(0, result.ExitCode);
            return string.Join(' ', (result.Output + File.ReadAllText(Path.Combine(target, "differences.svg"))).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        }

        Assert.Contains("T refitted with the rows", Text(), StringComparison.Ordinal);
        Assert.Contains("with the scatter of T on the rows fitted on", Text("--calibration-data", Sample("val.csv")), StringComparison.Ordinal);

        // All rows of the training data are right: there is no temperature, and nothing is said of one.
        string without = Text("--calibration-data", Sample("train.csv"));
        Assert.Contains("As it is; no model has a temperature.", without, StringComparison.Ordinal);
        Assert.Contains("note: there is no temperature (all 200 rows are classified correctly", without, StringComparison.Ordinal);
        Assert.DoesNotContain("scatter of T", without, StringComparison.Ordinal);
        Assert.DoesNotContain("refitted", without, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("compare")]
    public void Labels_without_their_data_are_refused(string command)
    {
        string[] inputs = command == "compare" ? [Sample("hard.onnx"), Sample("smooth.onnx")] : [Sample("hard.onnx")];
        var result = CommandLine.Run([command, .. inputs, "--data", Sample("test.csv"), "--calibration-labels", "nosuch.npy", "--no-output"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--calibration-labels: goes with --calibration-data inputs.npy", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_names_no_input_or_two_files_is_refused()
    {
        string kept = Kept(_hard);
        Refused(2, "no input is called \"hrad\"; the inputs are \"hard\", \"smooth\"", _hard, _smooth, "--calibration-data", $"hrad={kept}");
        Refused(2, $"\"hard\" gets two files, {kept} and ", _hard, _smooth, "--calibration-data", $"hard={kept}", "--calibration-data", $"hard={Kept(_smooth)}");
        Refused(2, $"{Sample("val.csv")} and {Sample("train.csv")} are given; models are run on one", [.. Models, "--calibration-data", Sample("val.csv"), "--calibration-data", Sample("train.csv")]);
        Refused(2, "there is no model to run on it. Give each input its predictions of those rows, such as --calibration-data hard=FILE", _hard, _smooth, "--calibration-data", Sample("val.csv"));
        Refused(2, "but none of smooth, and temperatures are compared that are fitted on the same rows. Give --calibration-data smooth=FILE, data to run it on; or", [.. Models, "--calibration-data", $"hard={Sample("val.csv")}"]);
        Refused(2, "every model has a file of its own", [Sample("hard.onnx"), _smooth, "--data", Sample("test.csv"), "--calibration-data", Sample("val.csv"), "--calibration-data", $"hard={Sample("val.csv")}"]);
        Refused(2, "there is no file after the name", _hard, _smooth, "--calibration-data", "hard=");
        Refused(2, "is a model. Name the data to run models on", _hard, _smooth, "--calibration-data", $"hard={Sample("hard.onnx")}");
        Refused(2, "needs a file, and --no-output stands in its place", _hard, _smooth, "--calibration-data", $"hard={kept}", "--calibration-data");
        Assert.Contains("needs a value, and stands without one", CommandLine.Run("compare", _hard, _smooth, "--calibration-data", $"hard={kept}", "--calibration-data").Error, StringComparison.Ordinal);
        Refused(3, "none.npz: no such file", _hard, _smooth, "--calibration-data", $"hard={_folder.File("none.npz")}");
        var within = CommandLine.Run("compare", Copy(_hard, "predictions.npz", "a.npz"), _smooth, "--calibration-data", $"a={kept}", "-o", _hard, "--force");
        Assert.Contains($"{kept}: lies in the output folder", within.Error, StringComparison.Ordinal);
        Assert.Equal(2, within.ExitCode);
        Refused(3, $"is a folder; name a file, {kept}", _hard, _smooth, "--calibration-data", $"hard={_hard}");
    }

    private static string Kept(string run) => Path.Combine(run, "calibration.npz");

    private static string Sample(string file) => Path.Combine(SourceTree.Root!, "samples", "digits", file);

    private static JsonElement Model(JsonElement json, int i) => json.GetProperty("models")[i];

    private static JsonElement Temperature(JsonElement json, int i) => Model(json, i).GetProperty("temperature");

    private static string Pair(JsonElement json, string stage) => json.GetProperty("pairs").EnumerateArray().Last().GetProperty(stage).GetRawText();

    private static JsonElement Compare(params string[] arguments)
    {
        var result = CommandLine.Run(["compare", .. arguments, "--no-output", "--json", "--metrics", "accuracy,nll,ece-15", "--bootstrap", "100"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Empty(Schema.Validate(result.Json));
        return result.Json;
    }

    private static void Refused(int code, string message, params string[] arguments)
    {
        var result = CommandLine.Run(["compare", .. arguments, "--no-output", "--bootstrap", "0"]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.ExitCode);
        Assert.Empty(result.Output);
    }

    private string Copy(string run, string file, string name)
    {
        File.Copy(Path.Combine(run, file), _folder.File(name));
        return _folder.File(name);
    }

    private string Run(string name) => Run(name, name, Sample("val.csv"));

    private string Run(string name, string model, string? calibration)
    {
        string folder = _folder.File(name);
        string[] fitted = calibration is null ? [] : ["--calibration-data", calibration];
        var run = CommandLine.Run(["evaluate", Sample(model + ".onnx"), "--data", Sample("test.csv"), .. fitted, "-o", folder, "--bootstrap", "0", "--figures", "none"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return folder;
    }
}
