using System.CommandLine;

namespace LsCalib.Cli.Options;

/// <summary>Options that take one word of several.</summary>
internal static class ChoiceOption
{
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
