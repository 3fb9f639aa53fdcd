using System.CommandLine;
using System.Text;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Core.Catalog;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Commands;

/// <summary>explain: one number, worked out, and what other libraries would print in its place.</summary>
internal static class ExplainCommand
{
    public static Command Create(CliContext app)
    {
        var key = new Argument<string>("key") { HelpName = "key", Description = "Key of a metric, such as ece-15; ls-calib metrics lists them." };
        key.CompletionSources.Add(_ => MetricCatalog.All().Select(info => new System.CommandLine.Completions.CompletionItem(info.Key)));
        var source = new SourceOptions(fitsTemperature: false);
        var metrics = new MetricOptions();
        var json = new Option<bool>("--json") { Description = "Print it as one JSON document." };
        var command = new Command("explain", "Work a metric out bin by bin, and compare it with what other libraries would print.") { key };
        source.AddTo(command);
        metrics.AddIntervalsTo(command);
        command.Add(json);
        command.SetAction(async (parse, cancel) =>
        {
            string wanted = parse.GetValue(key)!;
            if (MetricCatalog.Find(wanted) is null)
            {
                throw new UsageException($"\"{wanted}\" names no metric.{Spelling.Question(MetricCatalog.Nearest(wanted))} ls-calib metrics lists them.");
            }

            var request = source.Request(parse, metrics.Intervals(parse), app.Arguments);
            var report = await Task.Run(() => Explain(app, parse, request, wanted, cancel), cancel).ConfigureAwait(false);
            if (parse.GetValue(json))
            {
                app.Output.Write(Encoding.UTF8.GetString(ExplainJson.Write(report)));
            }
            else
            {
                new ExplainView(app.Terminal(parse.GetValue(CommonOptions.Color)!), app.Output).Write(report);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static ExplainReport Explain(CliContext app, ParseResult parse, EvaluateRequest request, string key, CancellationToken cancel)
    {
        var stage = new Stage(app.Error, parse.GetValue(CommonOptions.Verbose), showProgress: false);
        using var model = request.Model is null ? null : stage.Time("loading the model", () => new ModelScores(request, cancel));
        using var test = stage.Time("reading and scoring", () => model is null
            ? PredictionScores.Load(request, request.Predictions!, request.Csv, cancel)
            : model.Load(request.Data!, request.Labels, request.Csv, stage.Progress, cancel));
        if (Explainer.Obstacle(key, test.Scored?.Scores.ClassCount, test.Weights is { AreEqual: false }) is { } obstacle)
        {
            throw new UsageException($"\"{key}\": {obstacle}{(test.Scored is { } few && test.Weights is null ? $"; here are {few.Scores.ClassCount}" : "")}.");
        }

        var options = request.Metrics with { Groups = test.Groups, Weights = test.Weights is { AreEqual: true } ? null : test.Weights };
        MetricExplanation explanation;
        if (test.Scored is { } scored)
        {
            var statistics = stage.Time("statistics", () => Evaluator.Located(
                test, () => StatisticsPass.Run(scored.Scores, scored.Labels, RowScaling.None, MetricCatalog.DefaultBinCount, request.Threads, cancel)));
            explanation = stage.Time("explanation", () => Explainer.Explain(options, key, scored.Scores, RowScaling.None, statistics, cancel));
        }
        else
        {
            explanation = stage.Time("explanation", () => Explainer.Explain(options, key, test.TopLabel!, cancel));
        }

        return new(Tool.NameAndVersion, request.Command, test.SourceFiles, test.Scored?.Scores.ClassCount, request.Metrics.Level, explanation);
    }
}
