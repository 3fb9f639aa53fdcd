using System.CommandLine;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;

namespace LsCalib.Cli.Options;

/// <summary>Options that say how data is read.</summary>
/// <param name="dataIs">What the data is to the command.</param>
internal sealed class DataOptions(string dataIs = "test data")
{
    public Option<string?> Data { get; } = new("--data", "-d") { Description = $"Labelled {dataIs}: .csv, .npz (arrays inputs and labels) or .npy (with --labels).", HelpName = "FILE" };

    public Option<string?> Labels { get; } = new("--labels") { Description = "Labels [N] in an .npy file, for --data inputs.npy.", HelpName = "FILE" };

    public Option<string?> CalibrationData { get; } = new("--calibration-data") { Description = "Data to fit recalibration on, such as the temperature T of softmax(z/T) (T above 1: the model was over-confident); without it, fits are cross-fitted on the test data.", HelpName = "FILE" };

    /// <summary>In the place of <see cref="CalibrationData"/> where several models are compared.</summary>
    public Option<string[]> SeveralCalibrationData { get; } = new("--calibration-data")
    {
        Description = "Other rows to fit every temperature T of softmax(z/T) on: FILE to run models on, NAME=FILE for the input NAME (predictions; of a model, data); repeat for each. Runs keep their own; none: all are cross-fitted, as where there are none.",
        HelpName = "[NAME=]FILE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<string?> CalibrationLabels { get; } = new("--calibration-labels") { Description = "Labels [N] in an .npy file, for --calibration-data inputs.npy.", HelpName = "FILE" };

    public Option<string> LabelColumn { get; } = new("--label-column") { Description = "CSV column of the true class.", HelpName = "NAME", DefaultValueFactory = _ => "label" };

    public Option<string[]?> FeatureColumns { get; } = Names("--feature-columns", "CSV columns that the model takes, by name or pattern (p*) [all others, in file order].");

    public Option<string[]?> DropColumns { get; } = Names("--drop-columns", "CSV columns that are no features, by name or pattern.");

    public Option<char?> Delimiter { get; } = MakeDelimiter();

    public Option<string?> ClassNames { get; } = new("--class-names") { Description = "File with the class names, one a line, in the order of the model's outputs.", HelpName = "FILE" };

    public Option<string?> GroupColumn { get; } = new("--group-column") { Description = "CSV column or .npz array of the group that a row belongs to, such as a patient: groups are resampled whole, and cross-fitting keeps them together [an array called groups].", HelpName = "NAME" };

    public Option<string[]> SliceColumns { get; } = new("--slice-column")
    {
        Description = "CSV column or .npz array by whose values rows are sliced, such as a site; repeat for several.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<string?> WeightColumn { get; } = new("--weight-column") { Description = "CSV column or .npz array of how much a row counts, 0 or more, for data drawn with known, unequal chances [an array row_weights of predictions].", HelpName = "NAME" };

    public Option<string?> IdColumn { get; } = new("--id-column") { Description = "CSV column or .npz array of ids, all different, that rows are known by; no feature [none: a model's rows are known by their inputs and label, predictions by row number and label].", HelpName = "NAME" };

    public Option<string> ClassAxis { get; } = ChoiceOption.Create("--class-axis", "AXIS", "Class axis of scores of more than two axes: 1 ([N,C,d1..dn]) or last ([N,L,V]); labels are [N,d1..dn] in .npz.", "1", "last");

    public Option<int?> IgnoreIndex { get; } = NumberOption.OptionalInteger("--ignore-index", "Label whose rows or positions are left out, such as -100 for padding or 255 for void.", int.MinValue, int.MaxValue);

    /// <summary>Those that say how a file of predictions is read.</summary>
    public IReadOnlyList<Option> OfPredictions => [LabelColumn, Delimiter, ClassNames, GroupColumn, WeightColumn, ClassAxis, IgnoreIndex];

    /// <param name="command">The command.</param>
    /// <param name="fitsTemperature">Whether it also reads calibration data, and slices the test data.</param>
    public void AddTo(Command command, bool fitsTemperature = true)
    {
        command.Add(Data);
        command.Add(Labels);
        if (fitsTemperature)
        {
            command.Add(CalibrationData);
            command.Add(CalibrationLabels);
        }

        command.Add(LabelColumn);
        command.Add(FeatureColumns);
        command.Add(DropColumns);
        command.Add(Delimiter);
        command.Add(ClassNames);
        command.Add(GroupColumn);
        if (fitsTemperature)
        {
            command.Add(SliceColumns);
        }

        command.Add(WeightColumn);
        command.Add(ClassAxis);
        command.Add(IgnoreIndex);
        command.Validators.Add(result =>
        {
            if (result.GetResult(Labels) is not null && result.GetResult(Data) is null)
            {
                result.AddError("--labels: goes with --data inputs.npy, and there is no --data.");
            }

            if (result.GetResult(CalibrationLabels) is not null && result.GetResult(CalibrationData) is null && result.GetResult(SeveralCalibrationData) is null)
            {
                result.AddError("--calibration-labels: goes with --calibration-data inputs.npy, and there is no --calibration-data.");
            }
        });
    }

    /// <summary>Which columns or arrays are what.</summary>
    /// <exception cref="UsageException">A column is sliced by twice, or is the label and something else at once.</exception>
    public CsvOptions Csv(ParseResult parse)
    {
        string label = parse.GetValue(LabelColumn)!;
        string[] slices = parse.GetValue(SliceColumns) ?? [];
        string? weight = parse.GetValue(WeightColumn);
        string? id = parse.GetValue(IdColumn);
        if (id == label)
        {
            throw new UsageException($"--id-column: \"{id}\" is the label column; ids are different in every row.");
        }

        if (slices.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new UsageException($"--slice-column: \"{twice.Key}\" is given twice.");
        }

        return weight == label
            ? throw new UsageException($"--weight-column: \"{weight}\" is the label column; a class index says nothing of how much a row counts.")
            : new(label, Given(parse, FeatureColumns), Given(parse, DropColumns), parse.GetValue(Delimiter), GroupColumn: parse.GetValue(GroupColumn))
            {
                SliceColumns = slices,
                WeightColumn = weight,
                IdColumn = id,
            };
    }

    /// <summary>How arrays of scores and labels are read.</summary>
    public ScoreLayout Layout(ParseResult parse) => new(
        parse.GetValue(ClassAxis) == "last" ? Core.Scores.ClassAxis.Last : Core.Scores.ClassAxis.Second, parse.GetValue(IgnoreIndex));

    /// <summary>The values of a list option, or null where the user gave none (the library gives an empty array then).</summary>
    public static T[]? Given<T>(ParseResult parse, Option<T[]?> option) =>
        parse.GetValue(option) is { Length: > 0 } values ? values : null;

    /// <summary>Names separated by commas.</summary>
    public static Option<string[]?> Names(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "A,B,…",
        CustomParser = result => result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };

    private static Option<char?> MakeDelimiter() => new("--delimiter")
    {
        Description = "CSV delimiter: a character, or tab [found in the header line].",
        HelpName = "C",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (text is "tab" or "\\t")
            {
                return '\t';
            }

            if (text.Length == 1 && !char.IsLetterOrDigit(text[0]) && text[0] is not '"' and not '.' and not '-' && char.IsAscii(text[0]))
            {
                return text[0];
            }

            result.AddError($"--delimiter: \"{text}\" cannot be a delimiter. Use one character such as ; or |, or tab.");
            return null;
        },
    };
}
