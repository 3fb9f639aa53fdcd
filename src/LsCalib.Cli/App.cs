using System.CommandLine;
using System.CommandLine.Invocation;
using LsCalib.Cli.Commands;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Data;
using LsCalib.Onnx;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli;

/// <summary>Parses, runs, and turns every failure into one message and a documented exit code.</summary>
internal static class App
{
    public static async Task<int> RunAsync(
        string[] arguments, TextWriter output, TextWriter error, Func<string, TerminalProfile> terminal, CancellationToken cancel = default)
    {
        var app = new CliContext(output, error, terminal, arguments);
        if (arguments.Contains(""))
        {
            error.WriteLine("error: an argument is empty. Give it a value, or leave its option out.");
            return ExitCode.Usage;
        }

        var parse = Root(app).Parse(arguments);
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };
        var dangling = DanglingOptions.Problems(parse);
        if (parse.Action is ParseErrorAction || dangling.Count > 0)
        {
            return UsageErrors(parse, dangling, error);
        }

        try
        {
            return await parse.InvokeAsync(configuration, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Cancelled. No output was changed.");
            return ExitCode.Cancelled;
        }
        catch (Exception exception) when (exception is UsageException or OutputException)
        {
            error.WriteLine($"error: {PlainText.OneLine(exception.Message)}");
            return ExitCode.Usage;
        }
        catch (Exception exception) when (exception is DataException or ModelException)
        {
            error.WriteLine($"error: {PlainText.OneLine(exception.Message)}");
            return ExitCode.Input;
        }
        catch (IOException exception)
        {
            error.WriteLine($"error: the output could not be written: {exception.Message}");
            return ExitCode.Usage;
        }
#pragma warning disable CA1031 // The last resort: the user gets a sentence, not a stack trace.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            bool verbose = parse.GetValue(CommonOptions.Verbose);
            error.WriteLine($"internal error: {exception.GetType().Name}: {exception.Message}");
            error.WriteLine(verbose ? exception.StackTrace : "This is a bug in ls-calib. Run again with --verbose and report what it prints.");
            return ExitCode.Internal;
        }
    }

    internal static RootCommand Root(CliContext app)
    {
        var root = new RootCommand("Calibration analysis of classifiers: reliability, calibration errors with their noise, temperature scaling, label smoothing.")
        {
            EvaluateCommand.Create(app),
            CalibrateCommand.Create(app),
            CompareCommand.Create(app),
            GateCommand.Create(app),
            ExplainChangeCommand.Create(app),
            TrainCommand.Create(app),
            MetricsCommand.Create(app),
            ExplainCommand.Create(app),
            PlotCommand.Create(app),
            BaselineCommand.Create(app),
            DoctorCommand.Create(app),
        };
        CommonOptions.AddTo(root);
        return root;
    }

    private static int UsageErrors(ParseResult parse, IReadOnlyList<string> dangling, TextWriter error)
    {
        // The library prints hints on stdout and help with every slip; results alone belong on stdout.
        var messages = MistypedOptions.Problems(parse);
        if (messages.Count == 0)
        {
            messages = [.. dangling, .. parse.Errors.Select(e => e.Message).Distinct()];
        }

        foreach (string message in messages.Where((message, i) => messages.Count == 1 || !message.StartsWith("Required command", StringComparison.Ordinal)))
        {
            error.WriteLine($"error: {PlainText.OneLine(message)}");
        }

        string command = string.Concat(CommandPath.Of(parse.CommandResult.Command).Select(name => name + " "));
        error.WriteLine($"Run 'ls-calib {command}--help' for the options.");
        return ExitCode.Usage;
    }
}
