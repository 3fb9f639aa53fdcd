using System.Text.RegularExpressions;
using LsCalib.Tests.Support;

namespace LsCalib.Tests;

/// <summary>Rules that the compiler does not know.</summary>
public sealed class PoliceTests
{
    [Theory]
    [InlineData("LsCalib.Core", @"\b(Console|File|Directory|Environment)\.|DateTime\.(Utc)?Now|new Random\(|\bStopwatch\b")]
    [InlineData("LsCalib.Data", @"\bConsole\.|DateTime\.(Utc)?Now")]
    [InlineData("LsCalib.Onnx", @"\bConsole\.|DateTime\.(Utc)?Now|NamedOnnxValue")]
    [InlineData("LsCalib.Training", @"\bConsole\.|\bFile\.|DateTime\.(Utc)?Now|new Random\(")]
    [InlineData("LsCalib.Reports", @"\bConsole\.|DateTime\.(Utc)?Now|MachineName|UserName")]
    public void Libraries_do_not_read_the_clock_the_console_or_chance(string project, string forbidden)
    {
        var files = Directory.GetFiles(Path.Combine(SourceTree.Root!, "src", project), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Assert.DoesNotMatch(new Regex(forbidden), File.ReadAllText(file));
        }
    }

    [Fact]
    public void Every_long_option_of_the_readme_exists()
    {
        string readme = File.ReadAllText(Path.Combine(SourceTree.Root!, "README.md"));
        string help = string.Concat(new[] { "evaluate", "calibrate", "train", "plot", "doctor", "gate" }.Select(command => CommandLine.Run(command, "--help").Output))
            + CommandLine.Run("baseline", "save", "--help").Output;
        foreach (string line in readme.Split('\n').Where(line => line.Contains("ls-calib ", StringComparison.Ordinal) && !line.Contains("dotnet", StringComparison.Ordinal)))
        {
            foreach (Match option in Regex.Matches(line.Split(" | ")[0], "--[a-z][a-z-]+"))
            {
                Assert.Contains(option.Value, help, StringComparison.Ordinal);
            }
        }
    }
}
