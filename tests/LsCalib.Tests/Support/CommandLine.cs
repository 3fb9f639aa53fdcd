using System.Globalization;
using System.Text.Json;
using LsCalib.Cli;
using LsCalib.Cli.Terminal;

namespace LsCalib.Tests.Support;

/// <summary>What a command printed and how it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;
}

/// <summary>Runs the program in this process, on a terminal of 80 columns.</summary>
internal static class CommandLine
{
    public static CommandResult Run(params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        int code = App.RunAsync(arguments, output, error, color => new TerminalProfile(80, color == "always", true, false)).GetAwaiter().GetResult();
        return new(code, output.ToString(), error.ToString());
    }
}
