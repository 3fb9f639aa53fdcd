using System.CommandLine;
using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;

namespace LsCalib.Cli.Options;

/// <summary>Options of the commands that write a baseline.</summary>
internal sealed class BaselineOptions
{
    public SourceOptions Source { get; } = new(fitsTemperature: false, takesRuns: true);

    public Option<string?> Output { get; } = new("--output", "-o") { Description = "File to write, such as main.baseline.", HelpName = "FILE" };

    public Option<bool> WithProbabilities { get; } = new("--with-probabilities") { Description = "Keep the probabilities of all classes too: for compare and explain-change, and for rules on classwise, adaptive and marginal errors, top-5 accuracy, SKCE and ranks by margin." };

    /// <param name="command">The command.</param>
    /// <param name="force">What --force does.</param>
    /// <param name="namesOutput">Whether the file to write is an option; else it is an argument.</param>
    public void AddTo(Command command, Option<bool> force, bool namesOutput)
    {
        Source.AddTo(command);
        command.Add(Source.Data.SliceColumns);
        command.Add(Source.Data.IdColumn);
        command.Add(WithProbabilities);
        command.Add(force);
        if (namesOutput)
        {
            command.Add(Output);
            command.Validators.Add(result =>
            {
                if (result.GetResult(Output) is null)
                {
                    result.AddError("baseline save: --output is missing: the file to write, such as main.baseline.");
                }
            });
        }
    }

    /// <summary>What is read; nothing is measured but what is kept.</summary>
    public EvaluateRequest Request(ParseResult parse, IReadOnlyList<string> arguments) => Source.Request(parse, new MetricSet(), arguments) with { OnlyFigures = true };
}
