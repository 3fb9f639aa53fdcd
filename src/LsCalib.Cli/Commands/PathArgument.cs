using System.CommandLine;
using System.CommandLine.Parsing;

namespace LsCalib.Cli.Commands;

/// <summary>Positional arguments that are files. A mistyped option must not become one.</summary>
internal static class PathArgument
{
    public static Argument<string?> Optional(string name, string description)
    {
        var argument = new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne, HelpName = name };
        argument.Validators.Add(RefuseOptions);
        return argument;
    }

    public static Argument<string> Required(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description, Arity = ArgumentArity.ExactlyOne, HelpName = name };
        argument.Validators.Add(RefuseOptions);
        return argument;
    }

    /// <param name="name">Name in help.</param>
    /// <param name="description">What they are.</param>
    /// <param name="most">How many may be given.</param>
    public static Argument<string[]> Several(string name, string description, int most)
    {
        var argument = new Argument<string[]>(name) { Description = description, Arity = ArgumentArity.OneOrMore, HelpName = name };
        argument.Validators.Add(RefuseOptions);
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count > most)
            {
                result.AddError(FormattableString.Invariant($"{result.Tokens.Count} inputs are given; {most} at most fit into a figure."));
            }
        });
        return argument;
    }

    private static void RefuseOptions(ArgumentResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.StartsWith('-') && token.Value.Length > 1)
            {
                result.AddError($"Unrecognized option '{token.Value}'. A file of that name is written ./{token.Value}.");
            }
        }
    }
}
