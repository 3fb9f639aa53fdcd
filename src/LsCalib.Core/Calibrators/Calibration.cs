using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>A number that a calibrator was fitted to, with its interval where one is known.</summary>
public sealed record Parameter(string Name, double Value, Interval? Interval);

/// <summary>A recalibration method applied to an evaluation, in the shape that every method shares.</summary>
/// <param name="Method">Key of the method: temperature.</param>
/// <param name="Status">How the fit ended.</param>
/// <param name="Reason">What happened where it did not converge; else empty.</param>
/// <param name="Parameters">Fitted parameters, empty without a fit.</param>
/// <param name="FitOn">Rows that it was fitted on, in words.</param>
/// <param name="Folds">The first parameter fitted without each fold; empty where it was not cross-fitted.</param>
/// <param name="Evaluation">The evaluation after recalibration, null without a fit.</param>
public sealed record Calibration(
    string Method,
    FitStatus Status,
    string Reason,
    IReadOnlyList<Parameter> Parameters,
    string FitOn,
    IReadOnlyList<double> Folds,
    Evaluation? Evaluation)
{
    /// <summary>What the method does, and how its parameters are to be read, in words.</summary>
    public required string Definition { get; init; }

    /// <summary>What the logits of each row are multiplied by, where that is all the method does; else null.</summary>
    public RowScaling? Scaling { get; init; }
}
