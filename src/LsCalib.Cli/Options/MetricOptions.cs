using System.CommandLine;
using LsCalib.Core.Catalog;

namespace LsCalib.Cli.Options;

/// <summary>Options that say what is measured.</summary>
/// <param name="defaults">Keys measured where nothing else is asked for; null: those of <see cref="MetricSet.DefaultKeys"/>.</param>
internal sealed class MetricOptions(Func<MetricSet, IReadOnlyList<string>>? defaults = null)
{
    public Option<string[]?> Metrics { get; } = MakeMetrics();

    public Option<string[]?> Compat { get; } = MakeCompat();

    public Option<int> Bins { get; } = NumberOption.Integer("--bins", "Confidence bins", MetricCatalog.DefaultBinCount, 1, 1000, "-b");

    public Option<string> Binning { get; } = ChoiceOption.Create("--binning", "KIND", "Bins of the diagram: equal-width or equal-mass.", "equal-width", "equal-mass");

    public Option<int> Bootstrap { get; } = MakeBootstrap();

    public Option<double> Confidence { get; } = NumberOption.Real("--confidence", "Confidence level of intervals, 0.5 to 0.999", 0.95, 0.5, 0.999);

    public void AddTo(Command command)
    {
        command.Add(Metrics);
        command.Add(Compat);
        command.Add(Bins);
        command.Add(Binning);
        AddIntervalsTo(command);
    }

    /// <summary>The options of diagrams alone, for a command that measures no more than those show.</summary>
    public void AddDiagramsTo(Command command)
    {
        command.Add(Bins);
        command.Add(Binning);
        command.Add(Confidence);
    }

    /// <summary>The options without other libraries' metrics, whose differences are not known.</summary>
    public void AddOwnTo(Command command)
    {
        command.Add(Metrics);
        AddComparisonTo(command);
    }

    /// <summary>The options of one diagram and its intervals, for a command that compares two models.</summary>
    public void AddComparisonTo(Command command)
    {
        command.Add(Bins);
        command.Add(Binning);
        AddIntervalsTo(command);
    }

    /// <summary>The options of intervals alone, for a command that is told its metric otherwise.</summary>
    public void AddIntervalsTo(Command command)
    {
        command.Add(Bootstrap);
        command.Add(Confidence);
    }

    /// <summary>What the user asked to be measured.</summary>
    /// <exception cref="UsageException">A key names no metric.</exception>
    public MetricSet Set(ParseResult parse)
    {
        int bins = parse.GetValue(Bins);
        var set = Intervals(parse) with
        {
            BinCount = bins,
            Binning = parse.GetValue(Binning) == "equal-mass" ? Core.Metrics.Binning.EqualMass : Core.Metrics.Binning.EqualWidth,
        };
        if ((DataOptions.Given(parse, Metrics) ?? (defaults is null ? null : ["default"])) is { } words)
        {
            set = set with { Keys = Keys(set, words) };
        }

        return DataOptions.Given(parse, Compat) is { } libraries ? set with { Keys = WithLibraries(set, libraries) } : set;
    }

    /// <summary>How intervals are made, with no metrics chosen.</summary>
    public MetricSet Intervals(ParseResult parse) => new(Seed: parse.GetValue(CommonOptions.Seed))
    {
        ResampleCount = parse.GetValue(Bootstrap),
        ResampleClasses = parse.GetResult(Bootstrap) is { Implicit: false },
        Level = parse.GetValue(Confidence),
        Threads = CommonOptions.ThreadCount(parse),
    };

    private static List<string> WithLibraries(MetricSet set, string[] libraries)
    {
        var named = libraries.Contains("all") ? MetricCatalog.Libraries : libraries;
        return [.. (set.Keys ?? set.DefaultKeys).Concat(named.SelectMany(MetricCatalog.OfLibrary).Select(info => info.Key)).Distinct()];
    }

    private List<string> Keys(MetricSet set, string[] words)
    {
        var keys = new List<string>();
        foreach (string word in words)
        {
            var named = word switch
            {
                "default" => defaults?.Invoke(set) ?? set.DefaultKeys,
                "all" => [.. MetricCatalog.All(set.BinCount).Select(info => info.Key)],
                _ when MetricCatalog.Find(word) is not null => [word],
                _ => throw new UsageException($"--metrics: \"{word}\" names no metric.{Spelling.Question(MetricCatalog.Nearest(word))} ls-calib metrics lists them."),
            };
            keys.AddRange(named.Where(key => !keys.Contains(key)));
        }

        return keys;
    }

    private static Option<int> MakeBootstrap()
    {
        var option = NumberOption.Integer("--bootstrap", "Resamples that intervals rest on; 0 turns it off; typed, the classwise ECE is resampled too", 1000, 0, 100_000);
        var parse = option.CustomParser!;
        option.CustomParser = result =>
        {
            int count = parse(result);
            if (count is > 0 and < 100)
            {
                result.AddError("--bootstrap: fewer than 100 resamples say nothing of a tail. Use at least 100, or 0 for none.");
            }

            return count;
        };
        return option;
    }

    private static Option<string[]?> MakeCompat()
    {
        string[] words = [.. MetricCatalog.Libraries, "all"];
        var option = new Option<string[]?>("--compat")
        {
            Description = $"Also what other libraries would print: {string.Join(", ", words)}; ls-calib metrics --compat says how.",
            HelpName = "A,B,…",
            AllowMultipleArgumentsPerToken = false,
            CustomParser = result =>
            {
                string[] libraries = [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
                foreach (string library in libraries.Where(library => !words.Contains(library)))
                {
                    result.AddError($"--compat: \"{library}\" is not one of {string.Join(", ", words)}.");
                }

                return libraries;
            },
        };
        option.CompletionSources.Add(_ => words.Select(word => new System.CommandLine.Completions.CompletionItem(word)));
        return option;
    }

    private static Option<string[]?> MakeMetrics()
    {
        var option = DataOptions.Names("--metrics", "Metrics to compute: keys such as ece-15,nll, or default, or all; ls-calib metrics lists them [default].");
        option.CompletionSources.Add(_ => MetricCatalog.All().Select(info => new System.CommandLine.Completions.CompletionItem(info.Key)));
        return option;
    }
}
