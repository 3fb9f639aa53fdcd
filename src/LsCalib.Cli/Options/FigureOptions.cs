using System.CommandLine;
using LsCalib.Core.Catalog;
using LsCalib.Reports.Figures;

namespace LsCalib.Cli.Options;

/// <summary>Options that say what is drawn.</summary>
/// <param name="ofModels">Whether figures are of several models, rather than of one run.</param>
internal sealed class FigureOptions(bool ofModels = false)
{
    private readonly IReadOnlyList<FigureKind> _kinds = [.. FigureCatalog.All.Where(kind => !ofModels || kind.OfModels is not null)];

    public Option<string[]?> Figures { get; } = Make(ofModels);

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
                "all" => _kinds.Select(kind => kind.Name),
                "none" when ofModels => throw new UsageException("--figures none leaves nothing to draw."),
                "none" => [],
                _ when _kinds.Any(kind => kind.Name == word) => [word],
                _ when FigureCatalog.Find(word) is not null => throw new UsageException($"--figures: \"{word}\" shows the classes of one model: evaluate --figures {word} draws it."),
                _ => throw new UsageException($"--figures: \"{word}\" names no figure.{Spelling.Question(FigureCatalog.Nearest(word))} There are {string.Join(", ", _kinds.Select(kind => kind.Name))}; or {Words(ofModels)}."),
            };
            names.AddRange(named.Where(name => !names.Contains(name)));
        }

        return [.. names.Select(name => FigureCatalog.Find(name)!)];
    }

    private static string Words(bool ofModels) => ofModels ? "default or all" : "default, all or none";

    private static Option<string[]?> Make(bool ofModels)
    {
        var kinds = FigureCatalog.All.Where(kind => !ofModels || kind.OfModels is not null).ToList();
        var option = DataOptions.Names("--figures", $"Figures to draw: {string.Join(',', kinds.Select(kind => kind.Name))}; or {Words(ofModels)} [{string.Join(',', FigureCatalog.DefaultNames)}].");
        option.CompletionSources.Add(_ => kinds.Select(kind => new System.CommandLine.Completions.CompletionItem(kind.Name)));
        return option;
    }
}
