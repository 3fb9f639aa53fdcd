using System.CommandLine;

namespace LsCalib.Cli.Options;

/// <summary>Options that every command shares.</summary>
internal static class CommonOptions
{
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Results and errors only.", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Say more: timings, and the stack trace of an internal error.", Recursive = true };

    public static Option<string> Color { get; } = MakeColor();

    public static Option<long> Seed { get; } = NumberOption.Seed();

    public static Option<int?> Threads { get; } = MakeThreads();

    public static void AddTo(RootCommand root)
    {
        root.Add(Quiet);
        root.Add(Verbose);
        root.Add(Color);
        root.Add(Seed);
        root.Add(Threads);
    }

    /// <summary>Threads to use: as told, else one for each processor.</summary>
    public static int ThreadCount(ParseResult parse) => parse.GetValue(Threads) ?? Environment.ProcessorCount;

    private static Option<string> MakeColor()
    {
        var option = ChoiceOption.Create("--color", "WHEN", "Colour on the terminal: auto, always or never.", "auto", "always", "never");
        option.Recursive = true;
        return option;
    }

    private static Option<int?> MakeThreads()
    {
        var option = NumberOption.OptionalInteger("--threads", "Threads to use [one for each processor]; results do not depend on it.", 1, 1024);
        option.Recursive = true;
        return option;
    }
}
