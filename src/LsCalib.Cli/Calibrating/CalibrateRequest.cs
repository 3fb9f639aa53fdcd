using LsCalib.Cli.Evaluating;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;

namespace LsCalib.Cli.Calibrating;

/// <summary>What the user asked calibrate to do.</summary>
internal sealed record CalibrateRequest
{
    /// <summary>Model and data, or predictions, and what is measured.</summary>
    public required EvaluateRequest Source { get; init; }

    /// <summary>The method, or null: chosen by cross-fitted NLL.</summary>
    public required CalibrationMethod? Method { get; init; }

    /// <summary>The calibrated model to write, or null.</summary>
    public required string? ModelOutput { get; init; }

    /// <summary>The calibrator to write, or null.</summary>
    public required string? CalibratorOutput { get; init; }

    /// <summary>What the written model gives, or null: what the source model gives.</summary>
    public required ScoreKind? OutputKind { get; init; }

    /// <summary>Replace files that are not ours, and calibrate a calibrated model.</summary>
    public required bool Force { get; init; }
}
