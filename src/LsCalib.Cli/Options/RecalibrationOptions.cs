using System.CommandLine;
using LsCalib.Core.Catalog;
using LsCalib.Core.Recalibration;

namespace LsCalib.Cli.Options;

/// <summary>Options that name recalibration methods.</summary>
internal static class RecalibrationOptions
{
    /// <summary>Keys of all methods, for descriptions.</summary>
    public static string Keys => string.Join(", ", CalibrationMethods.All.Select(method => method.Key));

    /// <summary>Several methods, for a comparison.</summary>
    public static Option<string[]?> Several()
    {
        var option = DataOptions.Names("--calibrate", $"Recalibration methods to fit and compare: {Keys}; or all, or none [temperature].");
        option.CompletionSources.Add(_ => CalibrationMethods.All.Select(method => new System.CommandLine.Completions.CompletionItem(method.Key)));
        return option;
    }

    /// <summary>The methods asked for, each once.</summary>
    /// <exception cref="UsageException">A word names no method.</exception>
    public static IReadOnlyList<CalibrationMethod> Wanted(ParseResult parse, Option<string[]?> option)
    {
        var methods = new List<CalibrationMethod>();
        foreach (string word in DataOptions.Given(parse, option) ?? [TemperatureMap.Definition.Key])
        {
            IEnumerable<CalibrationMethod> named = word switch
            {
                "all" => CalibrationMethods.All,
                "none" => [],
                _ => [Find(option.Name, word, "all", "none")],
            };
            methods.AddRange(named.Where(method => !methods.Contains(method)));
        }

        return methods;
    }

    /// <summary>The method of a key.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    /// <param name="option">The option that it was given to.</param>
    /// <param name="word">The key.</param>
    /// <param name="others">Other words that the option takes.</param>
    public static CalibrationMethod Find(string option, string word, params string[] others) => CalibrationMethods.Find(word)
        ?? throw new UsageException($"{option}: \"{word}\" names no recalibration method.{Spelling.Question(Spelling.Near(word, [.. CalibrationMethods.All.Select(method => method.Key), .. others]))} There are {Keys}; or {string.Join(", ", others)}.");
}
