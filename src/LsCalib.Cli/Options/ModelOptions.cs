using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Onnx.Running;

namespace LsCalib.Cli.Options;

/// <summary>Options that say how a model is run.</summary>
internal sealed class ModelOptions
{
    public Option<string[]> Input { get; } = new("--input")
    {
        Description = "Columns of one input of a model that has several, as NAME=a,b,c; repeat for each.",
        HelpName = "NAME=A,…",
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<string?> OutputName { get; } = new("--output-name") { Description = "Output that holds the scores [found].", HelpName = "NAME" };

    public Option<string> Scores { get; } = ChoiceOption.Create("--scores", "KIND", "What the scores are: auto, logits or probabilities; auto reads the graph, then the numbers.", "auto", "logits", "probabilities");

    public Option<long[]?> InputShape { get; } = MakeShape();

    public Option<double> Divide { get; } = NumberOption.Real("--divide", "Divide each number by this first, such as 255", 1, double.MinValue, double.MaxValue, notZero: true);

    public Option<double[]?> Mean { get; } = NumberOption.List("--mean", "Then subtract this: one number, or one for each channel.");

    public Option<double[]?> Std { get; } = NumberOption.List("--std", "Then divide by this: one number, or one for each channel.", notZero: true);

    public Option<string> Layout { get; } = ChoiceOption.Create("--layout", "LAYOUT", "Where the channels are for --mean and --std: nchw (axis 1) or nhwc (last).", "nchw", "nhwc");

    public Option<int?> BatchSize { get; } = NumberOption.OptionalInteger("--batch-size", "Rows that run through the model at once [chosen by their width, at most 1024].", 1, 1 << 20);

    public Option<DeviceChoice> Device { get; } = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N; auto takes CUDA where it works.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => DeviceChoice.Auto,
        CustomParser = result => Devices(result)[^1],
    };

    /// <summary>In the place of <see cref="Device"/> where models can be run on several.</summary>
    public Option<DeviceChoice[]> SeveralDevices { get; } = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N; auto takes CUDA where it works. Repeat it to run each model on several devices.",
        HelpName = "DEVICE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [DeviceChoice.Auto],
        CustomParser = Devices,
    };

    public void AddTo(Command command)
    {
        command.Add(Input);
        command.Add(OutputName);
        command.Add(Scores);
        command.Add(InputShape);
        command.Add(Divide);
        command.Add(Mean);
        command.Add(Std);
        command.Add(Layout);
        command.Add(BatchSize);
        command.Add(Device);
    }

    public Preprocessing Preprocessing(ParseResult parse) => new(
        parse.GetValue(Divide), DataOptions.Given(parse, Mean), DataOptions.Given(parse, Std), parse.GetValue(Layout) == "nhwc");

    /// <summary>What the user says that the scores are, or null.</summary>
    public ScoreKind? Kind(ParseResult parse) => parse.GetValue(Scores) switch
    {
        "logits" => ScoreKind.Logits,
        "probabilities" => ScoreKind.Probabilities,
        _ => null,
    };

    private static DeviceChoice[] Devices(ArgumentResult result)
    {
        var choices = result.Tokens.Select(token => (token.Value, Choice: DeviceChoice.TryParse(token.Value))).ToList();
        foreach (var (text, _) in choices.Where(entry => entry.Choice is null))
        {
            result.AddError($"--device: \"{text}\" is no device. Use auto, cpu, cuda or cuda:N.");
        }

        return [.. choices.Select(entry => entry.Choice ?? DeviceChoice.Auto)];
    }

    private static Option<long[]?> MakeShape() => new("--input-shape")
    {
        Description = "Dimensions of one row of the input, such as 1,28,28 [the model's].",
        HelpName = "D,D,…",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            var dimensions = new List<long>();
            foreach (string part in text.Split(','))
            {
                if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int dimension) || dimension < 1)
                {
                    result.AddError($"--input-shape: \"{text}\" is no shape. Give the dimensions of one row, such as 1,28,28.");
                    return null;
                }

                dimensions.Add(dimension);
            }

            return [.. dimensions];
        },
    };
}
