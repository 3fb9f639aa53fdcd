using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Names of classes, slices and columns that hold control characters: they neither reach the terminal nor break its tables.</summary>
public sealed class ForeignNameTests : IDisposable
{
    private const string Nasty = "x\u001b[31m\u0007\u202Ey";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void They_are_shown_with_spaces()
    {
        string names = _folder.Write("names.txt", $"{Nasty}\ncat\ndog\n");
        string old = Predictions("old.csv", 1);
        string now = Predictions("now.csv", 2);
        foreach (string[] arguments in new string[][]
        {
            ["explain-change", old, now, "--class-names", names, "--slice-column", "si\u001bte", "--bootstrap", "100"],
            ["evaluate", "--predictions", old, "--class-names", names, "--slice-column", "si\u001bte", "--no-output", "--bootstrap", "100"],
            ["evaluate", "--predictions", old, "--group-column", "si\u001bte", "--no-output", "--bootstrap", "100"],
            ["compare", old, now, "--group-column", "si\u001bte", "--no-output", "--bootstrap", "100"],
        })
        {
            var run = CommandLine.Run(arguments);
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.DoesNotContain(run.Output, c => (char.IsControl(c) && c != '\n') || c == '\u202E');
            Assert.DoesNotContain("\nb", run.Output, StringComparison.Ordinal);
            Assert.Contains("si te", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Messages_are_one_line()
    {
        var run = CommandLine.Run("evaluate", "--predictions", _folder.Write("p.csv", "logit_0,logit_1,label\n1,2,\"c\u001b[2J\na\"\n"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("c [2J a", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Error.TrimEnd('\n'), char.IsControl);
    }

    private string Predictions(string name, double sharpness)
    {
        var (logits, labels) = Samples.Calibrated(300, 3, 1, 2, 5);
        return _folder.Write(name, "logit_0,logit_1,logit_2,label,si\u001bte\n" + string.Concat(labels.Select((label, i) => FormattableString.Invariant(
            $"{sharpness * logits[3 * i]:R},{sharpness * logits[(3 * i) + 1]:R},{sharpness * logits[(3 * i) + 2]:R},{label},\"{(i % 30 == 0 ? "a\u001b[1m\nb\u202E" : $"s{i % 30}")}\"\n"))));
    }
}
