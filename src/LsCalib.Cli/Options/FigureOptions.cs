using System.CommandLine;
using LsCalib.Reports.Figures;

namespace LsCalib.Cli.Options;

/// <summary>Options that say what is drawn.</summary>
internal sealed class FigureOptions
{
    public Option<string[]?> Figures { get; } = Make();

    public void AddTo(Command command) => command.Add(Figures);

    /// <summary>The figures that the user asked for, each once.</summary>
    /// <exception cref="UsageException">A word names no figure.</exception>
    public IReadOnlyList<FigureKind> Wanted(ParseResult parse)
    {
        var names = new List<string>();
        foreach (string word in DataOptions.Given(parse, Figures) ?? ["default"])
        {
            IEnumerable<string> named = word switch
            {
                "default" => FigureCatalog.DefaultNames,
                "all" => FigureCatalog.All.Select(kind => kind.Name),
                "none" => [],
                _ when FigureCatalog.Find(word) is not null => [word],
                _ => throw new UsageException($"--figures: \"{word}\" names no figure. Did you mean \"{FigureCatalog.Nearest(word)}\"? There are {string.Join(", ", FigureCatalog.All.Select(kind => kind.Name))}; or default, all or none."),
            };
            names.AddRange(named.Where(name => !names.Contains(name)));
        }

        return [.. names.Select(name => FigureCatalog.Find(name)!)];
    }

    private static Option<string[]?> Make()
    {
        var option = DataOptions.Names("--figures", $"Figures to draw: {string.Join(',', FigureCatalog.All.Select(kind => kind.Name))}; or default, all or none [{string.Join(',', FigureCatalog.DefaultNames)}].");
        option.CompletionSources.Add(_ => FigureCatalog.All.Select(kind => new System.CommandLine.Completions.CompletionItem(kind.Name)));
        return option;
    }
}
