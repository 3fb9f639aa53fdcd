namespace LsCalib.Core.Metrics;

/// <summary>A confidence interval of an estimate.</summary>
/// <param name="Lower">Lower end, in the metric's unit.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Method">How it was computed, in words.</param>
public sealed record Interval(double Lower, double Upper, string Method);

/// <summary>
/// What a metric would be for a perfectly calibrated model with the same confidences: each label drawn with the
/// probability that the model claims.
/// </summary>
/// <param name="Mean">Expected value.</param>
/// <param name="Median">Middle value.</param>
/// <param name="Q95">Value exceeded in 5 % of the draws.</param>
public sealed record NoiseFloor(double Mean, double Median, double Q95);

/// <summary>A metric's value with what is known of its uncertainty.</summary>
/// <param name="Value">The estimate, in the metric's unit; NaN where it is undefined.</param>
/// <param name="Interval">Confidence interval, or null where none is computed.</param>
/// <param name="NoiseFloor">Level of a calibrated model, for errors that cannot be zero by chance; else null.</param>
public sealed record Measurement(double Value, Interval? Interval = null, NoiseFloor? NoiseFloor = null)
{
    /// <summary>For tests: probability of a statistic as large under calibration, 0 to 1; else null.</summary>
    public double? PValue { get; init; }

    /// <summary>What else a reader must know of the number, such as the rows that it rests on; else empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>Width of an interval, relative to its ends, that is rounding: resamples hold values in single precision.</summary>
    private const double Rounding = 5e-7;

    /// <summary>
    /// The measurement as it can be reported. An interval with an undefined end, or without width, is none: resamples that
    /// do not scatter, as those of one row, do not tell how sure the value is. Documents hold no infinite number, so the
    /// note says it.
    /// </summary>
    internal Measurement Reported()
    {
        bool tells = Interval is { } i && i.Upper - i.Lower > Rounding * Math.Max(Math.Abs(i.Lower), Math.Abs(i.Upper));
        const string Infinite = "the value is infinite";
        return this with
        {
            Interval = tells ? Interval : null,
            Note = !double.IsInfinity(Value) ? Note : Note.Length == 0 ? Infinite : $"{Infinite}; {Note}",
        };
    }
}
