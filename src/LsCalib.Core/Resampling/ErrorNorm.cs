namespace LsCalib.Core.Resampling;

/// <summary>How the gaps of bins become one error. Each is homogeneous: gaps t times as large give t times the error.</summary>
internal enum ErrorNorm
{
    /// <summary>Σ w |gap|.</summary>
    Expected,

    /// <summary>√(Σ w gap²).</summary>
    RootMeanSquare,

    /// <summary>Largest |gap|.</summary>
    Maximum,

    /// <summary>Σ w (confidence − accuracy) over bins where confidence is above.</summary>
    OverConfident,

    /// <summary>Σ w (accuracy − confidence) over bins where confidence is below.</summary>
    UnderConfident,
}
