using System.CommandLine;
using System.CommandLine.Parsing;

namespace LsCalib.Cli.Options;

/// <summary>Options that may be repeated, one of which came without its value: a variable that is not set must not lose a rule.</summary>
internal static class DanglingOptions
{
    /// <summary>A sentence for each. The parser speaks up by itself where there is no value at all.</summary>
    public static IReadOnlyList<string> Problems(ParseResult parse) =>
    [
        .. parse.CommandResult.Children.OfType<OptionResult>()
            .Where(result => result.Option.Arity.MaximumNumberOfValues > 1 && result.Tokens.Count > 0 && result.IdentifierTokenCount > result.Tokens.Count)
            .Select(result => $"{result.Option.Name}: needs a value, and stands without one. Give it one, or leave it out."),
    ];
}
