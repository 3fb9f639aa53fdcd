namespace LsCalib.Core.Calibrators;

/// <summary>
/// The slope of NLL in β = 1/T and its next four derivatives, of a row or of a group of rows, weights included: a Taylor
/// series that tells the slope at other β near by without the logits.
/// </summary>
internal struct SlopeSeries
{
    /// <summary>Numbers in one series; they lie side by side in memory.</summary>
    public const int Length = 5;

    /// <summary>∂NLL/∂β.</summary>
    public double Slope;

    /// <summary>∂²NLL/∂β².</summary>
    public double Curvature;

    /// <summary>∂³NLL/∂β³.</summary>
    public double Third;

    /// <summary>∂⁴NLL/∂β⁴.</summary>
    public double Fourth;

    /// <summary>∂⁵NLL/∂β⁵.</summary>
    public double Fifth;

    public static SlopeSeries Of(in NllMoments moments, double weight) => new()
    {
        Slope = weight * moments.Slope,
        Curvature = weight * moments.Curvature,
        Third = weight * moments.Third,
        Fourth = weight * moments.Fourth,
        Fifth = weight * moments.Fifth,
    };

    /// <summary>The slope a step away from where the series is taken.</summary>
    public readonly double SlopeAt(double step) =>
        Slope + (step * (Curvature + (step / 2 * (Third + (step / 3 * (Fourth + (step / 4 * Fifth)))))));

    public void Add(in SlopeSeries other)
    {
        Slope += other.Slope;
        Curvature += other.Curvature;
        Third += other.Third;
        Fourth += other.Fourth;
        Fifth += other.Fifth;
    }
}
