using System.CommandLine;
using System.Globalization;
using System.Text;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Gates;

namespace LsCalib.Cli.Gating;

/// <summary>Where a gate's result goes: the terminal or JSON, files, and what GitHub shows.</summary>
internal sealed class GateOutputs : IDisposable
{
    private readonly List<(OutputFile File, Func<GateReport, byte[]> Write)> _files = [];
    private readonly CliContext _app;
    private readonly bool _json;
    private readonly bool _quiet;
    private readonly TerminalProfile _terminal;
    private readonly bool _github;

    /// <summary>Opens every file, so that one that cannot be written is told before the work.</summary>
    public GateOutputs(CliContext app, ParseResult parse, GateCommandOptions options, IEnumerable<string?> inputs)
    {
        _app = app;
        _json = parse.GetValue(options.Json);
        _quiet = parse.GetValue(CommonOptions.Quiet);
        _terminal = app.Terminal(parse.GetValue(CommonOptions.Color)!);
        string ci = parse.GetValue(options.Ci)!;
        _github = ci == "github" || (ci == "auto" && Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true");
        var seen = inputs.OfType<string>().Select(Path.GetFullPath).ToHashSet();
        try
        {
            foreach (var (option, write) in new (Option<string?>, Func<GateReport, byte[]>)[] { (options.JUnit, GateJUnit.Write), (options.Markdown, GateMarkdown.Write), (options.OpenMetrics, GateOpenMetrics.Write) })
            {
                if (parse.GetValue(option) is not { } path)
                {
                    continue;
                }

                if (!seen.Add(Path.GetFullPath(path)))
                {
                    throw new UsageException($"{option.Name}: \"{path}\" is read or written already. Name another file.");
                }

                _files.Add((new(path, GateFiles.IsOurs, parse.GetValue(options.Force)), write));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Writes everything; stdout last.</summary>
    public void Write(GateReport report)
    {
        foreach (var (file, write) in _files)
        {
            file.Prepare(write(report));
        }

        foreach (var (file, _) in _files)
        {
            file.Commit();
        }

        if (_github && Environment.GetEnvironmentVariable(StepSummary.Variable) is { Length: > 0 } summary && StepSummary.Append(summary, report) is { } problem)
        {
            _app.Error.WriteLine($"warning: {problem}.");
        }

        if (_json)
        {
            string document = Encoding.UTF8.GetString(GateJson.Write(report));
            _app.Output.Write(_github ? GitHubLog.WithoutCommandsInJson(document) : document);
            return;
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new GateView(_terminal, text).Write(report, _quiet);
        _app.Output.Write(_github ? GitHubLog.WithoutCommands(text.ToString()) : text.ToString());

        // GitHub reads annotations from stdout: after the text for people, and never within a JSON document.
        foreach (string line in _github ? GitHubAnnotations.Lines(report) : [])
        {
            _app.Output.Write(line + "\n");
        }
    }

    public void Dispose()
    {
        foreach (var (file, _) in _files)
        {
            file.Dispose();
        }
    }
}
