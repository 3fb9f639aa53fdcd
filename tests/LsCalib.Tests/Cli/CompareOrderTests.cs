using System.Globalization;
using System.Text.Json;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Comparisons of files whose rows stand in another order, and have ids.</summary>
public sealed class CompareOrderTests : IDisposable
{
    private const int Rows = 240;
    private readonly TemporaryFolder _folder = new();
    private readonly (float[] Logits, int[] Labels) _model = Samples.Calibrated(Rows, 3, 1, 2, 7);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("compare")]
    [InlineData("compare", "--group-column", "patient")]
    [InlineData("compare", "--metrics", "default,classwise-ece-15", "--ignore-index", "2")]
    [InlineData("explain-change")]
    [InlineData("explain-change", "--group-column", "patient", "--slice-column", "site")]
    public void Rows_are_matched_by_id_as_if_they_stood_in_one_order(params string[] arguments)
    {
        string first = Csv("first.csv", 1, Enumerable.Range(0, Rows));
        string ordered = Csv("ordered.csv", 1.5f, Enumerable.Range(0, Rows));
        string shuffled = Csv("shuffled.csv", 1.5f, Enumerable.Range(0, Rows).Select(row => row * 77 % Rows));
        string Numbers(string other)
        {
            string[] output = arguments[0] == "compare" ? ["--no-output"] : [];
            var result = CommandLine.Run([.. arguments, first, $"new={other}", "--id-column", "id", "--json", .. output]);
            Assert.True(result.ExitCode == 0, result.Error);
            string digest = result.Json.GetProperty(arguments[0] == "compare" ? "models" : "data").EnumerateArray().Last() is var last && arguments[0] == "compare"
                ? last.GetProperty("files")[0].GetProperty("sha256").GetString()! : last.GetProperty("sha256").GetString()!;
            return result.Output.Replace(other, "other", StringComparison.Ordinal).Replace(digest, "digest", StringComparison.Ordinal)
                .Replace("row ids, matched in another order, and labels", "row ids and labels", StringComparison.Ordinal);
        }

        Assert.Equal(Numbers(ordered), Numbers(shuffled));
    }

    [Fact]
    public void It_is_said_that_rows_were_matched()
    {
        string first = Csv("first.csv", 1, Enumerable.Range(0, Rows));
        string back = Csv("back.csv", 1, Enumerable.Range(0, Rows).Reverse());
        string same = Csv("same.csv", 1, Enumerable.Range(0, Rows));
        var result = CommandLine.Run("compare", first, back, same, "--id-column", "id", "--no-output");
        Assert.Contains("Rows are the same by row ids, matched in another order, and labels (back); row ids and labels (same).", OneLine(result), StringComparison.Ordinal);
        Assert.Contains("Outputs: every prediction is the same.", result.Output, StringComparison.Ordinal);
        result = CommandLine.Run("compare", first, same, "--no-output");
        Assert.Contains("Rows are the same by row number and label: of rows without ids only labels can be checked.", OneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_of_several_positions_are_matched_with_their_groups()
    {
        const int Positions = 4;
        var (logits, labels) = Samples.Calibrated(60 * Positions, 3, 1, 2, 3);
        int[] order = [.. Enumerable.Range(0, 60).Select(sample => sample * 7 % 60)];
        string File(string name, int[] samples) => _folder.Npz(
            name,
            ("logits", samples.SelectMany(sample => Enumerable.Range(0, 3 * Positions).Select(i => logits[(3 * ((sample * Positions) + (i % Positions))) + (i / Positions)])).ToArray(), [60, 3, Positions]),
            ("labels", samples.SelectMany(sample => labels.Skip(sample * Positions).Take(Positions)).ToArray(), [60, Positions]),
            ("scene", samples.Select(sample => 100 + sample).ToArray(), null));
        string first = File("first.npz", [.. Enumerable.Range(0, 60)]);
        var result = CommandLine.Run("compare", first, File("other.npz", order), "--id-column", "scene", "--no-output", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        var pair = result.Json.GetProperty("pairs")[0];
        Assert.Equal(0, pair.GetProperty("outputs").GetProperty("largestConfidenceChange").GetDouble());
        Assert.Equal(0, pair.GetProperty("scaled").GetProperty("nll").GetProperty("value").GetDouble());
        Assert.Equal(JsonValueKind.Object, result.Json.GetProperty("groups").ValueKind);
    }

    [Fact]
    public void A_model_is_compared_with_predictions_in_another_order()
    {
        string model = Models.Chain(3, Models.Node("Identity", "x", "y")).Save(_folder, "m.onnx");
        string data = _folder.Write("d.csv", Table(1, Enumerable.Range(0, Rows)).Replace("logit_", "x", StringComparison.Ordinal));
        string other = Csv("other.csv", 1, Enumerable.Range(0, Rows).Reverse());
        var result = CommandLine.Run(
            "compare", model, other, "--data", data, "--feature-columns", "x0,x1,x2", "--scores", "logits", "--id-column", "id", "--no-output", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.InRange(result.Json.GetProperty("pairs")[0].GetProperty("outputs").GetProperty("largestConfidenceChange").GetDouble(), 0, 1e-6);
    }

    [Fact]
    public void Runs_keep_no_ids_and_it_is_said()
    {
        string one = Csv("one.csv", 1, Enumerable.Range(0, Rows));
        string runOne = Evaluated("--predictions", one, "-o", _folder.File("run-one"));
        string runTwo = Evaluated("--predictions", one, "-o", _folder.File("run-two"));
        Refused(2, "runs of evaluate keep no ids", "compare", runOne, runTwo, "--id-column", "id");
        Refused(3, $"{runOne}: a run of evaluate keeps no ids of rows, by which --id-column would match them to those of {one}", "compare", one, runOne, "--id-column", "id");
        Refused(3, $"{runOne}: a run of evaluate keeps no ids of rows, by which --id-column would match them to those of {one}", "compare", runOne, one, "--id-column", "id");
        Refused(3, $"{runOne}: a run of evaluate keeps no ids of rows", "explain-change", runOne, runTwo, "--id-column", "id");
        Refused(3, $"{runTwo}: a run of evaluate keeps no ids of rows", "explain-change", one, runTwo, "--id-column", "id");
        string baseline = _folder.File("ids.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", "--predictions", one, "--id-column", "id", "-o", baseline).ExitCode);
        Refused(3, $"{runOne}: a run of evaluate keeps no ids of rows", "gate", "--predictions", runOne, "--baseline", baseline, "--max-increase", "nll=0", "--ci", "none");
        Refused(3, $"{runOne}: a run of evaluate keeps no ids of rows", "gate", "--predictions", runOne, "--id-column", "id", "--max", "nll=9", "--ci", "none");

        // Without ids asked for, a run is known by its rows' number; its groups are its own, whatever column is named.
        Assert.Equal(0, CommandLine.Run("compare", runOne, one, "--no-output").ExitCode);
        string grouped = Evaluated("--predictions", one, "--group-column", "patient", "-o", _folder.File("grouped"));
        Assert.Equal(0, CommandLine.Run("explain-change", grouped, one, "--group-column", "patient").ExitCode);
        Assert.Equal(0, CommandLine.Run("gate", "--predictions", grouped, "--group-column", "patient", "--max", "nll=9", "--ci", "none").ExitCode);
    }

    [Fact]
    public void A_run_on_the_data_of_a_model_needs_no_ids()
    {
        string model = Models.Chain(3, Models.Node("Identity", "x", "y")).Save(_folder, "m.onnx");
        string data = _folder.Write("d.csv", Table(1, Enumerable.Range(0, Rows)).Replace("logit_", "x", StringComparison.Ordinal));
        string[] reading = ["--data", data, "--feature-columns", "x0,x1,x2", "--scores", "logits"];
        string run = Evaluated([model, .. reading, "-o", _folder.File("run")]);
        var result = CommandLine.Run(["compare", model, run, .. reading, "--id-column", "id", "--no-output", "--json"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("the data file (SHA-256)", result.Json.GetProperty("models")[1].GetProperty("rowsKnownBy").GetString());
    }

    private static string Evaluated(params string[] arguments)
    {
        var result = CommandLine.Run(["evaluate", .. arguments, "--bootstrap", "0", "--figures", "none", "-q"]);
        Assert.True(result.ExitCode == 0, result.Error);
        return arguments[^1];
    }

    private static void Refused(int code, string message, params string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.ExitCode);
    }

    private static string OneLine(CommandResult result) => string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private string Csv(string name, float sharpness, IEnumerable<int> order) => _folder.Write(name, Table(sharpness, order));

    private string Table(float sharpness, IEnumerable<int> order) => "logit_0,logit_1,logit_2,label,id,site,patient\n" + string.Concat(order.Select(row =>
        string.Concat(Enumerable.Range(0, 3).Select(k => (sharpness * _model.Logits[(3 * row) + k]).ToString("R", CultureInfo.InvariantCulture) + ","))
        + FormattableString.Invariant($"{_model.Labels[row]},r{row},{(char)('a' + (row % 3))},p{row / 4}\n")));
}
