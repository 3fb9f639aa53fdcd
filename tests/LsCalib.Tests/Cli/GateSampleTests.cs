using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LsCalib.Data.Baselines;
using LsCalib.Data.Numpy;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>The commands of samples/ci, as they stand there, in a copy of the samples.</summary>
public sealed class GateSampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GateSampleTests()
    {
        foreach (string file in new[] { "digits/hard.onnx", "digits/smooth.onnx", "digits/test.csv", "ci/main.baseline", "ci/ls-calib.gate.json" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File($"samples/{file}"))!);
            File.Copy(Sample(file), _folder.File($"samples/{file}"));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_workflow_is_green_for_the_unchanged_model()
    {
        string summary = _folder.Write("summary.md", "");
        var (code, output) = Run(Command("github-workflow.yml"), summary);
        Assert.True(code == 0, output);
        Assert.EndsWith("gate: PASS (seed 0)\n", output, StringComparison.Ordinal);
        Assert.StartsWith("## ls-calib gate: ", File.ReadAllText(summary), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(summary), File.ReadAllText(_folder.File("gate.md")));
        Assert.Empty(JUnitSchema.Errors(XDocument.Load(_folder.File("gate.xml"))));
    }

    [Fact]
    public void So_is_the_job_and_another_model_is_red_in_both()
    {
        Assert.Equal(0, Run(Command("gitlab-ci.yml")).ExitCode);
        Assert.EndsWith("# EOF\n", File.ReadAllText(_folder.File("gate.txt")), StringComparison.Ordinal);
        File.Copy(Sample("digits/smooth.onnx"), _folder.File("samples/digits/hard.onnx"), overwrite: true);
        Assert.Equal(1, Run(Command("gitlab-ci.yml")).ExitCode);
        var (code, output) = Run(Command("github-workflow.yml"), _folder.File("summary.md"));
        Assert.Equal(1, code);
        Assert.Equal(2, output.Split("\n::error title=").Length - 1);
        Assert.Equal(2, XDocument.Load(_folder.File("gate.xml")).Descendants("failure").Count());
    }

    [Fact]
    public void Every_command_of_the_readme_ends_as_it_says()
    {
        string[] commands = [.. File.ReadAllLines(Sample("ci/README.md")).Where(line => line.StartsWith("ls-calib ", StringComparison.Ordinal))];
        Assert.Equal(3, commands.Length);
        var kept = BaselineReader.Read(_folder.File("samples/ci/main.baseline"));
        foreach (string command in commands)
        {
            string[] parts = command.Split("# exit code ");
            var (code, output) = Run([.. parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]]);
            Assert.True(code == (parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 0), $"{command}: {code}: {output}");
        }

        // The baseline that is committed is the one that the first of them makes; only the last digits may be another machine's.
        var made = BaselineReader.Read(_folder.File("samples/ci/main.baseline"));
        Assert.Equal(kept.Identities.Inputs!, made.Identities.Inputs!);
        Assert.Equal(kept.Origin.Source, made.Origin.Source);
        Assert.All(kept.Rows.Brier.Zip(made.Rows.Brier), each => Assert.Equal(each.First, each.Second, 1e-5));
    }

    [Theory]
    [InlineData("hard.onnx", "pass pass pass pass pass")]
    [InlineData("smooth.onnx", "pass fail pass pass fail")]
    public void Each_rule_says_of_a_model_what_the_readme_says(string model, string decisions) =>
        Assert.Equal(decisions, Decisions(_folder.File($"samples/digits/{model}"), "--data", _folder.File("samples/digits/test.csv")));

    [Theory]
    [InlineData(1, "pass pass pass pass pass", "")]
    [InlineData(1.1f, "pass pass pass pass inconclusive", "")]
    [InlineData(2, "pass fail pass fail fail", "recalibration would be enough")]
    public void And_of_logits_multiplied(float by, string decisions, string repair)
    {
        string run = _folder.File("run");
        Assert.Equal(0, CommandLine.Run("evaluate", Sample("digits/hard.onnx"), "--data", Sample("digits/test.csv"), "-o", run, "--bootstrap", "0", "--figures", "none", "-q").ExitCode);
        using var saved = new NpzFile(Path.Combine(run, "predictions.npz"));
        string sharp = _folder.Npz("sharp.npz", ("logits", Array.ConvertAll(saved["logits"].ToDoubles(), z => by * (float)z), [900, 10]), ("labels", saved.Labels("labels"), null));
        Assert.Equal(decisions, Decisions("--predictions", sharp));
        Assert.Contains(repair, Gate("--predictions", sharp).GetProperty("repair").GetString(), StringComparison.Ordinal);
    }

    private string Decisions(params string[] source) =>
        string.Join(' ', Gate(source).GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("decision").GetString()));

    private JsonElement Gate(params string[] source)
    {
        var run = CommandLine.Run(["gate", .. source, "--baseline", _folder.File("samples/ci/main.baseline"), "--rules", _folder.File("samples/ci/ls-calib.gate.json"), "--json", "--ci", "none"]);
        Assert.True(run.ExitCode is 0 or 1 or 4, run.Error);
        return run.Json;
    }

    private static string Sample(string file) => Path.Combine(SourceTree.Root!, "samples", file);

    /// <summary>The gate's command of a pipeline, whose options may stand on lines of their own.</summary>
    private static string[] Command(string file)
    {
        string[] lines = [.. File.ReadAllLines(Sample($"ci/{file}")).Select(line => line.Trim().TrimEnd('\\'))];
        int first = Array.FindIndex(lines, line => line.StartsWith("ls-calib gate ", StringComparison.Ordinal));
        string command = string.Join(' ', lines.Skip(first + 1).TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal)).Prepend(lines[first]));
        return [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]];
    }

    private (int ExitCode, string Output) Run(string[] arguments, string? summary = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ls-calib.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = _folder.Path,
        };
        start.Environment["GITHUB_ACTIONS"] = summary is null ? "" : "true";
        start.Environment["GITHUB_STEP_SUMMARY"] = summary ?? "";
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
