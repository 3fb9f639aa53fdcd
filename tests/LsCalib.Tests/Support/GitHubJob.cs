using System.Diagnostics;
using System.Text;

namespace LsCalib.Tests.Support;

/// <summary>Runs the program by itself as a step on GitHub does: its environment is not that of other tests.</summary>
internal static class GitHubJob
{
    /// <param name="summary">File of the step's summary; empty: none.</param>
    /// <param name="arguments">The command line.</param>
    public static CommandResult Run(string summary, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ls-calib.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["GITHUB_ACTIONS"] = "true";
        start.Environment["GITHUB_STEP_SUMMARY"] = summary;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
