using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Statistics;

/// <summary>
/// Law of the number of correct rows in a group, each correct with its own confidence (Poisson binomial). Exact, by
/// adding one row after the other, up to a variance of 100 or more; the normal law above.
/// </summary>
internal sealed class CountLaw : IOutcomeLaw
{
    /// <summary>Variance up to which tails are worth the time of an exact law.</summary>
    public const double ExactVariance = 400;

    private const double LargeVariance = 100;
    private const double Negligible = 1e-40;

    /// <summary>Tails below are not exact: too much of them has been dropped.</summary>
    private const double LeastExact = 1e-30;

    /// <summary>From how many standard deviations on the normal law is no guide to a tail.</summary>
    private const double Far = 3;
    private readonly double _mean;
    private readonly double _deviation;
    private readonly double _skewness;
    private readonly int _first;
    private readonly double[]? _cumulative;
    private readonly double[]? _fromAbove;
    private readonly double[] _confidences;

    /// <param name="confidences">c of each row of the group.</param>
    /// <param name="largeVariance">Variance above which the law is taken as normal.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CountLaw(ReadOnlySpan<double> confidences, double largeVariance = LargeVariance)
    {
        double variance = 0;
        double third = 0;
        foreach (double c in confidences)
        {
            _mean += c;
            variance += c * (1 - c);
            third += c * (1 - c) * (1 - (2 * c));
        }

        _deviation = Math.Sqrt(variance);
        _skewness = third / (variance * _deviation);
        _confidences = confidences.ToArray();
        if (variance > largeVariance)
        {
            return;
        }

        // Counts outside [_first, last] have next to no probability and are dropped on the way.
        var mass = new double[confidences.Length + 2];
        mass[0] = 1;
        int last = 0;
        foreach (double c in confidences)
        {
            for (int count = last + 1; count > _first; count--)
            {
                mass[count] = (mass[count] * (1 - c)) + (mass[count - 1] * c);
            }

            mass[_first] *= 1 - c;
            last++;
            while (mass[last] < Negligible)
            {
                mass[last--] = 0;
            }

            while (mass[_first] < Negligible)
            {
                mass[_first++] = 0;
            }
        }

        _cumulative = new double[last - _first + 1];
        double sum = 0;
        for (int i = 0; i < _cumulative.Length; i++)
        {
            sum += mass[_first + i];
            _cumulative[i] = sum;
        }

        // Either tail is summed from its own end: as a difference to 1, it would keep no digit below 1e-16.
        _fromAbove = new double[_cumulative.Length];
        sum = 0;
        for (int i = _cumulative.Length - 1; i >= 0; i--)
        {
            sum += mass[_first + i];
            _fromAbove[i] = sum;
        }
    }

    /// <summary>The smallest count that is not exceeded with at least this probability; of the normal law, its quantile.</summary>
    /// <param name="level">Between 0 and 1.</param>
    public double Quantile(double level)
    {
        if (_cumulative is null)
        {
            return _mean + (_deviation * Normal.InvCDF(0, 1, level));
        }

        // A sum that is the level itself may miss it by rounding.
        double u = (level * _cumulative[^1]) - 1e-12;
        int index = Array.BinarySearch(_cumulative, u);
        return _first + Math.Min(index < 0 ? ~index : index, _cumulative.Length - 1);
    }

    /// <summary>
    /// P(X ≤ count) and P(X ≥ count). Where the law is not exact: of the normal law with half a row allowed and its skewness
    /// (Edgeworth), far out of the saddlepoint.
    /// </summary>
    public (double AtMost, double AtLeast) Tails(int count)
    {
        if (_cumulative is null)
        {
            double z = (count - _mean) / _deviation;
            return (
                z < -Far ? SaddlepointTail.AtMost(_confidences, count) : Below((count + 0.5 - _mean) / _deviation, _skewness),
                z > Far ? SaddlepointTail.AtLeast(_confidences, count) : Below((_mean - count + 0.5) / _deviation, -_skewness));
        }

        int at = count - _first;
        double atMost = at < 0 ? 0 : _cumulative[Math.Min(at, _cumulative.Length - 1)] / _cumulative[^1];
        double atLeast = at >= _fromAbove!.Length ? 0 : _fromAbove[Math.Max(at, 0)] / _fromAbove[0];
        return (
            atMost < LeastExact ? SaddlepointTail.AtMost(_confidences, count) : atMost,
            atLeast < LeastExact ? SaddlepointTail.AtLeast(_confidences, count) : atLeast);
    }

    private static double Below(double z, double skewness) =>
        Math.Clamp(Normal.CDF(0, 1, z) - (Normal.PDF(0, 1, z) * skewness * ((z * z) - 1) / 6), 0, 1);

    /// <summary>A draw of the count.</summary>
    public double Draw(SeededRandom random)
    {
        if (_cumulative is null)
        {
            return _mean + (_deviation * random.NextGaussian());
        }

        double u = random.NextDouble() * _cumulative[^1];
        int index = Array.BinarySearch(_cumulative, u);
        index = index < 0 ? ~index : index + 1;
        return _first + Math.Min(index, _cumulative.Length - 1);
    }
}
