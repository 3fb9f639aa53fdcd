using LsCalib.Cli.Terminal;

namespace LsCalib.Cli;

/// <summary>What commands get from outside: streams, the terminal, the arguments as typed.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Everything else.</param>
/// <param name="Terminal">What the terminal can show, given --color.</param>
/// <param name="Arguments">The command line.</param>
internal sealed record CliContext(TextWriter Output, TextWriter Error, Func<string, TerminalProfile> Terminal, IReadOnlyList<string> Arguments);
