using LsCalib.Core.Catalog;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Onnx.Running;

namespace LsCalib.Cli.Evaluating;

/// <summary>What the user asked evaluate to do.</summary>
internal sealed record EvaluateRequest
{
    /// <summary>The model file, or null with <see cref="Predictions"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The predictions file, or null with <see cref="Model"/>.</summary>
    public string? Predictions { get; init; }

    public string? Data { get; init; }

    public string? Labels { get; init; }

    public string? CalibrationData { get; init; }

    public string? CalibrationLabels { get; init; }

    public string? ClassNamesFile { get; init; }

    public required CsvOptions Csv { get; init; }

    /// <summary>Class axis, and the label that is left out.</summary>
    public ScoreLayout Layout { get; init; } = new();

    /// <summary>Columns by model input, for models with several.</summary>
    public IReadOnlyList<(string Input, string[] Columns)> InputColumns { get; init; } = [];

    public string? OutputName { get; init; }

    public ScoreKind? Scores { get; init; }

    public IReadOnlyList<long>? InputShape { get; init; }

    public Preprocessing Preprocessing { get; init; } = new();

    public int? BatchSize { get; init; }

    public DeviceChoice Device { get; init; } = DeviceChoice.Auto;

    public required MetricSet Metrics { get; init; }

    public int Threads { get; init; } = 1;

    /// <summary>Recalibration methods to fit and to measure.</summary>
    public IReadOnlyList<CalibrationMethod> Calibrate { get; init; } = [];

    /// <summary>Whether changes of the ECE get an interval: resamples of both predictions, which only those who look at changes wait for.</summary>
    public bool ComparesErrors { get; init; }

    /// <summary>Whether the report is for figures of the model as it is alone: no temperature is fitted, and nothing is said of intervals.</summary>
    public bool OnlyFigures { get; init; }

    /// <summary>Whether the rows that a model is run on are to be known by their inputs: costs a hash of each.</summary>
    public bool HashesInputs { get; init; }

    /// <summary>Whether <see cref="Predictions"/> are those of a folder that evaluate wrote.</summary>
    public bool IsRun { get; private init; }

    /// <summary>The command line as it goes into the manifest.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Name of the run: that of its folder, or of the model or predictions file, without folder and ending.</summary>
    public string Name => IsRun ? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(Predictions!))!) : Path.GetFileNameWithoutExtension(Model ?? Predictions!);

    /// <summary>The same of a run, which is read as evaluate wrote it: what was left out, grouped or weighted already is so in its file.</summary>
    /// <param name="predictions">Its predictions.</param>
    public EvaluateRequest OfRun(string predictions) => this with
    {
        IsRun = true,
        Predictions = predictions,
        Data = null,
        Labels = null,
        Csv = Csv with { GroupColumn = null, WeightColumn = null },
        Layout = new(),
        Scores = null,
    };
}
