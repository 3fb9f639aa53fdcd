using System.CommandLine;
using System.Text;
using LsCalib.Cli.Baselines;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Commands;

/// <summary>baseline: keeps a model's results by row, so that another can be compared with it.</summary>
internal static class BaselineCommand
{
    public static Command Create(CliContext app) => new("baseline", "Keep a model's results by row in one small file, to compare others with.")
    {
        Save(app),
        Show(app),
        Update(app),
    };

    private static Command Save(CliContext app)
    {
        var options = new BaselineOptions();
        var force = new Option<bool>("--force") { Description = "Replace a file that is no baseline." };
        var command = new Command("save", "Run a model, or read predictions, and keep the results by row.");
        options.AddTo(command, force, namesOutput: true);
        command.SetAction(async (parse, cancel) =>
        {
            await Task.Run(
                () =>
                {
                    var request = options.Request(parse, app.Arguments);
                    string output = parse.GetValue(options.Output)!;
                    RefuseInput(output, request);
                    using var file = new OutputFile(output, BaselineReader.IsBaseline, parse.GetValue(force));
                    using var candidate = BaselineCandidate.Load(request, null, Stage(app, parse), cancel);
                    Warn(app, request, candidate);
                    if (candidate.Baseline.Identities.Kind == RowIdentityKind.RowNumber)
                    {
                        app.Error.WriteLine("note: the rows of predictions are known by their number and label alone; where they have ids, name them with --id-column.");
                    }

                    var report = Commit(file, parse.GetValue(options.WithProbabilities) ? candidate.WithProbabilities() : candidate.Baseline, cancel);
                    View(app, parse).WriteSaved(report, parse.GetValue(CommonOptions.Quiet));
                },
                cancel).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show(CliContext app)
    {
        var file = PathArgument.Required("file", "Baseline.");
        var json = new Option<bool>("--json") { Description = "Print it as one JSON document." };
        var command = new Command("show", "Print what a baseline was made of, and its headline metrics.") { file, json };
        command.SetAction(parse =>
        {
            string path = parse.GetValue(file)!;
            var baseline = BaselineReader.Read(path);
            var report = Report(path, File.ReadAllBytes(path), baseline);
            if (parse.GetValue(json))
            {
                app.Output.Write(Encoding.UTF8.GetString(BaselineJson.Write(report)));
            }
            else
            {
                View(app, parse).Write(report, parse.GetValue(CommonOptions.Quiet));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command Update(CliContext app)
    {
        var path = PathArgument.Required("file", "Baseline to replace.");
        var options = new BaselineOptions();
        var force = new Option<bool>("--force") { Description = "Replace it even where the rows are others." };
        var command = new Command("update", "Replace a baseline by new results on the same rows.") { path };
        options.AddTo(command, force, namesOutput: false);
        command.SetAction(async (parse, cancel) =>
        {
            await Task.Run(
                () =>
                {
                    var request = options.Request(parse, app.Arguments);
                    string target = parse.GetValue(path)!;
                    RefuseInput(target, request);
                    var old = BaselineReader.Read(target);
                    using var file = new OutputFile(target, BaselineReader.IsBaseline, force: false);
                    using var candidate = BaselineCandidate.Load(request, old, Stage(app, parse), cancel);
                    Warn(app, request, candidate);
                    Match(app, candidate, old, parse.GetValue(force));
                    bool withProbabilities = parse.GetValue(options.WithProbabilities) || old.Probabilities is not null;
                    var before = BaselineReport.Headline(old.Rows);
                    var report = Commit(file, withProbabilities ? candidate.WithProbabilities() : candidate.Baseline, cancel);
                    View(app, parse).WriteUpdated(report, old, before, parse.GetValue(CommonOptions.Quiet));
                },
                cancel).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Refuses other rows, or says that they are others where they are forced in.</summary>
    private static void Match(CliContext app, BaselineCandidate candidate, Baseline old, bool force)
    {
        try
        {
            var match = candidate.MatchTo(old);
            foreach (string note in match.Warning is { } only ? [only, .. match.Differences] : match.Differences)
            {
                app.Error.WriteLine($"warning: {PlainText.OneLine(note)}.");
            }

            var (before, now) = (old.Identities, candidate.Baseline.Identities);
            if (now.Kind == RowIdentityKind.RowNumber && before.Kind != now.Kind)
            {
                app.Error.WriteLine($"warning: the old baseline knows its rows by {before.Words(before.Kind)}, the new one by {now.Words(now.Kind)} alone: from now on only labels can be checked. Update it from the model, or name a column of ids with --id-column, to keep more.");
            }
        }
        catch (DataException exception) when (force)
        {
            app.Error.WriteLine($"warning: other rows than before, forced in: {PlainText.OneLine(exception.Message)}");
        }
        catch (DataException exception)
        {
            throw new DataException($"{exception.Message} --force replaces the old rows all the same.", exception);
        }
    }

    private static BaselineReport Commit(OutputFile file, Baseline baseline, CancellationToken cancel)
    {
        byte[] content = BaselineWriter.Write(baseline);
        var report = Report(file.Target, content, baseline);
        cancel.ThrowIfCancellationRequested();
        file.Commit(content);
        return report;
    }

    private static BaselineReport Report(string path, byte[] content, Baseline baseline) => new(
        Tool.NameAndVersion,
        new(path, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content))),
        content.Length,
        baseline,
        BaselineReport.Headline(baseline.Rows));

    private static void Warn(CliContext app, EvaluateRequest request, BaselineCandidate candidate)
    {
        foreach (string warning in Evaluator.Warnings(request, candidate.Loaded, null))
        {
            app.Error.WriteLine($"warning: {PlainText.OneLine(warning)}.");
        }

        if (request.Csv.GroupColumn is { } groups)
        {
            app.Error.WriteLine($"note: a baseline keeps no groups; name {PlainText.OneLine(groups)} again with --group-column where it is compared with.");
        }

        if (candidate.Loaded.Weights is { AreEqual: false } weights)
        {
            app.Error.WriteLine($"note: a baseline keeps no weights; here every row counts the same, whatever {PlainText.OneLine(weights.Name)} says.");
        }
    }

    private static void RefuseInput(string output, EvaluateRequest request)
    {
        if (new[] { request.Model, request.Predictions, request.Data, request.Labels, request.ClassNamesFile }.OfType<string>().Any(input => Path.GetFullPath(input) == Path.GetFullPath(output)))
        {
            throw new UsageException($"{output}: is read and to be written. Name another file.");
        }
    }

    private static Stage Stage(CliContext app, ParseResult parse) => new(
        app.Error, parse.GetValue(CommonOptions.Verbose), app.Terminal(parse.GetValue(CommonOptions.Color)!).ErrorIsTerminal && !parse.GetValue(CommonOptions.Quiet));

    private static BaselineView View(CliContext app, ParseResult parse) => new(app.Terminal(parse.GetValue(CommonOptions.Color)!), app.Output);
}
