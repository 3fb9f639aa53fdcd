namespace LsCalib.Cli;

/// <summary>A command line that parses but says something impossible.</summary>
internal sealed class UsageException(string message) : Exception(message);
