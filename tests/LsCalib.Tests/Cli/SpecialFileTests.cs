using System.Diagnostics;
using LsCalib.Reports.Documents;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Outputs that are no files: a pipe waits for ever, and a device must not be replaced by a file.</summary>
public sealed class SpecialFileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly GateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_pipe_is_refused_and_left_alone()
    {
        if (Pipe() is not { } pipe)
        {
            return;
        }

        foreach (string[] arguments in new string[][]
        {
            ["gate", "--predictions", _files.Same, "--max", "nll=9", "--ci", "none", "--junit", pipe],
            ["gate", "--predictions", _files.Same, "--max", "nll=9", "--ci", "none", "--markdown", pipe, "--force"],
            ["baseline", "save", "--predictions", _files.Same, "-o", pipe],
            ["calibrate", "--predictions", _files.Same, "-o", pipe, "--save-calibrator", _files.File("c.json")],
        })
        {
            var run = await Task.Run(() => CommandLine.Run(arguments)).WaitAsync(Patience);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains($"{pipe}: ", run.Error, StringComparison.Ordinal);
        }

        Assert.True(FileKinds.IsOther(pipe));
        Assert.Empty(Directory.GetFiles(_files.Folder.Path, "*.partial-*"));
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/stdout")]
    [InlineData("/proc/nope")]
    public void Devices_and_streams_are_refused(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var run = GateFolder.Gate("--predictions", _files.Same, "--max", "nll=9", "--openmetrics", path, "--force");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{path}: is a pipe or a device, or stands among those", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".partial-", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dash_is_no_file()
    {
        var run = GateFolder.Gate("--predictions", _files.Same, "--max", "nll=9", "--junit", "-");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("-: is no file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_and_links_to_them_are_files()
    {
        string empty = _files.Write("empty.xml", "");
        Assert.False(FileKinds.IsOther(empty));
        Assert.False(FileKinds.IsOther(_files.Same));
        Assert.False(FileKinds.IsOther(_files.File("none.xml")));
        if (!OperatingSystem.IsWindows())
        {
            string link = _files.File("link.xml");
            File.CreateSymbolicLink(link, empty);
            Assert.False(FileKinds.IsOther(link));
            string toDevice = _files.File("device.xml");
            File.CreateSymbolicLink(toDevice, "/dev/null");
            Assert.True(FileKinds.IsOther(toDevice));
        }

        Assert.Equal(0, GateFolder.Gate("--predictions", _files.Same, "--max", "nll=9", "--junit", empty).ExitCode);
    }

    private string? Pipe()
    {
        string pipe = _files.File("pipe");
        try
        {
            using var process = Process.Start("mkfifo", [pipe]);
            process.WaitForExit();
            return process.ExitCode == 0 ? pipe : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
