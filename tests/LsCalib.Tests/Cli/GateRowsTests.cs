using System.Globalization;
using System.Text.Json;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Which rows a gate looks at: slices, classes, groups, runs, and rows in another order.</summary>
public sealed class GateRowsTests : IDisposable
{
    private readonly GateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Slices_and_classes_are_measured_as_evaluate_measures_their_rows_alone()
    {
        string[] all = File.ReadAllLines(_files.Sharp);
        string part = _files.Write("b.csv", string.Join('\n', all.Where((line, i) => i == 0 || line.Contains(",b,", StringComparison.Ordinal))) + "\n");
        double expected = Evaluated(part, "ece-15");
        var rules = Rules(GateFolder.Gate("--predictions", _files.Sharp, "--max", "ece-15[site=b]=0.99", "--max", "ece-15=0.99", "--max", "ece-15[class=2]=0.99", "--json"));
        Assert.Equal(expected, Value(rules[0]), 1e-12);
        Assert.Equal(400, rules[0].GetProperty("rowCount").GetInt32());
        Assert.Equal(("site", "b"), (rules[0].GetProperty("rows").GetProperty("column").GetString(), rules[0].GetProperty("rows").GetProperty("value").GetString()));

        string predicted = _files.Write("class.csv", string.Join('\n', all.Where((line, i) => i == 0 || Predicted(line) == 2)) + "\n");
        Assert.Equal(Evaluated(predicted, "ece-15"), Value(rules[2]), 1e-12);
        Assert.Equal("2", rules[2].GetProperty("rows").GetProperty("class").GetString());
    }

    [Fact]
    public void A_slice_can_fail_where_all_rows_pass()
    {
        // Only the rows of site b are twice as sharp.
        string[] same = File.ReadAllLines(_files.Same);
        string[] sharp = File.ReadAllLines(_files.Sharp);
        string mixed = _files.Write("mixed.csv", string.Concat(same.Select((line, i) => (line.Contains(",b,", StringComparison.Ordinal) ? sharp[i] : line) + "\n")));
        string[] slices = ["--max-increase", "nll[site=a]=0", "--max-increase", "nll[site=b]=0.02"];
        var rules = Rules(_files.Against(mixed, [.. slices, "--json"]));
        Assert.Equal(["pass", "fail"], rules.Select(rule => rule.GetProperty("decision").GetString()));
        Assert.Equal(1, _files.Against(mixed, slices).ExitCode);
        Assert.Contains("nll[site=b]", _files.Against(mixed, slices).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_match_rows_in_any_order()
    {
        string turned = _files.Predictions("turned.csv", 1, Enumerable.Range(0, GateFolder.Rows).Reverse());
        var run = _files.Against(turned, "--max-increase", "nll=0", "--max-increase", "ece-15=0");
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Contains("every prediction is the same as the baseline's", run.Output, StringComparison.Ordinal);

        // What differs is compared row by row, whatever the order.
        string sharp = _files.Predictions("sharp, turned.csv", 2, Enumerable.Range(0, GateFolder.Rows).Reverse());
        string[] rule = ["--max-increase", "nll=1%", "--json"];
        var straight = Rules(_files.Against(_files.Sharp, rule))[0].GetProperty("comparison");
        var back = Rules(_files.Against(sharp, rule))[0].GetProperty("comparison");
        foreach (string end in new[] { "value", "lower", "upper" })
        {
            Assert.Equal(straight.GetProperty("worsening").GetProperty(end).GetDouble(), back.GetProperty("worsening").GetProperty(end).GetDouble(), 1e-12);
        }
    }

    [Fact]
    public void Rows_of_a_patient_are_resampled_together()
    {
        string[] rule = ["--max-increase", "nll=1%", "--max", "ece-15=0.99", "--json"];
        var alone = Rules(_files.Against(_files.Sharp, rule));
        var grouped = Rules(_files.Against(_files.Sharp, [.. rule, "--group-column", "patient"]));
        double Upper(JsonElement each) => each.GetProperty("comparison").GetProperty("worsening").GetProperty("upper").GetDouble();
        Assert.Equal(Value(alone[1]), Value(grouped[1]), 1e-12);
        Assert.NotEqual(Upper(alone[1]), Upper(grouped[1]));
        Assert.NotEqual(alone[0].GetProperty("candidate").GetProperty("upper").GetDouble(), grouped[0].GetProperty("candidate").GetProperty("upper").GetDouble());
    }

    [Fact]
    public void A_folder_of_a_run_is_its_predictions()
    {
        string run = _files.File("run");
        Assert.Equal(0, CommandLine.Run("evaluate", "--predictions", _files.Sharp, "-o", run, "--bootstrap", "0", "--figures", "none").ExitCode);
        var rules = Rules(GateFolder.Gate("--predictions", run, "--max", "nll=9", "--json"));
        Assert.Equal(Value(Rules(GateFolder.Gate("--predictions", _files.Sharp, "--max", "nll=9", "--json"))[0]), Value(rules[0]), 1e-6);
        var known = _files.File("known.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", "--predictions", _files.Same, "-o", known).ExitCode);
        var against = GateFolder.Gate("--predictions", run, "--baseline", known, "--max-increase", "nll=1%");
        Assert.Equal(1, against.ExitCode);
        Assert.Contains("only the labels could be checked", against.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_left_out_have_no_part()
    {
        Func<int, int> every = row => row % 4 == 0 ? -1 : 0;
        string ignored = _files.Predictions("ignored.csv", 1, label: every);
        string kept = _files.Predictions("kept.csv", 1, [.. Enumerable.Range(0, GateFolder.Rows).Where(row => row % 4 != 0)], every);
        var some = Rules(GateFolder.Gate("--predictions", ignored, "--ignore-index", "-1", "--max", "nll=9", "--json"))[0];
        Assert.Equal(900, some.GetProperty("rowCount").GetInt32());
        Assert.Equal(Value(Rules(GateFolder.Gate("--predictions", kept, "--max", "nll=9", "--json"))[0]), Value(some));
    }

    private static int Predicted(string line)
    {
        double[] logits = [.. line.Split(',')[..4].Select(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out double z) ? z : 0)];
        return Array.IndexOf(logits, logits.Max());
    }

    private static double Evaluated(string predictions, string key) =>
        PredictionRuns.Evaluate("--predictions", predictions, "--calibrate", "none", "--bootstrap", "0").GetProperty("metrics").GetProperty(key).GetProperty("value").GetDouble();

    private static double Value(JsonElement rule) => rule.GetProperty("candidate").GetProperty("value").GetDouble();

    private static JsonElement[] Rules(CommandResult run)
    {
        Assert.True(run.ExitCode is 0 or 1 or 4, run.Error);
        return [.. run.Json.GetProperty("rules").EnumerateArray()];
    }
}
