using LsCalib.Core.Smoothing;
using LsCalib.Data.Csv;
using LsCalib.Training;

namespace LsCalib.Cli.Training;

/// <summary>What the user asked train to do.</summary>
internal sealed record TrainRequest
{
    public required string Data { get; init; }

    public string? Validation { get; init; }

    public required string Output { get; init; }

    public string? History { get; init; }

    public string? ClassNamesFile { get; init; }

    public required CsvOptions Csv { get; init; }

    public required TrainingOptions Options { get; init; }

    /// <summary>adam or sgd.</summary>
    public required string Optimizer { get; init; }

    public required double LearningRate { get; init; }

    public required double Momentum { get; init; }

    public required double WeightDecay { get; init; }

    public bool Force { get; init; }

    public LabelSmoothing Smoothing => Options.Smoothing;
}
