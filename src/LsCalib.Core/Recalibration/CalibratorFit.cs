using LsCalib.Core.Calibrators;

namespace LsCalib.Core.Recalibration;

/// <summary>Outcome of fitting a calibrator.</summary>
/// <param name="Status">How the fit ended; only <see cref="FitStatus.Converged"/> has a calibrator.</param>
/// <param name="Calibrator">The map, or null.</param>
/// <param name="Reason">What happened, in words; empty when the fit converged.</param>
public sealed record CalibratorFit(FitStatus Status, Calibrator? Calibrator, string Reason)
{
    /// <summary>What else a reader must know of the fit, such as the penalty chosen; else empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>A fit that converged.</summary>
    public static CalibratorFit Of(Calibrator calibrator) => new(FitStatus.Converged, calibrator, "");

    /// <summary>A fit without a calibrator.</summary>
    public static CalibratorFit Failed(FitStatus status, string reason) => new(status, null, reason);
}
