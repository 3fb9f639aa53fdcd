using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Kernels;

/// <summary>
/// The mean of h_ij over pairs of rows, where h_ij is the inner product of centred residuals: an estimate of the squared
/// length θ of their mean. Its variance is 4θv/n + 2s/n² (the two terms of a U-statistic, Hoeffding 1948), v the variance
/// along the mean and s the sum of the squared variances along all axes. At θ = 0 the first term vanishes and the estimate
/// is noisy at the rate of the second, so intervals take the variance at every θ that they judge, as Wilson's does for a
/// proportion, not at the estimate: near calibration that would be far too short by turns.
/// </summary>
/// <param name="Value">Mean over i ≠ j; NaN below two rows.</param>
/// <param name="PerTheta">4v/n; NaN below three rows.</param>
/// <param name="AtZero">2s/n²; NaN below three rows.</param>
internal readonly record struct UStatistic(double Value, double PerTheta, double AtZero)
{
    public static UStatistic From(in PairMoments moments)
    {
        double n = moments.RowCount;
        if (n < 3)
        {
            return new(n < 2 ? double.NaN : moments.Total / 2, double.NaN, double.NaN);
        }

        double value = moments.Total / (n * (n - 1));
        double squares = moments.SquareTotal / (n * (n - 1));
        double rowSquares = moments.RowSquares / (n * (n - 1) * (n - 1));

        // Double centring leaves the squared variances.
        double s = Math.Max(0, squares - (2 * rowSquares) + (value * value));

        // Along the observed mean, pairs of a row with itself included, so that it is never of length 0 by chance.
        double length = moments.FullTotal / (n * n);
        double v = length > 0 ? Math.Max(0, (moments.FullSquares / (n * n * n) / length) - length) : 0;
        return new(value, 4 * v / n, 2 * s / (n * n));
    }

    /// <summary>The standard error at the estimate, or at 0 where that is negative.</summary>
    public double StandardError => Math.Sqrt((PerTheta * Math.Max(0, Value)) + AtZero);

    /// <summary>All θ ≥ 0 from which the estimate is no more standard errors away than the level allows; [0,0] where there is none.</summary>
    /// <param name="level">Nominal coverage, between 0 and 1.</param>
    public (double Lower, double Upper) Interval(double level)
    {
        // (value − θ)² = z²·(PerTheta·θ + AtZero), a quadratic equation in θ.
        double z = Normal.InvCDF(0, 1, (1 + level) / 2);
        double shift = z * z * PerTheta / 2;
        double root = Math.Sqrt(Math.Max(0, (shift * (shift + (2 * Value))) + (z * z * AtZero)));
        return (Math.Max(0, Value + shift - root), Math.Max(0, Value + shift + root));
    }

    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public static void CheckLevel(double level)
    {
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "A level lies between 0 and 1.");
        }
    }
}
