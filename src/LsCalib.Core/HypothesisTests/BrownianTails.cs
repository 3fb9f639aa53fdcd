using MathNet.Numerics;

namespace LsCalib.Core.HypothesisTests;

/// <summary>
/// Upper tails of functionals of standard Brownian motion on [0,1], B(0) = 0 (Feller 1951). Each is a pair of series,
/// by reflections for large values and by eigenfunctions for small ones; where they meet both are exact to rounding.
/// </summary>
internal static class BrownianTails
{
    private const int Terms = 12;
    private const double Switch = 1.5;

    /// <summary>P(max |B| &gt; x).</summary>
    public static double OfMaximum(double x)
    {
        double sum = 0;
        for (int k = Terms - 1; k >= 0; k--)
        {
            double odd = (2 * k) + 1;
            double sign = k % 2 == 0 ? 1 : -1;
            sum += x > Switch ? sign * 4 * NormalTail(odd * x) : sign * 4 / (Math.PI * odd) * Decay(odd, 2 * x);
        }

        return Math.Clamp(x > Switch ? sum : 1 - sum, 0, 1);
    }

    /// <summary>P(max B − min B &gt; r).</summary>
    public static double OfRange(double r)
    {
        // Below, the range is exceeded but for a probability of 1e-200, and r² may underflow.
        if (r < 0.1)
        {
            return 1;
        }

        double sum = 0;
        for (int k = Terms - 1; k >= 0; k--)
        {
            double odd = (2 * k) + 1;
            double sign = k % 2 == 0 ? 1 : -1;
            sum += r > Switch
                ? sign * 8 * (k + 1) * NormalTail((k + 1) * r)
                : ((8 / (odd * odd * Math.PI * Math.PI)) + (8 / (r * r))) * Decay(odd, r);
        }

        return Math.Clamp(r > Switch ? sum : 1 - sum, 0, 1);
    }

    /// <summary>exp(−n²π²/(2w²)): how fast the n-th mode of a strip of width w dies out.</summary>
    private static double Decay(double n, double width) => Math.Exp(-n * n * Math.PI * Math.PI / (2 * width * width));

    private static double NormalTail(double x) => SpecialFunctions.Erfc(x / Math.Sqrt(2)) / 2;
}
