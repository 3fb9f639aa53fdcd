using LsCalib.Core.Metrics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>A number that a calibrator was fitted to, with its interval where one is known.</summary>
public sealed record Parameter(string Name, double Value, Interval? Interval);

/// <summary>A recalibration method applied to an evaluation, in the shape that every method shares.</summary>
/// <param name="Method">Key of the method, such as temperature.</param>
/// <param name="Status">How the fit ended.</param>
/// <param name="Reason">What happened where it did not converge; else empty.</param>
/// <param name="Parameters">Fitted parameters, empty without a fit.</param>
/// <param name="FitOn">Rows that it was fitted on.</param>
/// <param name="Folds">The first parameter fitted without each fold; empty where it was not cross-fitted.</param>
/// <param name="Evaluation">The evaluation after recalibration, null without a fit.</param>
public sealed record Calibration(
    string Method,
    FitStatus Status,
    string Reason,
    IReadOnlyList<Parameter> Parameters,
    FitSource FitOn,
    IReadOnlyList<double> Folds,
    Evaluation? Evaluation)
{
    /// <summary>Name in tables and titles.</summary>
    public required string Title { get; init; }

    /// <summary>What the method does, and how its parameters are to be read, in words.</summary>
    public required string Definition { get; init; }

    /// <summary>What the logits of each row are multiplied by, where that is all the method does; else null.</summary>
    public RowScaling? Scaling { get; init; }

    /// <summary>The map fitted on all rows, the one to ship; null without a fit.</summary>
    public Calibrator? Calibrator { get; init; }

    /// <summary>What else a reader must know of the fit; else empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>After − before recalibration: of accuracy, nll, brier and gap, and where they are wanted of errors over bins.</summary>
    public IReadOnlyList<PairedDifference> Differences { get; init; } = [];

    /// <summary>The difference of a metric, or null where there is none.</summary>
    /// <param name="metric">Key of the metric.</param>
    public PairedDifference? DifferenceOf(string metric) => Differences.FirstOrDefault(difference => difference.Metric == metric);
}

/// <summary>Where the rows come from that a calibrator was fitted on.</summary>
public enum FitOrigin
{
    /// <summary>Nowhere: there was nothing to fit on.</summary>
    Nothing,

    /// <summary>The evaluation data, each row recalibrated by a fit without its fold.</summary>
    CrossFitted,

    /// <summary>Data of their own.</summary>
    CalibrationData,

    /// <summary>The very rows that are evaluated: numbers after recalibration are optimistic.</summary>
    EvaluationData,
}

/// <summary>What a calibrator was fitted on.</summary>
/// <param name="Origin">Where the rows come from.</param>
/// <param name="Words">The same for a reader.</param>
public sealed record FitSource(FitOrigin Origin, string Words)
{
    /// <summary>The origin in kebab-case: cross-fitted.</summary>
    public string Key => Origin switch
    {
        FitOrigin.CrossFitted => "cross-fitted",
        FitOrigin.CalibrationData => "calibration-data",
        FitOrigin.EvaluationData => "evaluation-data",
        _ => "nothing",
    };
}
