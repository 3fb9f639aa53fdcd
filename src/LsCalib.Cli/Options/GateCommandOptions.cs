using System.CommandLine;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Gating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Gates;

namespace LsCalib.Cli.Options;

/// <summary>Options of the gate.</summary>
internal sealed class GateCommandOptions
{
    private readonly Option<string[]> _max = Rule("--max", "KEY=X", "Fail where a metric is above X: ece-15=0.05. KEY[COLUMN=VALUE] is about the rows of a slice, KEY[class=NAME] about those predicted as a class. Repeat for several.");
    private readonly Option<string[]> _min = Rule("--min", "KEY=X", "Fail where a metric is below X: accuracy=0.95.");
    private readonly Option<string[]> _increase = Rule("--max-increase", "KEY=X", "Against the baseline, of metrics of which less is better: fail where one has increased by more than X for sure: ece-15=0.005, nll=2%.");
    private readonly Option<string[]> _decrease = Rule("--max-decrease", "KEY=X", "The same of metrics of which more is better: accuracy=0.01.");
    private readonly Option<bool> _bound = new("--use-bound") { Description = "Decide --max and --min on the end of the interval, not on the value: pass or fail for sure, else inconclusive." };
    private readonly Option<string?> _rules = new("--rules") { Description = $"File of rules [{RulesFile.DefaultPath} in the working directory, if there is one].", HelpName = "FILE" };
    private readonly Option<string?> _inconclusive = ChoiceOption.Optional("--on-inconclusive", "WHAT", "Count an inconclusive gate as pass or fail [exit code 4].", "pass", "fail");
    private readonly Option<double?> _confidence = new("--confidence")
    {
        Description = "Confidence level of the gate, two-sided, 0.5 to 0.999 [that of the rules file, or 0.95].",
        HelpName = "X",
    };

    public SourceOptions Source { get; } = new(fitsTemperature: false, takesRuns: true);

    public Option<string?> Baseline { get; } = new("--baseline") { Description = "Baseline that ls-calib baseline save wrote, of the same rows; saved --with-probabilities for rules on all classes.", HelpName = "FILE" };

    public Option<int> Bootstrap { get; } = NumberOption.Integer("--bootstrap", "Resamples, of both models together", 2000, 100, 100_000);

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as one JSON document." };

    public Option<string?> JUnit { get; } = new("--junit") { Description = "Write JUnit XML: a test case for each rule, inconclusive ones skipped.", HelpName = "FILE" };

    public Option<string?> Markdown { get; } = new("--markdown") { Description = "Write Markdown.", HelpName = "FILE" };

    public Option<string?> OpenMetrics { get; } = new("--openmetrics") { Description = "Write OpenMetrics text, as GitLab's metrics reports read.", HelpName = "FILE" };

    public Option<string> Ci { get; } = ChoiceOption.Create("--ci", "WHAT", "Annotations and step summary of GitHub: auto (where GITHUB_ACTIONS is true), github or none.", "auto", "github", "none");

    public Option<bool> ExitZero { get; } = new("--exit-zero") { Description = "Report, but exit with 0 whatever the rules say." };

    public Option<bool> Force { get; } = new("--force") { Description = "Replace output files that are not ours." };

    public void AddTo(Command command)
    {
        Source.AddTo(command);

        // Read only to be refused in words of its own.
        Source.Data.WeightColumn.Hidden = true;
        command.Add(Source.Data.SliceColumns);
        command.Add(Source.Data.IdColumn);
        foreach (Option option in (Option[])[Baseline, _rules, _max, _min, _increase, _decrease, _bound, _confidence, Bootstrap, _inconclusive, ExitZero, Json, JUnit, Markdown, OpenMetrics, Ci, Force])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_confidence) is { } level && !(level is >= 0.5 and <= 0.999))
            {
                result.AddError("--confidence: give a level from 0.5 to 0.999.");
            }
        });
    }

    /// <summary>What is read, and the columns that rules slice by as if they were typed.</summary>
    public EvaluateRequest Request(ParseResult parse, IReadOnlyList<GateRule> rules, IReadOnlyList<string> arguments)
    {
        if (parse.GetValue(Source.Data.WeightColumn) is not null)
        {
            throw new UsageException("--weight-column: a gate counts every row the same.");
        }

        var request = Source.Request(parse, new MetricSet(), arguments) with { OnlyFigures = true };
        var slices = rules.Select(rule => rule.Rows?.Column).OfType<string>();
        return request with { Csv = request.Csv with { SliceColumns = [.. request.Csv.SliceColumns.Union(slices)] } };
    }

    /// <summary>The file of rules, or null.</summary>
    public RulesFile? File(ParseResult parse) =>
        parse.GetValue(_rules) is { } path ? RulesFile.Read(path) : System.IO.File.Exists(RulesFile.DefaultPath) ? RulesFile.Read(RulesFile.DefaultPath) : null;

    /// <summary>Rules of the file and of the command line.</summary>
    /// <exception cref="UsageException">One of them cannot be meant, or two of them not together.</exception>
    public IReadOnlyList<GateRule> Rules(ParseResult parse, RulesFile? file)
    {
        var typed = new List<GateRule>();
        foreach (var (option, kind) in new[] { (_max, RuleKind.Max), (_min, RuleKind.Min), (_increase, RuleKind.MaxIncrease), (_decrease, RuleKind.MaxDecrease) })
        {
            foreach (string text in parse.GetValue(option) ?? [])
            {
                var rule = RuleText.Parse(kind, text, out string problem) ?? throw new UsageException(problem);
                typed.Add(rule with { Use = parse.GetValue(_bound) && !rule.NeedsBaseline ? RuleUse.Bound : RuleUse.Point });
            }
        }

        var rules = RuleSet.Combine(file, typed);
        return parse.GetValue(Baseline) is null && rules.FirstOrDefault(rule => rule.NeedsBaseline) is { } relative
            ? throw new UsageException($"{RuleText.Of(relative)}: there is no baseline to compare with. Add --baseline FILE; ls-calib baseline save writes one.")
            : rules;
    }

    /// <summary>How the gate decides.</summary>
    public GateOptions Options(ParseResult parse, RulesFile? file) => new()
    {
        Level = parse.GetValue(_confidence) ?? file?.Confidence ?? 0.95,
        ResampleCount = parse.GetValue(Bootstrap),
        Seed = parse.GetValue(CommonOptions.Seed),
        Threads = CommonOptions.ThreadCount(parse),
    };

    /// <summary>What becomes of an inconclusive gate; null: it has an exit code of its own.</summary>
    public Decision? OnInconclusive(ParseResult parse, RulesFile? file) => parse.GetValue(_inconclusive) switch
    {
        "pass" => Decision.Pass,
        "fail" => Decision.Fail,
        _ => file?.OnInconclusive,
    };

    private static Option<string[]> Rule(string name, string help, string description) => new(name)
    {
        Description = description,
        HelpName = help,
        AllowMultipleArgumentsPerToken = false,
    };
}
