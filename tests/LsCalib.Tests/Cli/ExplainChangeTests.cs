using System.Text.Json;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

public sealed class ExplainChangeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JsonSchema _schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "explain-change.schema.json"))).RootElement);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_are_compared_by_their_rows()
    {
        string old = Run("old", Logits(600, 1, 0));
        string now = Run("new", Logits(600, 2, 0));
        var run = CommandLine.Run("explain-change", old, now, "--slice-column", "labels", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(_schema.Validate(run.Json));
        Assert.Equal("repairs", run.Json.GetProperty("repair").GetProperty("verdict").GetString());
        Assert.Equal(0, run.Json.GetProperty("changes").GetProperty("accuracy").GetProperty("change").GetDouble());
        Assert.Contains(run.Json.GetProperty("moved").EnumerateArray(), part => part.GetProperty("kind").GetString() == "labels");

        var text = CommandLine.Run("explain-change", old, now);
        Assert.Contains("MORE CONFIDENT", text.Output, StringComparison.Ordinal);
        Assert.Contains("A temperature alone repairs it, by nine tenths", text.Output, StringComparison.Ordinal);
        Assert.All(text.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Equal(text.Output, CommandLine.Run("explain-change", old, now, "--threads", "1").Output);
    }

    [Fact]
    public void Ids_match_rows_in_another_order()
    {
        string[] lines = Logits(200, 1, 0).TrimEnd('\n').Split('\n');
        string Table(IEnumerable<int> order) => $"id,{lines[0]}\n" + string.Concat(order.Select(i => $"r{i},{lines[i + 1]}\n"));
        string old = _folder.Write("old.csv", Table(Enumerable.Range(0, 200)));
        string now = _folder.Write("now.csv", Table(Enumerable.Range(0, 200).Reverse()));
        var same = CommandLine.Run("explain-change", old, now, "--id-column", "id", "--json");
        Assert.True(same.ExitCode == 0, same.Error);
        Assert.Equal(0, same.Json.GetProperty("changes").GetProperty("nll").GetProperty("change").GetDouble());
        Assert.Equal(0, same.Json.GetProperty("warnings").GetArrayLength());
    }

    [Fact]
    public void Other_rows_are_refused()
    {
        string old = _folder.Write("old.csv", Logits(100, 1, 0));
        Refused("label", old, _folder.Write("other.csv", Logits(100, 1, 9)));
        Refused("90 rows", old, _folder.Write("short.csv", Logits(90, 1, 0)));
        Refused("confidence and correct only", old, _folder.Write("top.csv", "confidence,correct\n.8,1\n"));
        Refused("no such file", old, _folder.File("missing.csv"));

        void Refused(string message, string one, string other)
        {
            var run = CommandLine.Run("explain-change", one, other);
            Assert.Equal(3, run.ExitCode);
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
        }
    }

    private string Run(string name, string csv)
    {
        string folder = _folder.File(name);
        Assert.Equal(0, CommandLine.Run("evaluate", "--predictions", _folder.Write($"{name}.csv", csv), "-o", folder, "--bootstrap", "0", "-q").ExitCode);
        return folder;
    }

    private static string Logits(int rows, double sharpness, long seed)
    {
        var (logits, labels) = Samples.Calibrated(rows, 3, 1, 2, seed);
        return "logit_0,logit_1,logit_2,label\n" + string.Concat(labels.Select((label, i) => FormattableString.Invariant(
            $"{sharpness * logits[3 * i]:R},{sharpness * logits[(3 * i) + 1]:R},{sharpness * logits[(3 * i) + 2]:R},{label}\n")));
    }
}
