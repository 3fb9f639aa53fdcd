using System.Text.Json;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Runs know the data file that their model was run on, and are gated and compared on no other.</summary>
public sealed class RunDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_of_the_same_data_file_needs_no_warning()
    {
        string run = Run("new", Sample("digits", "hard.onnx"), Sample("digits", "test.csv"));
        var gate = Gate(run);
        Assert.True(gate.ExitCode == 0, gate.Error + gate.Output);
        Assert.Contains("matched by the data file (SHA-256)", OneLine(gate.Output), StringComparison.Ordinal);
        Assert.DoesNotContain("only the labels could be checked", gate.Output, StringComparison.Ordinal);
        Assert.StartsWith("\n  new   n = ", gate.Output, StringComparison.Ordinal);
        Assert.Contains("--data goes with a model; a run holds its own labels", CommandLine.Run("gate", run, "--data", Sample("digits", "test.csv"), "--max", "nll=9").Error, StringComparison.Ordinal);

        // Its baseline knows the data too.
        string saved = _folder.File("run.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", run, "-o", saved).ExitCode);
        Assert.Contains("the data file (SHA-256)", OneLine(CommandLine.Run("gate", run, "--baseline", saved, "--max-increase", "nll=0").Output), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_other_data_is_refused_though_the_labels_agree()
    {
        string[] lines = File.ReadAllLines(Sample("digits", "test.csv"));
        string[] cells = lines[5].Split(',');
        int label = Array.IndexOf(lines[0].Split(','), "label");
        int feature = Enumerable.Range(0, cells.Length).First(i => i != label && cells[i] != "0");
        cells[feature] = "0";
        lines[5] = string.Join(',', cells);
        string other = Run("other", Sample("digits", "hard.onnx"), _folder.Write("other.csv", string.Join('\n', lines) + "\n"));
        var gate = Gate(other);
        Assert.Equal(3, gate.ExitCode);
        Assert.Contains("was made on other.csv, another data file than", gate.Error, StringComparison.Ordinal);
        Assert.Empty(gate.Output);
        string run = Run("old", Sample("digits", "hard.onnx"), Sample("digits", "test.csv"));
        var change = CommandLine.Run("explain-change", run, other);
        Assert.Equal(3, change.ExitCode);
        Assert.Contains("another data file", change.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_classes_that_only_the_baseline_knows_are_taken()
    {
        using var files = new GateFolder();
        string names = files.Write("names.txt", "ant\nbee\ncat\ndog\n");
        string saved = files.File("named.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", "--predictions", files.Same, "--class-names", names, "-o", saved).ExitCode);
        var gate = GateFolder.Gate("--predictions", files.Sharp, "--baseline", saved, "--max", "nll[class=bee]=9", "--json");
        Assert.True(gate.ExitCode == 0, gate.Error);
        using var json = JsonDocument.Parse(gate.Output);
        Assert.Equal("bee", json.RootElement.GetProperty("rules")[0].GetProperty("rows").GetProperty("class").GetString());
    }

    private static string OneLine(string text) => string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    private static CommandResult Gate(string run) =>
        CommandLine.Run("gate", run, "--baseline", Sample("ci", "main.baseline"), "--max-increase", "nll=0.01");

    private string Run(string name, string model, string data)
    {
        string folder = _folder.File(name);
        var run = CommandLine.Run("evaluate", model, "--data", data, "-o", folder, "--bootstrap", "0", "--figures", "none");
        Assert.True(run.ExitCode == 0, run.Error);
        return folder;
    }

    private static string Sample(string folder, string file) => Path.Combine(SourceTree.Root!, "samples", folder, file);
}
