using LsCalib.Reports.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>What GitHub's runner reads of a gate, and the summary of its step.</summary>
public sealed class GateOnGitHubTests : IDisposable
{
    private readonly GateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Names_of_others_are_no_commands()
    {
        string path = _files.File("::warning::pwn ##[error].csv");
        File.Copy(_files.Sharp, path);
        var run = GitHubJob.Run("", "gate", "--predictions", path, "--max", "nll=0.1");
        Assert.True(run.ExitCode == 1, run.Error);
        Assert.Contains("\n  : :warning::pwn ## [error]", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("##[", run.Output, StringComparison.Ordinal);
        string[] commands = [.. run.Output.Split('\n').Where(line => line.TrimStart().StartsWith("::", StringComparison.Ordinal))];
        Assert.Equal("::error title=ls-calib gate%3A fail%3A nll max 0.1", Assert.Single(commands)[.."::error title=ls-calib gate%3A fail%3A nll max 0.1".Length]);

        var json = GitHubJob.Run("", "gate", "--predictions", path, "--max", "nll=0.1", "--json");
        Assert.DoesNotContain("##[", json.Output, StringComparison.Ordinal);
        Assert.Equal(path, json.Json.GetProperty("data")[0].GetProperty("path").GetString());
    }

    [Fact]
    public void Text_without_commands_keeps_all_else()
    {
        Assert.Equal("a\n \t: :error::x\n: ::y\nb :: c\n## [x] ## [", GitHubLog.WithoutCommands("a\n \t::error::x\n:::y\nb :: c\n##[x] ##["));
        Assert.Equal("", GitHubLog.WithoutCommands(""));
    }

    [Fact]
    public void A_summary_that_cannot_be_written_is_told_and_the_verdict_stands()
    {
        string[] gate = ["gate", "--predictions", _files.Sharp, "--max", "nll=0.1"];
        foreach (string path in OperatingSystem.IsWindows() ? [_files.Folder.Path] : new[] { _files.Folder.Path, "/proc/nope", _files.File("none/summary.md") })
        {
            var run = GitHubJob.Run(path, gate);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("gate: FAIL (seed 0)\n::error ", run.Output, StringComparison.Ordinal);
            Assert.StartsWith($"warning: GITHUB_STEP_SUMMARY ({path}) ", run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public void What_a_summary_holds_already_counts()
    {
        string[] gate = ["gate", "--predictions", _files.Sharp, "--max", "nll=0.1"];
        string full = _files.Write("full.md", new string('x', GateMarkdown.DroppedBytes - 300));
        var run = GitHubJob.Run(full, gate);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"warning: GITHUB_STEP_SUMMARY ({full}) holds 1,048,276 bytes already", run.Error, StringComparison.Ordinal);
        Assert.Equal(GateMarkdown.DroppedBytes - 300, new FileInfo(full).Length);

        // What is left for other commands is left to them as long as a summary has room without it.
        string nearly = _files.Write("nearly.md", new string('x', GateMarkdown.MostBytes));
        Assert.Empty(GitHubJob.Run(nearly, gate).Error);
        Assert.InRange(new FileInfo(nearly).Length, GateMarkdown.MostBytes + 100, GateMarkdown.DroppedBytes - 1);

        var report = GateReports.Many(10_000);
        Assert.True(GateMarkdown.Write(report).Length <= GateMarkdown.MostBytes);
        Assert.InRange(GateMarkdown.Within(report, 20_000)!.Length, 15_000, 20_000);
        Assert.Null(GateMarkdown.Within(report, 100));
    }

    [Fact]
    public void An_inconclusive_gate_that_counts_as_fail_is_an_error_and_says_so_in_few_words_too()
    {
        string[] gate = ["gate", "--predictions", _files.Near, "--baseline", _files.Baseline, "--max-increase", "ece-15=0.001", "--bootstrap", "300"];
        var failed = GitHubJob.Run("", [.. gate, "--on-inconclusive", "fail", "-q"]);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("\n::error title=ls-calib gate%3A inconclusive", failed.Output, StringComparison.Ordinal);
        Assert.Contains("the gate is inconclusive, which counts as fail here", failed.Output.Replace("\n  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("--on-inconclusive says", failed.Output.Replace("\n  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);

        var open = GitHubJob.Run("", gate);
        Assert.Equal(4, open.ExitCode);
        Assert.Contains("\n::warning title=ls-calib gate%3A inconclusive", open.Output, StringComparison.Ordinal);
        Assert.Contains("--on-inconclusive says", open.Output.Replace("\n  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
