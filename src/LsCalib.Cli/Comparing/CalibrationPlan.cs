using LsCalib.Cli.Baselines;
using LsCalib.Cli.Evaluating;
using LsCalib.Data;
using LsCalib.Data.Baselines;

namespace LsCalib.Cli.Comparing;

/// <summary>Which file the temperature of each input is fitted on: of all inputs, or of none.</summary>
internal sealed class CalibrationPlan
{
    private readonly Dictionary<string, string> _files;

    private CalibrationPlan(Dictionary<string, string> files) => _files = files;

    /// <summary>What a reader should know of rows that are not fitted on; sentences without full stop.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The file, or null: cross-fitted.</summary>
    public string? FileOf(PlotInput input) => _files.GetValueOrDefault(input.Name);

    /// <param name="request">What is compared, and what the user says.</param>
    /// <param name="baselines">The baselines among the inputs; those without probabilities have no temperature.</param>
    /// <exception cref="UsageException">Some inputs have rows to fit on, and some have none.</exception>
    /// <exception cref="DataException">The rows are those that are compared, or the input has no scores.</exception>
    public static CalibrationPlan Of(CompareRequest request, IReadOnlyDictionary<PlotInput, Baseline> baselines)
    {
        var typed = request.Calibration;
        foreach (var (input, baseline) in baselines.Where(entry => entry.Value.Probabilities is null && typed.Own.ContainsKey(entry.Key.Name)))
        {
            throw new DataException($"{baseline.Path}: {BaselineScores.None}, so it has no temperature to fit. Leave out --calibration-data {input.GivenName}={typed.Own[input.Name]}.");
        }

        var scaled = request.Inputs.Where(input => !baselines.TryGetValue(input, out var baseline) || baseline.Probabilities is not null).ToList();
        var files = new Dictionary<string, string>();
        foreach (var input in typed.IsNone ? [] : scaled)
        {
            string? own = input.IsModel ? typed.Shared : input.CalibrationFile;
            if ((typed.Own.GetValueOrDefault(input.Name) ?? own) is { } file)
            {
                CheckFile(file, request);
                files.Add(input.Name, file);
            }
        }

        var without = scaled.Where(input => !files.ContainsKey(input.Name)).ToList();
        if (files.Count == 0 || without.Count == 0)
        {
            return new(files) { Warnings = [.. Shared(request.Inputs.Where(input => !input.IsModel && files.ContainsKey(input.Name)), files)] };
        }

        string missing = string.Join(", ", without.Select(input => input.Name));
        string remedy = string.Join(" ", without.Select(input => input.GivenName).Distinct().Select(name => $"--calibration-data {name}=FILE"));
        string content = without.All(input => input.IsModel) ? "data to run it on"
            : $"predictions of those rows{(without.Any(input => input.IsModel) ? " (of a model: data to run it on)" : "")}";
        return typed.Files.Count == 0
            ? new([]) { Warnings = [$"rows to fit a temperature on are kept by {string.Join(", ", files.Keys)}, but there are none of {missing} ({remedy}), and so they are not used: all temperatures are cross-fitted"] }
            : throw new UsageException($"--calibration-data: there are rows to fit the temperature of {string.Join(", ", files.Keys)} on, but none of {missing}, and temperatures are compared that are fitted on the same rows. Give {remedy}, {content}; or --calibration-data none, and all are cross-fitted.");
    }

    /// <summary>A file of predictions that is that of two inputs, which it hardly can be unless they are one.</summary>
    private static IEnumerable<string> Shared(IEnumerable<PlotInput> inputs, Dictionary<string, string> files) => inputs
        .GroupBy(input => Path.GetFullPath(files[input.Name]))
        .Where(same => same.Select(input => Path.GetFullPath(input.File)).Distinct().Count() > 1)
        .Select(same => $"the temperatures of {string.Join(", ", same.Select(input => input.Name))} are fitted on one file of predictions, {files[same.First().Name]}, which is right only if they are the same model");

    private static void CheckFile(string file, CompareRequest request)
    {
        string full = Path.GetFullPath(file);
        if (request.Inputs.Select(input => input.File).Append(request.Files.Data).Any(tested => tested is not null && Path.GetFullPath(tested) == full))
        {
            throw CalibrationRows.AreCompared(file);
        }
    }
}
