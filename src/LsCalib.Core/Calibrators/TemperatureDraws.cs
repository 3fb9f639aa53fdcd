using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;

namespace LsCalib.Core.Calibrators;

/// <summary>The temperature of each resample of a bootstrap.</summary>
internal sealed class TemperatureDraws
{
    private readonly double[] _sorted;
    private readonly BiasCorrection _correction;
    private readonly bool _isGrouped;

    /// <param name="logTemperatures">As <see cref="LogTemperatures"/>.</param>
    /// <param name="estimate">ln T of the sample.</param>
    /// <param name="slopes">What each unit drawn adds to the slope at T, weights included; they sum to 0.</param>
    /// <param name="isGrouped">Whether groups of rows were drawn.</param>
    public TemperatureDraws(double[] logTemperatures, double estimate, ReadOnlySpan<double> slopes, bool isGrouped)
    {
        LogTemperatures = logTemperatures;
        _isGrouped = isGrouped;
        _sorted = [.. logTemperatures.Where(draw => !double.IsNaN(draw))];
        Array.Sort(_sorted);

        // ln T moves with a unit's share by that unit's slope, times what is the same for all of them.
        _correction = new(_sorted.Count(draw => draw < estimate), _sorted.Length, slopes);
    }

    /// <summary>
    /// ln T of each resample [B]: −∞ where T lies below the range searched or goes to 0 (all rows drawn are right), +∞ above
    /// it, NaN where all scores drawn are constant.
    /// </summary>
    public double[] LogTemperatures { get; }

    /// <summary>The bias-corrected and accelerated interval of T (Efron 1987), a sixth of the slopes' skewness as acceleration.</summary>
    /// <param name="level">Between 0 and 1.</param>
    /// <returns>
    /// Lower 0, or upper ∞, where so many resamples have no finite T; null where half of the resamples are of constant scores.
    /// </returns>
    public Interval? Interval(double level)
    {
        double tail = (1 - level) / 2;
        return _sorted.Length < (LogTemperatures.Length + 1) / 2 ? null : new(
            Math.Exp(Quantile(_correction.Level(tail))),
            Math.Exp(Quantile(_correction.Level(1 - tail))),
            _isGrouped ? "bootstrap of groups, BCa, T refitted in each" : "bootstrap BCa, T refitted in each");
    }

    /// <summary>Quantile of the draws; between a finite and an infinite one: the infinite one.</summary>
    private double Quantile(double level)
    {
        double position = level * (_sorted.Length - 1);
        double below = _sorted[(int)Math.Floor(position)];
        double above = _sorted[(int)Math.Ceiling(position)];
        return double.IsInfinity(below) ? below : double.IsInfinity(above) ? above : Quantiles.OfSorted(_sorted, level);
    }
}
