using System.CommandLine;
using System.Security.Cryptography;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Gating;
using LsCalib.Cli.Options;
using LsCalib.Core.Catalog;
using LsCalib.Core.Gates;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Gates;

namespace LsCalib.Cli.Commands;

/// <summary>gate: passes or fails a model by rules, against fixed limits and against a baseline.</summary>
internal static class GateCommand
{
    /// <summary>Resamples that the limits to start with rest on.</summary>
    private const int StartingResamples = 1000;

    public static Command Create(CliContext app)
    {
        var options = new GateCommandOptions();
        var command = new Command("gate", "Pass or fail a model by rules: fixed limits, and differences to a baseline. Exit code 0: pass, 1: fail, 4: the rows cannot tell.");
        options.AddTo(command);
        command.SetAction((parse, cancel) => Task.Run(() => Run(app, parse, options, cancel), cancel));
        return command;
    }

    private static int Run(CliContext app, ParseResult parse, GateCommandOptions options, CancellationToken cancel)
    {
        string? baselinePath = parse.GetValue(options.Baseline);
        var file = options.File(parse);
        var rules = options.Rules(parse, file);
        var request = options.Request(parse, rules, app.Arguments);
        using var outputs = new GateOutputs(
            app, parse, options, [request.Model, request.Predictions, request.Data, request.Labels, request.ClassNamesFile, baselinePath, file?.Path]);
        bool quiet = parse.GetValue(CommonOptions.Quiet);
        var stage = new Stage(app.Error, parse.GetValue(CommonOptions.Verbose), app.Terminal(parse.GetValue(CommonOptions.Color)!).ErrorIsTerminal && !quiet);
        var baseline = baselinePath is null ? null : stage.Time("reading the baseline", () => BaselineReader.Read(baselinePath));
        using var input = GateInput.Load(request, baseline, stage, cancel);
        if (rules.Count == 0)
        {
            var measured = input.Candidate.MeasureAll(
                new MetricSet(Seed: parse.GetValue(CommonOptions.Seed)) { Groups = input.Loaded.Groups, ResampleCount = StartingResamples, Threads = request.Threads }, cancel);
            return WithoutRules(app, StartingText.Of(measured, baseline is not null), parse.GetValue(options.Json));
        }

        var result = Decide(rules, input, options.Options(parse, file), stage, cancel);
        var counted = result.Decision == Decision.Inconclusive ? options.OnInconclusive(parse, file) : null;
        var warnings = Evaluator.Warnings(request, input.Loaded, null);
        warnings.AddRange(input.Notes);
        if (counted is { } decision)
        {
            warnings.Add(GateText.CountsAs(decision));
        }

        outputs.Write(new()
        {
            Tool = Tool.NameAndVersion,
            Command = request.Command,
            Name = request.Name,
            Model = input.Model is { } model ? [model.File, .. model.ExternalData] : [],
            Data = input.Loaded.SourceFiles,
            RulesFile = file is null ? null : new(file.Path, file.Sha256),
            Baseline = baseline is null ? null : new(new(baselinePath!, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(baselinePath!)))), baseline.Origin.Name, input.MatchedBy),
            RowCount = input.Candidate.RowCount,
            ClassCount = input.Candidate.Results?.ClassCount,
            Result = result,
            CountsAs = counted,
            Warnings = warnings,
        });
        return parse.GetValue(options.ExitZero) ? ExitCode.Success : (counted ?? result.Decision) switch
        {
            Decision.Pass => ExitCode.Success,
            Decision.Fail => ExitCode.Failed,
            _ => ExitCode.Inconclusive,
        };
    }

    private static GateResult Decide(IReadOnlyList<GateRule> rules, GateInput input, GateOptions options, Stage stage, CancellationToken cancel)
    {
        try
        {
            return stage.Time("deciding", () => Gate.Decide(rules, input.Candidate, input.Baseline, options, cancel));
        }
        catch (RuleException exception) when (exception.IsOfData)
        {
            throw new DataException($"{exception.Message}.", exception);
        }
        catch (RuleException exception)
        {
            throw new UsageException($"{exception.Message}.");
        }
    }

    /// <summary>A gate without rules would pass everything: it is an error, and a set to start with is shown.</summary>
    private static int WithoutRules(CliContext app, StartingText text, bool json)
    {
        app.Error.WriteLine($"error: gate: there are no rules, neither typed (--max ece-15=0.05) nor in {RulesFile.DefaultPath}.");
        app.Output.Write(json ? text.Json : text.Whole);
        return ExitCode.Usage;
    }
}
