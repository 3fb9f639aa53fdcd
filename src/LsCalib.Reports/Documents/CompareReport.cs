using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Documents;

/// <summary>Several models on the same rows: the one source of what compare prints and writes.</summary>
public sealed record CompareReport
{
    /// <summary>Tool and version.</summary>
    public required string Tool { get; init; }

    /// <summary>The command line, without the options that only say where output goes.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required long Seed { get; init; }

    /// <summary>Confidence level of intervals.</summary>
    public required double Level { get; init; }

    /// <summary>Resamples that intervals rest on; 0: none.</summary>
    public required int ResampleCount { get; init; }

    /// <summary>N.</summary>
    public required int RowCount { get; init; }

    /// <summary>K.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Name of what rows are grouped by, and how many groups there are; null: rows are independent.</summary>
    public required (string Name, int Count)? Groups { get; init; }

    /// <summary>The metrics of every model, in the order of tables.</summary>
    public required IReadOnlyList<MetricInfo> Metrics { get; init; }

    /// <summary>The models; the first is what the others are compared with.</summary>
    public required IReadOnlyList<ComparedModel> Models { get; init; }

    /// <summary>Each other model against the first, or each pair of models.</summary>
    public required IReadOnlyList<ComparedPair> Pairs { get; init; }

    /// <summary>What a reader should know; sentences without full stop.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Key of the ECE that belongs to the diagram.</summary>
    public required string DiagramEceKey { get; init; }

    /// <summary>Where the temperatures are fitted: all on the rows compared, or all on others; null: there are none.</summary>
    public FitOrigin? TemperaturesFrom => Models.Select(model => model.Temperature).FirstOrDefault(temperature => temperature.Evaluation is not null)?.FitOn.Origin;

    /// <summary>The models by names that are told apart where there is little room, by their own.</summary>
    public IReadOnlyDictionary<string, string> ShortNames => field ??= DistinctNames.Of([.. Models.Select(model => model.Name)]);
}

/// <summary>One of several models.</summary>
/// <param name="Name">Its name among them.</param>
/// <param name="Files">The model or predictions, and what was read beside.</param>
/// <param name="Device">Where a model ran, such as cpu; null of predictions.</param>
/// <param name="AsIs">The metrics as it is.</param>
/// <param name="Temperature">Temperature scaling, measured on the same rows; without evaluation where there is no fit.</param>
public sealed record ComparedModel(string Name, IReadOnlyList<SourceFile> Files, string? Device, Evaluation AsIs, Calibration Temperature)
{
    /// <summary>What rows are known by where nothing better is.</summary>
    public const string ByNumber = "row number and label";

    /// <summary>The data that a model was run on; empty of others.</summary>
    public IReadOnlyList<SourceFile> Data { get; init; } = [];

    /// <summary>The data that its temperature was fitted on; empty where that is the data compared.</summary>
    public IReadOnlyList<SourceFile> CalibrationData { get; init; } = [];

    /// <summary>Strength of the label smoothing that it was trained with, and its convention, as its file says; null where it does not.</summary>
    public (double Strength, string Convention)? Smoothing { get; init; }

    /// <summary>How its rows are known to be those of the first, in words; empty of the first itself.</summary>
    public string RowsKnownBy { get; init; } = "";

    /// <summary>Its panel in figures.</summary>
    public required FigureStage Stage { get; init; }

    /// <summary>A metric as it is; null where it is not known of this model.</summary>
    public Measurement? Before(MetricInfo info) => Of(AsIs, info);

    /// <summary>A metric with the temperature; null without one.</summary>
    public Measurement? After(MetricInfo info) => Temperature.Evaluation is { } after ? Of(after, info) : null;

    private static Measurement? Of(Evaluation evaluation, MetricInfo info) => evaluation.Metrics.FirstOrDefault(metric => metric.Info.Key == info.Key)?.Measurement;
}

/// <summary>A model against the first.</summary>
/// <param name="Name">The model.</param>
/// <param name="Against">The first.</param>
/// <param name="Change">How far its outputs lie from those of the first.</param>
/// <param name="AsIs">Differences as they are.</param>
/// <param name="Scaled">Differences with a temperature each; null where one of them has none.</param>
public sealed record ComparedPair(string Name, string Against, OutputChange Change, IReadOnlyList<ModelDifference> AsIs, IReadOnlyList<ModelDifference>? Scaled);
