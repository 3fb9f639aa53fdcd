using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Weighted rows from the column of a file to every output.</summary>
public sealed class WeightTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _csv;

    /// <summary>Confidences .6, .7, .8 and .9 of weights 1, 2, 4 and 1; that of .7 is wrong.</summary>
    public WeightTests() => _csv = _folder.Write("p.csv", "prob_0,prob_1,label,w\n0.6,0.4,0,10\n0.3,0.7,0,20\n0.1,0.9,1,10\n0.8,0.2,0,40\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_table_counts_rows_by_weight()
    {
        string output = Path.Combine(_folder.Path, "out");
        var run = CommandLine.Run("evaluate", "--predictions", _csv, "--weight-column", "w", "--bins", "5", "--metrics", "ece-5,accuracy,aurc", "--figures", "all", "-o", output, "--json");
        Assert.Equal(0, run.ExitCode);
        var json = run.Json;
        Assert.Equal("w", json.GetProperty("weights").GetProperty("by").GetString());
        Assert.Equal(64.0 / 22, json.GetProperty("weights").GetProperty("effectiveRowCount").GetDouble(), 12);
        Assert.Equal(0.1375, json.GetProperty("metrics").GetProperty("ece-5").GetProperty("value").GetDouble(), 12);
        Assert.Equal(0.75, json.GetProperty("metrics").GetProperty("accuracy").GetProperty("value").GetDouble(), 12);
        Assert.False(json.GetProperty("metrics").TryGetProperty("aurc", out _));
        Assert.Contains(json.GetProperty("warnings").EnumerateArray(), warning => warning.GetString() == "aurc is left out: it is not known for weighted rows");
        Assert.Equal([0, 0, 0.5, 3, 0.5], json.GetProperty("reliability").GetProperty("bins").EnumerateArray().Select(bin => Math.Round(bin.GetProperty("weight").GetDouble(), 12)));

        // Of class 0 the rows .6 and .8 are right, .7 of class 1 is not: 5 of 7.
        var classes = json.GetProperty("classes");
        Assert.Equal(5.0 / 7, classes[0].GetProperty("accuracy").GetDouble(), 12);
        Assert.Equal(((0.6 * 1) + (0.3 * 2) + (0.1 * 1) + (0.8 * 4)) / 8, classes[0].GetProperty("meanProbability").GetDouble(), 12);
        foreach (string figure in new[] { "corp", "smooth", "risk-coverage", "ece-bins" })
        {
            Assert.Contains($"note: {figure} is not drawn: it is not known for weighted rows.", run.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(output, figure + ".svg")));
        }

        Assert.Contains("weighted by w: as much as 3 equal rows", File.ReadAllText(Path.Combine(output, "reliability.svg")).Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "classwise.svg")));
    }

    [Fact]
    public void Weights_that_are_all_the_same_are_none()
    {
        string csv = _folder.Write("same.csv", "prob_0,prob_1,label,w\n" + string.Concat(Enumerable.Range(0, 70).Select(i => $"0.{10 + i},0.{90 - i},{i % 2},7\n")));
        var with = CommandLine.Run("evaluate", "--predictions", csv, "--weight-column", "w", "--metrics", "all", "--no-output", "--json").Json;
        var without = CommandLine.Run("evaluate", "--predictions", csv, "--metrics", "all", "--no-output", "--json").Json;
        Assert.Equal(without.GetProperty("metrics").ToString(), with.GetProperty("metrics").ToString());
    }

    [Fact]
    public void The_summary_and_the_arithmetic_say_so()
    {
        var run = CommandLine.Run("evaluate", "--predictions", _csv, "--weight-column", "w", "--no-output");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("rows count by w: they tell as much as 3 equal ones", run.Output, StringComparison.Ordinal);
        Assert.Contains("aurc, auroc-correctness are left out: they are not known for weighted rows", run.Output.Replace("\n  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);

        var explained = CommandLine.Run("explain", "ece-5", "--predictions", _csv, "--weight-column", "w", "--bootstrap", "0");
        Assert.Equal(0, explained.ExitCode);
        Assert.Contains("(0.600000, 0.800000]       3.0  0.7667  0.6667  −0.1000   0.075000   0.125000", explained.Output, StringComparison.Ordinal);
        Assert.Contains("value = the sum = 0.1375000000", explained.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("guo", explained.Output, StringComparison.Ordinal);
        var refused = CommandLine.Run("explain", "aurc", "--predictions", _csv, "--weight-column", "w");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("\"aurc\": it is not known for weighted rows.", refused.Error, StringComparison.Ordinal);
    }
}
