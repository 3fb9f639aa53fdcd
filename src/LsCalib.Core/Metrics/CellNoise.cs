using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>
/// Law of Σ |count − expected count| over many independent cells of a calibrated model: mean and variance in closed
/// form, quantiles by the normal law that so many terms have.
/// </summary>
internal sealed class CellNoise
{
    private const double NormalQ95 = 1.6448536269514722;
    private double _mean;
    private double _variance;

    /// <summary>Adds a cell.</summary>
    /// <param name="expected">Σ p over its rows.</param>
    /// <param name="variance">Σ p (1 − p).</param>
    /// <param name="weight">What its deviation is multiplied by.</param>
    public void Add(double expected, double variance, double weight = 1)
    {
        double deviation = LabelCountLaw.MeanAbsoluteDeviation(expected, variance);
        _mean += weight * deviation;
        _variance += weight * weight * Math.Max(variance - (deviation * deviation), 0);
    }

    /// <summary>The floor of the sum times a factor.</summary>
    /// <param name="scale">The factor.</param>
    /// <param name="classCount">
    /// K where the cells are those of K classes in turn: counts of different classes exclude one another, wholly so with
    /// two classes, which raises the variance of the sum by about K/(K − 1); 0 where cells share no rows.
    /// </param>
    public NoiseFloor Floor(double scale, int classCount = 0)
    {
        double deviation = Math.Sqrt(_variance * (classCount > 1 ? classCount / (classCount - 1.0) : 1));
        return new(_mean * scale, _mean * scale, (_mean + (NormalQ95 * deviation)) * scale);
    }
}
