using LsCalib.Cli.Evaluating;
using LsCalib.Data;

namespace LsCalib.Cli.Comparing;

/// <summary>What the user says that temperatures are to be fitted on.</summary>
internal sealed record CalibrationArguments
{
    /// <summary>The word for no such rows.</summary>
    public const string None = "none";

    private const string Option = "--calibration-data";
    private readonly Dictionary<string, string> _own = [];

    /// <summary>Nothing.</summary>
    public static CalibrationArguments Nothing { get; } = new();

    /// <summary>Data that models are run on, or null.</summary>
    public string? Shared { get; private init; }

    /// <summary>Files of single inputs, by their names.</summary>
    public IReadOnlyDictionary<string, string> Own => _own;

    /// <summary>Whether every temperature is to be cross-fitted, also of runs that keep rows to fit on.</summary>
    public bool IsNone { get; private init; }

    /// <summary>The files.</summary>
    public IReadOnlyList<string> Files => [.. _own.Values.Concat(Shared is null ? [] : [Shared]).Distinct()];

    /// <summary>Reads the values of the option; each is a file, NAME=file, or none.</summary>
    /// <param name="values">As typed.</param>
    /// <param name="inputs">What is compared.</param>
    /// <exception cref="UsageException">A name is that of no input, an input or the models get two files, or there is no model.</exception>
    /// <exception cref="DataException">There is no such file.</exception>
    public static CalibrationArguments Parse(IReadOnlyList<string> values, IReadOnlyList<PlotInput> inputs)
    {
        var words = values.Where(value => value == None && !File.Exists(value)).ToList();
        if (words.Count > 0)
        {
            return words.Count == values.Count ? new() { IsNone = true }
                : throw new UsageException($"{Option} none: fits nothing on other rows, and {values.First(value => !words.Contains(value))} is given beside it. Leave out one of them.");
        }

        if (values.FirstOrDefault(value => value.StartsWith('-') && !Exists(value)) is { } option)
        {
            throw new UsageException($"{Option}: needs a file, and {option} stands in its place. A file of that name is written ./{option}.");
        }

        // A path may hold an equals sign itself, and so may a name: runs/lr=0.1.
        var shared = values.Where(value => Exists(value) || !value.Contains('=', StringComparison.Ordinal)).ToList();
        var arguments = new CalibrationArguments { Shared = shared.Count == 0 ? null : SharedFile(shared, inputs) };
        foreach (string value in values.Except(shared))
        {
            arguments.Add(value, inputs);
        }

        if (arguments.Shared is { } unused && inputs.Where(input => input.IsModel).All(input => arguments._own.ContainsKey(input.Name)))
        {
            throw new UsageException($"{Option} {unused}: every model has a file of its own, so none is run on it. Leave it out.");
        }

        foreach (string file in arguments.Files)
        {
            Check(file);
        }

        return arguments;
    }

    private static string SharedFile(List<string> files, IReadOnlyList<PlotInput> inputs)
    {
        if (files.Count > 1)
        {
            throw new UsageException($"{Option}: {string.Join(" and ", files)} are given; models are run on one. Give others as NAME=FILE; the inputs are {Named(inputs)}.");
        }

        return inputs.Any(input => input.IsModel) ? files[0]
            : throw new UsageException($"{Option} {files[0]}: there is no model to run on it. Give each input its predictions of those rows, such as {Option} {inputs[0].GivenName}=FILE; the inputs are {Named(inputs)}.");
    }

    private void Add(string value, IReadOnlyList<PlotInput> inputs)
    {
        string name = inputs.SelectMany(input => new[] { input.Name, input.GivenName })
            .Where(known => value.StartsWith(known + "=", StringComparison.Ordinal)).MaxBy(known => known.Length)
            ?? value[..value.IndexOf('=', StringComparison.Ordinal)];
        string file = value[(name.Length + 1)..];
        var meant = inputs.Where(input => input.Name == name.Trim() || input.GivenName == name.Trim()).ToList();
        if (meant.Count == 0 || file.Length == 0)
        {
            throw new UsageException(meant.Count == 0
                ? $"{Option} {value}: there is no such file, and no input is called \"{name.Trim()}\"; the inputs are {Named(inputs)}."
                : $"{Option} {value}: there is no file after the name.");
        }

        foreach (var input in meant.Where(input => !_own.TryAdd(input.Name, file)))
        {
            throw new UsageException($"{Option}: \"{input.Name}\" gets two files, {_own[input.Name]} and {file}. Give it one.");
        }
    }

    private static void Check(string file)
    {
        if (Directory.Exists(file))
        {
            string kept = Path.Combine(file, RunData.Calibration);
            throw new DataException($"{file}: is a folder; name a file{(File.Exists(kept) ? $", {kept}" : "")}.");
        }

        if (!File.Exists(file))
        {
            throw new DataException($"{file}: no such file.");
        }

        if (file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{Option} {file}: is a model. Name the data to run models on, or predictions: NAME=FILE.");
        }
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static string Named(IEnumerable<PlotInput> inputs) => string.Join(", ", inputs.Select(input => $"\"{input.Name}\""));
}
