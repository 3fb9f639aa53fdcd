using System.CommandLine;
using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;

namespace LsCalib.Cli.Options;

/// <summary>Options of calibrate.</summary>
internal sealed class CalibrateOptions
{
    public SourceOptions Source { get; } = new(fitsTemperature: false, dataIs: "validation data");

    public Option<string> Method { get; } = MakeMethod();

    public Option<string?> Output { get; } = new("--output", "-o") { Description = "File to write: .onnx, the calibrated model; .json, the calibrator; .npz with --apply.", HelpName = "FILE" };

    public Option<string?> SaveCalibrator { get; } = new("--save-calibrator") { Description = "Write the calibrator as JSON too, beside the model.", HelpName = "FILE" };

    public Option<string?> Apply { get; } = new("--apply") { Description = "Map --predictions by this calibrator, written before, instead of fitting one.", HelpName = "FILE" };

    public Option<string> OutputKind { get; } = ChoiceOption.Create("--output-kind", "KIND", "What the calibrated model gives: same, logits or probabilities.", "same", "logits", "probabilities");

    public Option<bool> Force { get; } = new("--force") { Description = "Replace a file that is not ours, and calibrate a model that is calibrated already." };

    public Option<bool> Json { get; } = new("--json") { Description = "Print what was done as JSON instead of the summary." };

    private readonly MetricOptions _metrics = new();

    public void AddTo(Command command)
    {
        Source.AddTo(command);
        command.Add(Method);
        command.Add(Output);
        command.Add(SaveCalibrator);
        command.Add(Apply);
        command.Add(OutputKind);
        _metrics.AddIntervalsTo(command);
        command.Add(_metrics.Bins);
        command.Add(_metrics.Binning);
        command.Add(Force);
        command.Add(Json);
        command.Validators.Add(result =>
        {
            bool applies = result.GetResult(Apply) is not null;
            bool hasOutput = result.GetResult(Output) is not null;
            if (!hasOutput && (applies || result.GetResult(SaveCalibrator) is null))
            {
                result.AddError($"calibrate: --output is missing: the file to write, such as {(applies ? "mapped.npz" : "calibrated.onnx or calibrator.json")}.");
            }
            else if (applies && result.GetResult(Source.Predictions) is null)
            {
                result.AddError("calibrate: --apply maps --predictions; a model is calibrated by writing it anew, with -o calibrated.onnx.");
            }
            else if (applies && result.GetResult(Method) is { Implicit: false })
            {
                result.AddError("calibrate: --apply takes the method of its calibrator; leave --method out.");
            }
            else if (applies && result.GetResult(Json) is not null)
            {
                result.AddError("calibrate: --apply measures nothing that --json could print; evaluate --predictions FILE --json does.");
            }
            else if (!applies && result.GetResult(OutputKind) is { Implicit: false } && result.GetResult(Output) is { Tokens: [{ Value: var file }] } && file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError("calibrate: --output-kind is of a model; a calibrator gives what its method gives until --apply says otherwise.");
            }
            else if (applies && result.GetResult(SaveCalibrator) is not null)
            {
                result.AddError("calibrate: --apply fits nothing that --save-calibrator could save.");
            }
            else if (result.GetResult(SaveCalibrator) is not null && result.GetResult(Output) is { Tokens: [{ Value: var output }] } && output.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError("calibrate: --output and --save-calibrator would both be the calibrator; leave one out.");
            }
        });
    }

    /// <summary>What is measured before and after.</summary>
    public MetricSet Metrics(ParseResult parse)
    {
        var set = _metrics.Set(parse);
        return set with { Keys = ["accuracy", "nll", "brier", set.DiagramEceKey, "gap"], ResampleClasses = false };
    }

    /// <summary>Whether a file to write is a model, or the calibrator alone.</summary>
    /// <exception cref="UsageException">Its ending says neither, or there is no model.</exception>
    public static bool IsModel(string output, EvaluateRequest source)
    {
        if (output.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        RequireEnding(output, ".onnx", "calibrate writes a model (.onnx) or a calibrator (.json)");
        return source.Model is not null
            ? true
            : throw new UsageException($"{output}: predictions have no model to calibrate. Write the calibrator: -o calibrator.json.");
    }

    /// <exception cref="UsageException">The file has another ending.</exception>
    public static void RequireEnding(string output, string ending, string why)
    {
        if (!output.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{output}: {why}; name a file that ends in {ending}.");
        }
    }

    private static Option<string> MakeMethod()
    {
        var option = new Option<string>("--method")
        {
            Description = $"Recalibration method: {RecalibrationOptions.Keys}; or auto, the simplest that is as good as the best by cross-fitted NLL.",
            HelpName = "METHOD",
            DefaultValueFactory = _ => "temperature",
        };
        option.CompletionSources.Add(_ => Core.Recalibration.CalibrationMethods.All.Select(method => new System.CommandLine.Completions.CompletionItem(method.Key)).Append(new("auto")));
        return option;
    }
}
