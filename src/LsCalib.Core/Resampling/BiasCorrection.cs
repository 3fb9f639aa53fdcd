using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Resampling;

/// <summary>The levels at which draws are read for a bias-corrected and accelerated interval (Efron 1987).</summary>
internal readonly struct BiasCorrection
{
    private readonly double _bias;
    private readonly double _acceleration;

    /// <param name="below">Draws below the estimate.</param>
    /// <param name="count">All draws.</param>
    /// <param name="influences">What each unit drawn adds to the estimate, on any scale; they sum to 0.</param>
    public BiasCorrection(int below, int count, ReadOnlySpan<double> influences)
    {
        _bias = Normal.InvCDF(0, 1, (below + 0.5) / (count + 1));
        double squares = 0;
        double cubes = 0;
        foreach (double influence in influences)
        {
            squares += influence * influence;
            cubes += influence * influence * influence;
        }

        _acceleration = squares > 0 ? cubes / (6 * Math.Pow(squares, 1.5)) : 0;
    }

    /// <summary>The level to read in the place of a nominal one.</summary>
    /// <param name="probability">Between 0 and 1.</param>
    public double Level(double probability)
    {
        double z = _bias + Normal.InvCDF(0, 1, probability);
        double stretch = 1 - (_acceleration * z);

        // The formula has a pole, far outside of what levels and skewness in use come to: beyond lies the end of the draws.
        return stretch > 0 ? Normal.CDF(0, 1, _bias + (z / stretch)) : z > 0 ? 1 : 0;
    }
}
