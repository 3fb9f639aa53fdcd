using LsCalib.Cli.Evaluating;
using LsCalib.Data.Baselines;
using LsCalib.Onnx.Running;

namespace LsCalib.Cli.Comparing;

/// <summary>What the user asked compare to do.</summary>
/// <param name="Inputs">The models; the first is what the others are compared with.</param>
/// <param name="Files">How each is read and measured; the file itself is that of the input.</param>
internal sealed record CompareRequest(IReadOnlyList<PlotInput> Inputs, EvaluateRequest Files)
{
    /// <summary>Whether each pair is compared; else each other model with the first.</summary>
    public bool AllPairs { get; init; }

    /// <summary>Other rows that temperatures are fitted on, as far as the user names any.</summary>
    public CalibrationArguments Calibration { get; init; } = CalibrationArguments.Nothing;

    /// <summary>Refuses models without data, and data without models.</summary>
    /// <param name="inputs">What is compared.</param>
    /// <param name="data">The test data, or null.</param>
    /// <exception cref="UsageException">They do not go together.</exception>
    public static void CheckData(IReadOnlyList<PlotInput> inputs, string? data)
    {
        if (data is null && inputs.FirstOrDefault(input => input.IsModel) is { } model)
        {
            throw new UsageException($"{model.Path}: is a model, and --data is missing: the labelled test data to run it on.");
        }

        if (data is not null && !inputs.Any(input => input.IsModel))
        {
            throw new UsageException("--data goes with models; runs and predictions hold their own labels.");
        }
    }

    /// <summary>How one of the inputs is read, so that its rows can be matched with those of baselines beside it.</summary>
    /// <param name="input">A model, a run or predictions.</param>
    /// <param name="baselines">The baselines among the inputs.</param>
    public EvaluateRequest Of(PlotInput input, IReadOnlyCollection<Baseline> baselines)
    {
        string? kept = baselines.Select(baseline => baseline.Identities.IdColumn).FirstOrDefault(column => column is not null);
        var files = Files with { Csv = Files.Csv with { IdColumn = Files.Csv.IdColumn ?? kept } };
        if (input.IsModel)
        {
            return files with
            {
                Model = input.File,
                Device = input.Device ?? DeviceChoice.Auto,
                HashesInputs = Calibration.Files.Count > 0 || baselines.Any(baseline => baseline.Identities.Inputs is not null),
            };
        }

        // Runs keep no ids: they can be known by their data, but not beside a baseline that knows its rows by ids.
        var run = files.OfRun(input.File);
        return input.IsRun ? run with { Csv = run.Csv with { IdColumn = kept }, ClassNamesFile = null }
            : files with { Predictions = input.File, Data = null, Labels = null };
    }
}
