using System.CommandLine;

namespace LsCalib.Cli.Commands;

/// <summary>Positional arguments that are files. A mistyped option must not become one.</summary>
internal static class PathArgument
{
    public static Argument<string?> Optional(string name, string description)
    {
        var argument = new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne, HelpName = name };
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value.StartsWith('-') && token.Value.Length > 1)
                {
                    result.AddError($"Unrecognized option '{token.Value}'. A file of that name is written ./{token.Value}.");
                }
            }
        });
        return argument;
    }
}
