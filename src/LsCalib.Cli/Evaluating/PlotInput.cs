using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Data.Numpy;
using LsCalib.Data.Rows;
using LsCalib.Onnx.Running;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>One of several models: a run, a file of predictions, a baseline, or the model itself.</summary>
/// <param name="Name">Title of its panels.</param>
/// <param name="Path">The folder or file as the user typed it.</param>
/// <param name="IsRun">Whether it is a folder that evaluate wrote.</param>
internal sealed record PlotInput(string Name, string Path, bool IsRun)
{
    /// <summary>Whether it is a baseline.</summary>
    public bool IsBaseline { get; private init; }

    /// <summary>The name that it was given: without the device of one that is run on several.</summary>
    public string GivenName { get; } = Name;

    /// <summary>The device that a model is run on; null where none is asked for.</summary>
    public DeviceChoice? Device { get; init; }

    /// <summary>Whether it is a model.</summary>
    public bool IsModel => !IsRun && !IsBaseline && Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file of predictions, or the model.</summary>
    public string File => IsRun ? System.IO.Path.Combine(Path, RunData.Predictions) : Path;

    /// <summary>The rows that a run fitted calibrators on, if it keeps any; else null.</summary>
    public string? CalibrationFile => IsRun && System.IO.Path.Combine(Path, RunData.Calibration) is var kept && System.IO.File.Exists(kept) ? kept : null;

    /// <summary>The inputs of a command line; each is a path, or NAME=path.</summary>
    /// <param name="arguments">As typed.</param>
    /// <param name="takesModels">Whether the command runs models itself.</param>
    /// <param name="takesBaselines">Whether the command takes baselines too.</param>
    /// <exception cref="UsageException">A name is empty, unprintable or given twice.</exception>
    /// <exception cref="DataException">A path is no run and no file.</exception>
    public static IReadOnlyList<PlotInput> Parse(IEnumerable<string> arguments, bool takesModels = false, bool takesBaselines = false)
    {
        var inputs = arguments.Select(Parse).ToList();
        CheckNames(inputs);
        foreach (var input in inputs)
        {
            input.Check(takesModels, takesBaselines);
        }

        return inputs;
    }

    /// <summary>Refuses names that are given twice.</summary>
    /// <exception cref="UsageException">Two inputs have the same name.</exception>
    public static void CheckNames(IEnumerable<PlotInput> inputs)
    {
        foreach (var same in inputs.GroupBy(input => input.Name).Where(same => same.Count() > 1))
        {
            throw new UsageException($"{string.Join(" and ", same.Select(input => input.Path))} have the same name, \"{same.Key}\". Give each its own: NAME={same.Last().Path}.");
        }
    }

    private static PlotInput Parse(string argument)
    {
        // A path may hold an equals sign itself: runs/lr=0.1.
        int equals = Exists(argument) ? -1 : argument.IndexOf('=', StringComparison.Ordinal);
        string path = argument[(equals + 1)..];
        bool isFolder = Directory.Exists(path);
        string name = equals >= 0 ? argument[..equals].Trim()
            : isFolder ? System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)))
            : System.IO.Path.GetFileNameWithoutExtension(path);
        return name.Length == 0 || path.Length == 0 || name.Any(char.IsControl)
            ? throw new UsageException($"\"{argument}\": {(path.Length == 0 ? "there is no path after the name" : name.Length == 0 ? "the name is empty" : "the name holds control characters")}. Write NAME=PATH, such as smooth=runs/smooth.")
            : new(name, path, isFolder) { IsBaseline = !isFolder && IsBaselineFile(path) };
    }

    private static bool Exists(string path) => System.IO.File.Exists(path) || Directory.Exists(path);

    /// <summary>By name, so that one that is damaged is told to be; or by how it starts.</summary>
    private static bool IsBaselineFile(string path)
    {
        try
        {
            return path.EndsWith(".baseline", StringComparison.OrdinalIgnoreCase) || (System.IO.File.Exists(path) && BaselineReader.IsBaseline(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(path, exception);
        }
    }

    private void Check(bool takesModels, bool takesBaselines)
    {
        if (!Exists(Path))
        {
            throw new DataException($"{Path}: no such file or folder.");
        }

        if (IsBaseline && !takesBaselines)
        {
            throw new DataException($"{Path}: is a baseline. Name the predictions that it was made of, or a folder that evaluate wrote; compare, explain-change and gate take baselines.");
        }

        if (IsModel && !takesModels)
        {
            throw new DataException($"{Path}: is a model. Evaluate it first, and name the folder that evaluate writes.");
        }

        if (!IsRun)
        {
            return;
        }

        using var run = Manifest.Read(Path, Manifest.Run)
            ?? throw new DataException($"{Path}: the folder holds no run of ls-calib (no {Manifest.Run}). Name a folder that evaluate wrote, or a file of predictions.");
        if (!System.IO.File.Exists(File))
        {
            throw new DataException($"{Path}: the run has no {RunData.Predictions}. Run evaluate again, or name a file of predictions.");
        }

        if (run.RootElement.TryGetProperty("weights", out var weights) && weights.TryGetProperty("by", out var by))
        {
            using var file = new NpzFile(File);
            if (!file.Contains(RowAttributes.DefaultWeights))
            {
                throw new DataException($"{Path}: the run is weighted by {by}, and its {RunData.Predictions} holds no array \"{RowAttributes.DefaultWeights}\". Run evaluate again, or name the file of predictions that it was made of, with --weight-column {by}.");
            }
        }
    }
}
