using System.CommandLine;
using LsCalib.Cli.Commands;
using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;

namespace LsCalib.Cli.Options;

/// <summary>Where scores come from: a model and data, or predictions made elsewhere.</summary>
/// <param name="fitsTemperature">Whether the command also reads calibration data.</param>
/// <param name="dataIs">What the data is to the command.</param>
/// <param name="takesRuns">Whether a folder that evaluate wrote may stand for its predictions.</param>
internal sealed class SourceOptions(bool fitsTemperature, string dataIs = "test data", bool takesRuns = false)
{
    public Argument<string?> Model { get; } = PathArgument.Optional("model", takesRuns ? "ONNX classifier, or a folder that evaluate wrote, for its predictions." : "ONNX classifier.");

    public Option<string?> Predictions { get; } = new("--predictions") { Description = "Predictions instead of a model: .npz (logits or probabilities [N,K], labels [N]; or confidence and correct [N]) or .csv (logit_0… or prob_0…, label; or confidence, correct).", HelpName = "FILE" };

    public DataOptions Data { get; } = new(dataIs);

    public ModelOptions Models { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(Model);
        command.Add(Predictions);
        Data.AddTo(command, fitsTemperature);
        Models.AddTo(command);
        command.Validators.Add(result =>
        {
            string name = string.Join(' ', CommandPath.Of(command));
            bool hasModel = result.GetResult(Model) is { Tokens.Count: > 0 };
            bool hasRun = hasModel && takesRuns && Directory.Exists(result.GetResult(Model)!.Tokens[0].Value);
            bool hasPredictions = result.GetResult(Predictions) is not null;
            if (hasModel == hasPredictions)
            {
                string example = fitsTemperature ? $" For example: ls-calib {name} model.onnx --data test.csv" : "";
                result.AddError(hasModel
                    ? $"{name} takes a model or --predictions, not both."
                    : $"{name} takes a model and --data, or --predictions.{example}");
            }
            else if (hasModel && !hasRun && result.GetResult(Data.Data) is null)
            {
                string path = result.GetResult(Model)!.Tokens[0].Value;
                result.AddError(path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
                    ? $"{name}: {path} is no .onnx model. Predictions are given as --predictions {path}."
                    : $"{name}: --data is missing: the labelled {dataIs} to run the model on.");
            }
            else if ((hasPredictions || hasRun) && result.GetResult(Data.Data) is not null)
            {
                result.AddError($"{name}: --data goes with a model; {(hasRun ? "a run" : "--predictions")} holds its own labels.");
            }
        });
    }

    /// <summary>The request of the parsed options; that of a run's predictions where its folder is given, and may be.</summary>
    public EvaluateRequest Request(ParseResult parse, MetricSet metrics, IReadOnlyList<string> arguments)
    {
        var request = Typed(parse, metrics, arguments);
        string? folder = takesRuns ? new[] { request.Model, request.Predictions }.FirstOrDefault(Directory.Exists) : null;
        return folder is null ? request : (request with { Model = null }).OfRun(Path.Combine(folder, RunData.Predictions));
    }

    private EvaluateRequest Typed(ParseResult parse, MetricSet metrics, IReadOnlyList<string> arguments) => new()
    {
        Model = parse.GetValue(Model),
        Predictions = parse.GetValue(Predictions),
        Data = parse.GetValue(Data.Data),
        Labels = parse.GetValue(Data.Labels),
        CalibrationData = fitsTemperature ? parse.GetValue(Data.CalibrationData) : null,
        CalibrationLabels = fitsTemperature ? parse.GetValue(Data.CalibrationLabels) : null,
        ClassNamesFile = parse.GetValue(Data.ClassNames),
        Csv = Data.Csv(parse),
        Layout = Data.Layout(parse),
        InputColumns = InputColumns(parse.GetValue(Models.Input)),
        OutputName = parse.GetValue(Models.OutputName),
        Scores = Models.Kind(parse),
        InputShape = DataOptions.Given(parse, Models.InputShape),
        Preprocessing = Models.Preprocessing(parse),
        BatchSize = parse.GetValue(Models.BatchSize),
        Device = parse.GetValue(Models.Device)!,
        Metrics = metrics,
        Threads = CommonOptions.ThreadCount(parse),
        Command = OutputOptions.WithoutOutput(arguments),
    };

    private static List<(string Input, string[] Columns)> InputColumns(string[]? values)
    {
        var inputs = new List<(string, string[])>();
        foreach (string value in values ?? [])
        {
            int equals = value.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || equals == value.Length - 1)
            {
                throw new UsageException($"--input: \"{value}\" is not NAME=columns, such as image=p*.");
            }

            if (inputs.Any(input => input.Item1 == value[..equals]))
            {
                throw new UsageException($"--input: \"{value[..equals]}\" is given twice.");
            }

            inputs.Add((value[..equals], value[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        }

        return inputs;
    }
}
