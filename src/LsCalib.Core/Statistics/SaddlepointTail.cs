using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Statistics;

/// <summary>
/// Far tails of the number of successes among many independent rows of unequal probabilities, by the saddlepoint formula of
/// Lugannani and Rice (1980) with the continuity correction of Daniels (1987): right to a few parts in a thousand of the
/// tail itself (a few in a hundred at 0 or N), however far out, where a normal law is off by orders of magnitude.
/// </summary>
internal static class SaddlepointTail
{
    private const int MostSteps = 200;

    /// <summary>P(X ≥ count).</summary>
    /// <param name="probabilities">Of each row, in [0,1].</param>
    /// <param name="count">Above the mean by several standard deviations.</param>
    public static double AtLeast(ReadOnlySpan<double> probabilities, int count) => Of(probabilities, count - 0.5, 1);

    /// <summary>P(X ≤ count).</summary>
    /// <param name="probabilities">Of each row, in [0,1].</param>
    /// <param name="count">Below the mean by several standard deviations.</param>
    public static double AtMost(ReadOnlySpan<double> probabilities, int count) => Of(probabilities, count + 0.5, -1);

    private static double Of(ReadOnlySpan<double> probabilities, double x, int side)
    {
        double low = 0;
        double high = double.PositiveInfinity;
        double t = 0;
        Cumulants at = default;
        for (int step = 0; step < MostSteps; step++)
        {
            at = Cumulants.At(probabilities, side * t);
            double rest = side * (x - at.Mean);
            (low, high) = rest > 0 ? (t, high) : (low, t);
            double next = t + (rest / at.Variance);
            if (!(next > low && next < high))
            {
                next = double.IsInfinity(high) ? (2 * t) + 1 : (low + high) / 2;
            }

            if (Math.Abs(next - t) <= 1e-12 * Math.Max(1, t))
            {
                break;
            }

            t = next;
        }

        // Rows that are certain leave a count that cannot be: no tilt reaches it.
        if (t > 700)
        {
            return 0;
        }

        double w = Math.Sqrt(Math.Max(0, 2 * ((side * t * x) - at.Log)));
        double u = 2 * Math.Sinh(t / 2) * Math.Sqrt(at.Variance);
        return Math.Clamp(Normal.CDF(0, 1, -w) + (Normal.PDF(0, 1, w) * ((1 / u) - (1 / w))), 0, 1);
    }

    /// <summary>Cumulant generating function ln E e^(tX), and mean and variance of the rows tilted by t.</summary>
    private readonly record struct Cumulants(double Log, double Mean, double Variance)
    {
        public static Cumulants At(ReadOnlySpan<double> probabilities, double t)
        {
            double log = 0;
            double mean = 0;
            double variance = 0;
            foreach (double p in probabilities)
            {
                // Written for the sign of t, so that nothing overflows.
                double tilted;
                if (t <= 0)
                {
                    double e = p * Math.Exp(t);
                    double all = 1 - p + e;
                    log += Math.Log(all);
                    tilted = all > 0 ? e / all : 1;
                }
                else
                {
                    double e = (1 - p) * Math.Exp(-t);
                    double all = p + e;
                    log += t + Math.Log(all);
                    tilted = all > 0 ? p / all : 0;
                }

                mean += tilted;
                variance += tilted * (1 - tilted);
            }

            return new(log, mean, variance);
        }
    }
}
