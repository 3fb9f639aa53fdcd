using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LsCalib.Core.Catalog;

namespace LsCalib.Cli;

/// <summary>Options that a command does not have. What the parser says else is mostly of their values, and only hides them.</summary>
internal static class MistypedOptions
{
    /// <summary>One sentence or more for each, in the order in which they were typed.</summary>
    public static IReadOnlyList<string> Problems(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parse.UnmatchedTokens.Any(word => !word.StartsWith('-')))
        {
            // The command itself is mistyped.
            return [];
        }

        var positional = parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens).Select(token => token.Value);

        // After -- nothing is an option, and a number is a value that has lost its option.
        var literal = parse.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value).ToHashSet(StringComparer.Ordinal);
        string[] names = [.. Known(command).SelectMany(option => option.Aliases.Prepend(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal))];
        return
        [
            .. positional.Concat(parse.UnmatchedTokens).Where(word => word.Length > 1 && word[0] == '-' && !IsNumber(word) && !literal.Contains(word)).Distinct().Select(word =>
            {
                string name = word.Split('=', ':')[0];
                string? near = Spelling.Near(name.TrimStart('-'), names.Select(known => known[2..]));
                string meant = near is not null ? $" Did you mean --{near}?" : $" A file of that name is written ./{word}.";
                return $"Unrecognized option '{name}'.{meant}";
            }),
        ];
    }

    private static bool IsNumber(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>The options of a command, and those that commands above it share.</summary>
    private static IEnumerable<Option> Known(Command command)
    {
        var options = command.Options.Where(option => !option.Hidden);
        for (var above = command.Parents.OfType<Command>().FirstOrDefault(); above is not null; above = above.Parents.OfType<Command>().FirstOrDefault())
        {
            options = options.Concat(above.Options.Where(option => option.Recursive));
        }

        return options;
    }
}
