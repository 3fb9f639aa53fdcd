using LsCalib.Core.Numerics;
using MathNet.Numerics;

namespace LsCalib.Core.Statistics;

/// <summary>
/// Law of the number of successes among independent rows of unequal probabilities (Poisson binomial), in a bin. It is
/// taken as the binomial law of the same mean and nearly the same variance, exact when the probabilities are equal,
/// and as a normal law where the variance is large.
/// </summary>
internal sealed class LabelCountLaw
{
    private const double LargeVariance = 400;
    private readonly double _mean;
    private readonly double _deviation;
    private readonly int _first;
    private readonly double[]? _cumulative;

    /// <param name="mean">Σ p over the rows of the bin.</param>
    /// <param name="variance">Σ p(1−p).</param>
    public LabelCountLaw(double mean, double variance)
    {
        _mean = mean;
        _deviation = Math.Sqrt(Math.Max(variance, 0));
        if (variance >= LargeVariance || !(variance > 1e-14) || !(mean > 0))
        {
            return;
        }

        var (trials, p) = Binomial(mean, variance);
        double reach = (10 * _deviation) + 12;
        _first = (int)Math.Max(0, Math.Floor(mean - reach));
        int last = (int)Math.Min(trials, Math.Ceiling(mean + reach));
        _cumulative = new double[last - _first + 1];
        double sum = 0;
        for (int i = 0; i < _cumulative.Length; i++)
        {
            sum += Mass(_first + i, trials, p);
            _cumulative[i] = sum;
        }
    }

    /// <summary>A draw of the count.</summary>
    public double Draw(SeededRandom random)
    {
        if (_cumulative is null)
        {
            return _deviation > 0 ? _mean + (_deviation * random.NextGaussian()) : _mean;
        }

        double u = random.NextDouble() * _cumulative[^1];
        int index = Array.BinarySearch(_cumulative, u);
        index = index < 0 ? ~index : index + 1;
        return _first + Math.Min(index, _cumulative.Length - 1);
    }

    /// <summary>E|count − mean|, by de Moivre's closed form where the law is binomial.</summary>
    public static double MeanAbsoluteDeviation(double mean, double variance)
    {
        if (!(variance > 1e-14) || !(mean > 0))
        {
            return 0;
        }

        if (variance >= LargeVariance)
        {
            return Math.Sqrt(2 * variance / Math.PI);
        }

        var (trials, p) = Binomial(mean, variance);
        int next = (int)Math.Floor(trials * p) + 1;
        return next > trials ? 0 : 2 * next * (1 - p) * Mass(next, trials, p);
    }

    private static (int Trials, double P) Binomial(double mean, double variance)
    {
        // n p = mean and n p (1 − p) = variance, n rounded to a whole number of trials.
        double p = Math.Clamp(1 - (variance / mean), 1e-9, 1);
        double exact = mean / p;
        int trials = (int)Math.Max(Math.Ceiling(mean - 1e-9), Math.Round(Math.Min(exact, 1e9)));
        trials = Math.Max(trials, 1);
        return (trials, Math.Min(mean / trials, 1));
    }

    private static double Mass(int count, int trials, double p)
    {
        if (p >= 1)
        {
            return count == trials ? 1 : 0;
        }

        double log = SpecialFunctions.GammaLn(trials + 1.0) - SpecialFunctions.GammaLn(count + 1.0)
            - SpecialFunctions.GammaLn(trials - count + 1.0) + (count * Math.Log(p)) + ((trials - count) * Math.Log(1 - p));
        return Math.Exp(log);
    }
}
