using System.CommandLine;
using System.Text;
using LsCalib.Cli.Comparing;
using LsCalib.Cli.Evaluating;
using LsCalib.Cli.Options;
using LsCalib.Cli.Terminal;
using LsCalib.Core.Comparison.Changes;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Commands;

/// <summary>explain-change: what changed from one model to the next.</summary>
internal static class ExplainChangeCommand
{
    public static Command Create(CliContext app)
    {
        var old = PathArgument.Required("old", "The old model: .onnx (with --data), a folder that evaluate wrote, predictions (.npz, .csv), or a baseline saved --with-probabilities; NAME=PATH gives the title.");
        var now = PathArgument.Required("new", "The new model, the same way, on the same rows.");
        var metrics = new MetricOptions();
        var source = new SourceOptions(fitsTemperature: false);
        var json = new Option<bool>("--json") { Description = "Print the explanation as one JSON document." };
        var command = new Command("explain-change", "Say what changed from an old model to a new one on the same rows: calibration or refinement, which bins, classes and slices, in which direction, and whether a new temperature alone repairs it.") { old, now };
        metrics.AddComparisonTo(command);

        // Read only to be refused in words of its own.
        source.Data.WeightColumn.Hidden = true;
        source.Data.AddTo(command, fitsTemperature: false);
        source.Models.AddTo(command);
        foreach (Option option in (Option[])[source.Data.SliceColumns, source.Data.IdColumn, json])
        {
            command.Add(option);
        }

        command.SetAction(async (parse, cancel) =>
        {
            var request = source.Request(parse, metrics.Set(parse), app.Arguments) with { OnlyFigures = true };
            var inputs = PlotInput.Parse([parse.GetValue(old)!, parse.GetValue(now)!], takesModels: true, takesBaselines: true);
            CompareRequest.CheckData(inputs, request.Data);
            var report = await Task.Run(() => Explain(app, parse, request, inputs[0], inputs[1], cancel), cancel).ConfigureAwait(false);
            if (parse.GetValue(json))
            {
                app.Output.Write(Encoding.UTF8.GetString(ChangeJson.Write(report)));
            }
            else
            {
                new ChangeView(app.Terminal(parse.GetValue(CommonOptions.Color)!), app.Output).Write(report, parse.GetValue(CommonOptions.Quiet));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static ChangeReport Explain(CliContext app, ParseResult parse, EvaluateRequest request, PlotInput old, PlotInput now, CancellationToken cancel)
    {
        var stage = new Stage(app.Error, parse.GetValue(CommonOptions.Verbose), showProgress: false);
        var kept = now.IsBaseline ? BaselineReader.Read(now.Path) : null;
        using var before = ChangeSide.Load(request, old, kept, stage, cancel);
        using var after = kept is null ? ChangeSide.Load(request, now, before.Data.Known, stage, cancel) : ChangeSide.Of(kept, cancel);
        if ((after.Loaded.Weights ?? before.Loaded.Weights) is { AreEqual: false } weights)
        {
            throw new DataException($"{now.File}: rows are weighted by {weights.Name}, and a change is explained of rows that count the same. Leave the weights out.");
        }

        var match = SameRows.MatchAsBaseline(before.Data, after.Data);
        var aligned = match.Order is { } order ? after.Loaded.Take(order) : after.Loaded;
        bool isGroupedByFirst = aligned.Groups is null || (before.Loaded.Groups is { } groups && SameRows.AreSame(groups, aligned.Groups));
        var options = request.Metrics with { Groups = isGroupedByFirst ? before.Loaded.Groups : aligned.Groups };
        var slices = aligned.Slices.IsEmpty ? before.Loaded.Slices : aligned.Slices;
        var explanation = stage.Time("explaining", () => ChangeExplainer.Explain(
            before.Scored.Scores, aligned.Scored!.Scores, before.Scored.Labels, options, slices, aligned.ClassNames ?? before.Loaded.ClassNames, cancel));
        return new(
            Tool.NameAndVersion, request.Command, old.Name, now.Name, [.. before.Files, .. after.Files],
            after.Scored.Scores.ClassCount, options.Level, options.Seed, options.DiagramEceKey, explanation,
            match.Warning is { } warning ? [warning, .. match.Differences] : match.Differences);
    }
}
