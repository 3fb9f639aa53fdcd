using System.Globalization;
using System.Text;
using System.Text.Json;
using LsCalib.Data.Numpy;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;
using static LsCalib.Tests.Support.PositionSamples;

namespace LsCalib.Tests.Cli;

/// <summary>Rows that belong together, and rows that are left out.</summary>
public sealed class RowGroupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Groups_of_a_csv_column_are_no_feature_and_widen_intervals()
    {
        string model = Chain(Classes, Node("Identity", "x", "z")).Save(_folder, "g.onnx");
        var text = new StringBuilder("a,patient,b,c,label\n");
        for (int i = 0; i < 400; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Rows[3 * (i / 8)]:R},p{i / 8},{Rows[(3 * (i / 8)) + 1]:R},{Rows[(3 * (i / 8)) + 2]:R},{Labels[i / 8]}\n");
        }

        string csv = _folder.Write("g.csv", text.ToString());
        var grouped = PredictionRuns.Evaluate(model, "--data", csv, "--group-column", "patient");
        var rows = PredictionRuns.Evaluate(model, "--data", csv, "--drop-columns", "patient");
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
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{Rows[3 * i]:R},{Rows[(3 * i) + 1]:R},{Rows[(3 * i) + 2]:R},{(i == bad ? 8 : i % 3 == 0 ? -1 : Labels[i])},g{i / 4}\n"))));
        foreach (string header in new[] { "a,b,c,label,g\n", "logit_0,logit_1,logit_2,label,g\n" })
        {
            string[] start = header[0] == 'a' ? [model, "--data"] : ["--predictions"];
            var all = PredictionRuns.Evaluate([.. start, Csv(header, false, -1), "--group-column", "g", "--ignore-index", "-1"]);
            var dropped = PredictionRuns.Evaluate([.. start, Csv(header, true, -1), "--group-column", "g"]);
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

        Assert.Equal(20, PredictionRuns.Evaluate("--predictions", _folder.File("long.npz"), "--group-column", "hash").GetProperty("groups").GetProperty("count").GetInt32());
    }

    [Fact]
    public void Few_groups_are_warned_of()
    {
        var run = PredictionRuns.Evaluate("--predictions", _folder.Npz("w.npz", ("confidence", Enumerable.Range(0, 60).Select(i => i / 60.0).ToArray(), null), ("correct", Enumerable.Range(0, 60).Select(i => i % 2).ToArray(), null), ("groups", Enumerable.Range(0, 60).Select(i => i % 6).ToArray(), null)));
        Assert.Contains("only 6 groups (groups)", run.GetProperty("warnings").ToString(), StringComparison.Ordinal);
    }
}
