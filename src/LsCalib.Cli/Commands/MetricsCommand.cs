using System.CommandLine;
using System.Globalization;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Core.Catalog;

namespace LsCalib.Cli.Commands;

/// <summary>metrics: what can be measured, in words.</summary>
internal static class MetricsCommand
{
    public static Command Create(CliContext app)
    {
        var keys = new Argument<string[]>("keys") { Description = "Keys to explain, such as ece-15 [all].", Arity = ArgumentArity.ZeroOrMore };
        var bins = NumberOption.Integer("--bins", "Bins to put into the keys", MetricCatalog.DefaultBinCount, 1, 1000, "-b");
        var compat = new Option<bool>("--compat") { Description = "List the numbers of other libraries instead, with their own number of bins." };
        var command = new Command("metrics", "List the metrics: key, unit, which values are better, definition, source.") { keys, bins, compat };
        command.SetAction(parse =>
        {
            int count = parse.GetValue(bins);
            var wanted = parse.GetValue(keys) is { Length: > 0 } words
                ? [.. words.Select(word => MetricCatalog.Find(word) ?? throw new UsageException($"\"{word}\" names no metric.{Spelling.Question(MetricCatalog.Nearest(word))}"))]
                : parse.GetValue(compat) ? [.. MetricCatalog.Libraries.SelectMany(MetricCatalog.OfLibrary)]
                : MetricCatalog.All(count);
            Write(app, parse, wanted, new MetricSet(count).DefaultKeys);
            if (wanted.Count > 1 && wanted[0].Library is null)
            {
                app.Output.Write("--compat lists what other libraries would print.\n");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(CliContext app, ParseResult parse, IReadOnlyList<MetricInfo> metrics, IReadOnlyList<string> defaults)
    {
        int width = Math.Clamp(app.Terminal(parse.GetValue(CommonOptions.Color)!).Width, 40, 120);
        foreach (var info in metrics)
        {
            string better = info.Better switch
            {
                Better.Higher => "higher is better",
                Better.Lower => "lower is better",
                Better.Zero => "nearer to 0 is better",
                _ => "describes",
            };
            string mark = defaults.Contains(info.Key) ? "; default" : "";
            app.Output.Write($"{info.Key}\n");
            Paragraphs.Write(app.Output, $"{info.Title} ({info.Unit}; {better}{mark})", width);
            Paragraphs.Write(app.Output, char.ToUpper(info.Definition[0], CultureInfo.InvariantCulture) + info.Definition[1..] + ".", width);
            if (info.Source.Length > 0)
            {
                Paragraphs.Write(app.Output, $"Source: {info.Source}.", width);
            }

            app.Output.Write('\n');
        }

        if (metrics.Count > 1)
        {
            app.Output.Write("The number in a key can be another from 1 to 1000: ece-100, mce-20-mass.\n");
        }
    }
}
