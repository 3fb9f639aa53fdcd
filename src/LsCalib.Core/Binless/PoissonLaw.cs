using LsCalib.Core.Numerics;
using MathNet.Numerics;

namespace LsCalib.Core.Binless;

/// <summary>Draws from a Poisson distribution.</summary>
internal readonly struct PoissonLaw
{
    /// <summary>Below this mean, counting up from 0 is faster than rejection.</summary>
    private const double FewestForRejection = 12;
    private readonly double _mean;

    /// <summary>P(0) for small means; the logarithm of the mean for large ones.</summary>
    private readonly double _start;

    /// <param name="mean">Mean, at least 0.</param>
    public PoissonLaw(double mean)
    {
        _mean = mean;
        _start = mean < FewestForRejection ? Math.Exp(-mean) : Math.Log(mean);
    }

    public int Draw(SeededRandom random)
    {
        if (_mean >= FewestForRejection)
        {
            return DrawByRejection(random);
        }

        // The distribution ends at 100 for all that a uniform number of 53 bits can tell.
        double u = random.NextDouble();
        double probability = _start;
        int k = 0;
        while (u >= probability && k < 100)
        {
            u -= probability;
            k++;
            probability *= _mean / k;
        }

        return k;
    }

    /// <summary>Transformed rejection with squeeze (Hörmann 1993, PTRS).</summary>
    private int DrawByRejection(SeededRandom random)
    {
        double b = 0.931 + (2.53 * Math.Sqrt(_mean));
        double a = -0.059 + (0.02483 * b);
        while (true)
        {
            double u = random.NextDouble() - 0.5;
            double v = random.NextDouble();
            double distance = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / distance) + b) * u) + _mean + 0.43);
            if (distance >= 0.07 && v <= 0.9277 - (3.6224 / (b - 2)))
            {
                return (int)k;
            }

            if (k < 0 || (distance < 0.013 && v > distance))
            {
                continue;
            }

            double inverseAlpha = 1.1239 + (1.1328 / (b - 3.4));
            if (Math.Log(v * inverseAlpha / ((a / (distance * distance)) + b)) <= (k * _start) - _mean - SpecialFunctions.GammaLn(k + 1))
            {
                return (int)k;
            }
        }
    }
}
