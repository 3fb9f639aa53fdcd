using System.CommandLine;
using System.Globalization;
using LsCalib.Cli.Options;
using LsCalib.Cli.Training;
using LsCalib.Core.Smoothing;
using LsCalib.Training;

namespace LsCalib.Cli.Commands;

/// <summary>train: a small classifier with or without label smoothing, as an ONNX model.</summary>
internal static class TrainCommand
{
    public static Command Create(CliContext app)
    {
        var data = new Option<string>("--data", "-d") { Description = "Labelled training data, .csv.", HelpName = "FILE", Required = true };
        var validation = new Option<string?>("--validation") { Description = "Data that decides when to stop, .csv.", HelpName = "FILE" };
        var output = new Option<string>("--output", "-o") { Description = "The model to write, .onnx.", HelpName = "FILE", Required = true };
        var history = new Option<string?>("--history") { Description = "Write a CSV with one row for each epoch.", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Replace a file that is not ours." };
        var hidden = Hidden();
        var smoothing = NumberOption.Real("--smoothing", "Strength of label smoothing, 0 to 1; 0 is off", 0, 0, 1);
        var convention = ChoiceOption.Create("--smoothing-convention", "FORM", $"What the strength means: {Conventions.AlphaOverK} (true class 1 - a + a/K) or {Conventions.EpsilonOverOthers} (true class 1 - e).", Conventions.AlphaOverK, Conventions.EpsilonOverOthers);
        var epochs = NumberOption.Integer("--epochs", "Passes over the data at most", 50, 1, 1_000_000);
        var patience = NumberOption.Integer("--patience", "Epochs without a better validation NLL before stopping", 10, 1, 1_000_000);
        var batchSize = NumberOption.Integer("--batch-size", "Rows of one step", 128, 1, 1 << 20);
        var optimizer = ChoiceOption.Create("--optimizer", "NAME", "adam or sgd (with momentum).", "adam", "sgd");
        var learningRate = NumberOption.Real("--learning-rate", "Step size", 0.001, 1e-12, 1e6);
        var momentum = NumberOption.Real("--momentum", "Momentum of sgd", 0.9, 0, 0.9999);
        var weightDecay = NumberOption.Real("--weight-decay", "Decay of the weights, not of the biases", 0, 0, 1e6);
        var columns = new DataOptions();
        var command = new Command("train", "Train a small classifier (multi-layer perceptron), with or without label smoothing.")
        {
            data, validation, output, history, hidden, smoothing, convention, epochs, patience, batchSize, optimizer, learningRate, momentum, weightDecay,
            columns.LabelColumn, columns.FeatureColumns, columns.DropColumns, columns.Delimiter, columns.ClassNames, force,
        };
        command.SetAction(async (parse, cancel) =>
        {
            bool quiet = parse.GetValue(CommonOptions.Quiet);
            var request = new TrainRequest
            {
                Data = parse.GetRequiredValue(data),
                Validation = parse.GetValue(validation),
                Output = parse.GetRequiredValue(output),
                History = parse.GetValue(history),
                ClassNamesFile = parse.GetValue(columns.ClassNames),
                Csv = columns.Csv(parse),
                Options = new TrainingOptions(
                    DataOptions.Given(parse, hidden) ?? [],
                    new LabelSmoothing(parse.GetValue(smoothing), Conventions.Parse(parse.GetValue(convention)!)),
                    parse.GetValue(epochs), parse.GetValue(batchSize), parse.GetValue(patience), parse.GetValue(CommonOptions.Seed)),
                Optimizer = parse.GetValue(optimizer)!,
                LearningRate = parse.GetValue(learningRate),
                Momentum = parse.GetValue(momentum),
                WeightDecay = parse.GetValue(weightDecay),
                Force = parse.GetValue(force),
            };
            bool progress = !quiet && app.Terminal(parse.GetValue(CommonOptions.Color)!).ErrorIsTerminal;
            await Task.Run(() => ModelTrainer.Run(request, app.Output, app.Error, progress, quiet, cancel), cancel).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static Option<int[]?> Hidden() => new("--hidden")
    {
        Description = "Widths of the hidden layers, such as 128,64; 0 for none [64].",
        HelpName = "N[,N…]",
        DefaultValueFactory = _ => [64],
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (text == "0")
            {
                return [];
            }

            var widths = new List<int>();
            foreach (string part in text.Split(','))
            {
                if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int width) || width < 1 || width > 100_000)
                {
                    result.AddError($"--hidden: \"{text}\" is no list of layer widths. Give whole numbers such as 128,64, or 0 for no hidden layer.");
                    return null;
                }

                widths.Add(width);
            }

            return [.. widths];
        },
    };
}
