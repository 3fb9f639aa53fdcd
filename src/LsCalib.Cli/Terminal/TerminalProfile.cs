namespace LsCalib.Cli.Terminal;

/// <summary>What a stream of this run can show.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Colors">Escape codes for colour may be written to stdout.</param>
/// <param name="Unicode">Block characters and dashes can be shown.</param>
/// <param name="ErrorIsTerminal">stderr is a terminal, so progress can be shown.</param>
internal sealed record TerminalProfile(int Width, bool Colors, bool Unicode, bool ErrorIsTerminal);

/// <summary>Finds out what the streams can show.</summary>
internal static class Terminals
{
    private const int PlainWidth = 80;

    /// <param name="color">auto, always or never.</param>
    public static TerminalProfile Detect(string color)
    {
        bool isTerminal = !Console.IsOutputRedirected;
        string? term = Environment.GetEnvironmentVariable("TERM");
        bool colors = color switch
        {
            "always" => true,
            "never" => false,
            _ => isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && term != "dumb",
        };
        bool unicode = Console.OutputEncoding.WebName.StartsWith("utf", StringComparison.OrdinalIgnoreCase);
        return new(isTerminal ? WindowWidth() : PlainWidth, colors, unicode, !Console.IsErrorRedirected);
    }

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : PlainWidth;
        }
        catch (IOException)
        {
            return PlainWidth;
        }
    }
}
