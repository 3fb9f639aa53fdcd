using System.CommandLine;

namespace LsCalib.Cli.Options;

/// <summary>Options that take one word of several.</summary>
internal static class ChoiceOption
{
    /// <summary>One of some words, or nothing.</summary>
    public static Option<string?> Optional(string name, string helpName, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !values.Contains(result.Tokens[^1].Value))
            {
                result.AddError($"{name}: \"{result.Tokens[^1].Value}\" is not {string.Join(" or ", values)}.");
            }
        });
        return option;
    }

    public static Option<string> Create(string name, string helpName, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => values[0],
            CustomParser = result =>
            {
                string value = result.Tokens[^1].Value;
                if (!values.Contains(value))
                {
                    result.AddError($"{name}: \"{value}\" is not one of {string.Join(", ", values)}.");
                }

                return value;
            },
        };
        option.CompletionSources.Add(_ => values.Select(value => new System.CommandLine.Completions.CompletionItem(value)));
        return option;
    }
}
