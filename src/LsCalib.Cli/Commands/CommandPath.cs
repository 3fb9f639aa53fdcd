using System.CommandLine;

namespace LsCalib.Cli.Commands;

/// <summary>Where a command stands in the tree of commands.</summary>
internal static class CommandPath
{
    /// <summary>The words that name it, without that of the program: baseline, save.</summary>
    public static IReadOnlyList<string> Of(Command command)
    {
        var words = new List<string>();
        for (var at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            words.Insert(0, at.Name);
        }

        return words;
    }
}
