using System.Globalization;
using LsCalib.Cli;
using LsCalib.Cli.Terminal;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

public sealed class CancellationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("evaluate --predictions {0} -o {1}/runs/out")]
    [InlineData("plot {0} -o {1}/figures/out")]
    [InlineData("train --data {2} -o {1}/model.onnx --epochs 100000 --history {1}/history.csv")]
    public async Task An_interrupted_command_leaves_nothing_and_says_so(string line)
    {
        string predictions = _folder.Write("p.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat(".2,.8,1\n.5,.5,0\n", 20_000)));
        string data = _folder.Write("t.csv", "a,b,label\n" + string.Concat(Enumerable.Repeat("1,2,0\n2,1,1\n", 500)));
        var before = Directory.GetFileSystemEntries(_folder.Path).Order().ToArray();
        var arguments = string.Format(CultureInfo.InvariantCulture, line, predictions, _folder.Path, data).Split(' ');
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        using var cancel = new CancellationTokenSource();
        var run = App.RunAsync(arguments, output, error, _ => new TerminalProfile(80, false, true, false), cancel.Token);
        await cancel.CancelAsync();
        int code = await run;
        Assert.Equal(130, code);
        Assert.Contains("Cancelled", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Path).Order().ToArray());
    }
}
