using System.Text.Json;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Cli;

/// <summary>explain and --compat from file to text.</summary>
public sealed class ExplainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _csv;

    /// <summary>Confidences .6 right, .8 wrong, .8 right, 1 right.</summary>
    public ExplainTests() => _csv = _folder.Write("p.csv", "prob_0,prob_1,label\n0.6,0.4,0\n0.2,0.8,0\n0.8,0.2,0\n1,0,0\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arithmetic_fits_a_terminal_and_ends_in_the_value()
    {
        var run = CommandLine.Run("explain", "ece-5", "--predictions", _csv, "--bootstrap", "0");
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));

        // (0.4, 0.6]: .4/4 = .1; (0.6, 0.8]: |1/2 − .8| 2/4 = .15; (0.8, 1]: 0; in all .25.
        Assert.Contains("(0.400000, 0.600000]         1  0.6000  1.0000   0.4000   0.100000   0.100000", run.Output, StringComparison.Ordinal);
        Assert.Contains("(0.600000, 0.800000]         2  0.8000  0.5000  −0.3000   0.150000   0.250000", run.Output, StringComparison.Ordinal);
        Assert.Contains("value = the sum = 0.2500000000", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 empty bins left out", run.Output, StringComparison.Ordinal);
        Assert.Contains("n = 4, K = 2", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 row has confidence 1 in single precision: bin 16", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("interval", run.Output.Split("value = ")[1].Split("Noise")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_number_beside_a_librarys_has_its_own_interval()
    {
        string csv = _folder.Write("many.csv", "confidence,correct\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"0.{100 + (3 * i)},{(i * 7 % 10 < 4 ? 1 : 0)}\n")));
        var related = CommandLine.Run("explain", "guo-ece-15", "--predictions", csv, "--json").Json.GetProperty("related").EnumerateArray().Single(metric => metric.GetProperty("key").GetString() == "ece-15");
        var own = CommandLine.Run("explain", "ece-15", "--predictions", csv, "--json").Json.GetProperty("metric");
        Assert.Equal(own.GetProperty("lower").GetDouble(), related.GetProperty("lower").GetDouble(), 4);
        Assert.Equal(own.GetProperty("upper").GetDouble(), related.GetProperty("upper").GetDouble(), 4);
    }

    [Fact]
    public void Metrics_without_bins_have_value_interval_and_note()
    {
        var run = CommandLine.Run("explain", "smooth-ece", "--predictions", _csv, "--bootstrap", "0");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Błasiok and Nakkiran 2023", run.Output.Replace("\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("relplot-smece", run.Output, StringComparison.Ordinal);
        Assert.Contains("Noise floor", run.Output, StringComparison.Ordinal);
        Assert.Contains("95% interval", CommandLine.Run("explain", "accuracy", "--predictions", _csv).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_no_bin_takes_part_in_is_said_to_be_undefined()
    {
        string csv = _folder.Write("two.csv", "prob_0,prob_1,label\n0.6,0.4,0\n0.3,0.7,0\n");
        string output = CommandLine.Run("explain", "l2-debiased-15", "--predictions", csv).Output;
        Assert.Contains("no bin takes part: value = –", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Noise floor", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_says_the_same()
    {
        var json = CommandLine.Run("explain", "ece-5", "--predictions", _csv, "--json").Json;
        Assert.Equal(0.25, json.GetProperty("metric").GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(4, json.GetProperty("rowCount").GetInt32());
        var bins = json.GetProperty("bins").GetProperty("table");
        Assert.Equal(5, bins.GetArrayLength());
        Assert.Equal(JsonValueKind.Null, bins[0].GetProperty("term").ValueKind);
        Assert.Equal(0.25, bins[4].GetProperty("running").GetDouble(), 1e-12);
        var guo = json.GetProperty("related").EnumerateArray().First(one => one.GetProperty("key").GetString() == "guo-ece-15");
        Assert.Equal("guo", guo.GetProperty("library").GetString());
        Assert.Equal(guo.GetProperty("value").GetDouble() - 0.25, guo.GetProperty("difference").GetDouble(), 1e-12);
        Assert.NotEqual(0, guo.GetProperty("reasons").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, CommandLine.Run("explain", "nll", "--predictions", _csv, "--json").Json.GetProperty("bins").ValueKind);
    }

    [Fact]
    public void A_model_can_be_explained_too()
    {
        string model = Chain(2, Node("Identity", "x", "z")).Save(_folder, "m.onnx");
        string data = _folder.Write("d.csv", "a,b,label\n2,1,0\n0,1,0\n3,0,0\n");
        var run = CommandLine.Run("explain", "torchmetrics-mce-15", model, "--data", data, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("mce-15", run.Json.GetProperty("related")[0].GetProperty("key").GetString());
    }

    [Theory]
    [InlineData(2, "Did you mean \"ece-15\"?", "explain", "ece15", "--predictions", "p.csv")]
    [InlineData(2, "\"top5-accuracy\": it needs more than five classes; here are 2.", "explain", "top5-accuracy", "--predictions", "p.csv")]
    [InlineData(2, "explain takes a model and --data, or --predictions.", "explain", "ece-15")]
    [InlineData(2, "Required argument 'key' missing", "explain", "--predictions", "p.csv")]
    [InlineData(3, "no such file", "explain", "ece-15", "--predictions", "none.csv")]
    [InlineData(2, "--compat: \"keras\" is not one of guo, torchmetrics, netcal, relplot, verified, mapie, helm, all.", "evaluate", "--predictions", "p.csv", "--no-output", "--compat", "keras")]
    public void Mistakes_get_one_message(int code, string message, params string[] arguments)
    {
        var run = CommandLine.Run([.. arguments.Select(argument => argument.EndsWith(".csv", StringComparison.Ordinal) ? _folder.File(argument) : argument)]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void Compat_adds_the_numbers_of_libraries_to_the_metrics_wanted()
    {
        Assert.Equal(["nll", "guo-ece-15", "helm-ece-10"], Keys("--metrics", "nll", "--compat", "guo", "--compat", "helm"));
        Assert.Equal(["nll", "guo-ece-15", "helm-ece-10"], Keys("--metrics", "nll", "--compat", "guo,helm"));
        Assert.Equal(["nll", "guo-ece-15", "mapie-ece-50"], Keys("--metrics", "nll,guo-ece-15", "--compat", "guo,mapie"));
        string[] all = Keys("--compat", "all");
        Assert.Contains("ece-15", all);
        Assert.Contains("verified-l2-debiased-15-marginal", all);
        Assert.DoesNotContain(Keys("--metrics", "all"), key => key.StartsWith("guo", StringComparison.Ordinal));
    }

    [Fact]
    public void Listings_keep_ours_and_theirs_apart()
    {
        string ours = CommandLine.Run("metrics").Output;
        string theirs = CommandLine.Run("metrics", "--compat").Output;
        Assert.DoesNotContain("guo-ece-15", ours, StringComparison.Ordinal);
        Assert.Contains("--compat lists", ours, StringComparison.Ordinal);
        Assert.StartsWith("guo-ece-15\n", theirs, StringComparison.Ordinal);
        Assert.DoesNotContain("\nece-15\n", theirs, StringComparison.Ordinal);
        Assert.Contains("helm-ece-10", theirs, StringComparison.Ordinal);
    }

    private string[] Keys(params string[] arguments)
    {
        var run = CommandLine.Run(["evaluate", "--predictions", _csv, "--no-output", "--json", "--bootstrap", "0", .. arguments]);
        Assert.Equal(0, run.ExitCode);
        return [.. run.Json.GetProperty("metrics").EnumerateObject().Select(metric => metric.Name)];
    }
}
