using LsCalib.Core.Metrics;

namespace LsCalib.Core.Comparison;

/// <summary>No worsening: every number of every row is the same to the bit.</summary>
internal sealed record UnchangedWorsening(double Same) : Worsening(Same, Same, 0, SameBits)
{
    /// <summary>How it is known, in words.</summary>
    public const string SameBits = "the same predictions to the bit";

    public override double Excess(double tolerance) => Deviates.Of(0, tolerance, 0);

    public override double Room(double tolerance) => Deviates.OrEqual(tolerance, 0, 0);

    public override Interval? At(double level) => new(0, 0, Method);

    public override double Detectable(double level) => 0;
}
