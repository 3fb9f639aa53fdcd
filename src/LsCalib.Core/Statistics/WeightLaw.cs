using LsCalib.Core.Numerics;

namespace LsCalib.Core.Statistics;

/// <summary>
/// Law of the summed weights of right rows. The rows that scatter most are drawn one by one. The sum of the others is taken
/// as normal where it is that of many rows that count, none by much; else they are drawn as well, by the few of them that
/// turn out otherwise than they most likely would.
/// </summary>
internal sealed class WeightLaw : IOutcomeLaw
{
    private const int MostDrawn = 64;
    private const int QuantileDraws = 4000;

    /// <summary>Variance of the others, in squares of the largest weight among them, from which on they are taken as normal.</summary>
    private const double LargeVariance = 100;

    private readonly (double Confidence, double Weight)[] _drawn;
    private readonly RareFlips? _others;
    private readonly double _mean;
    private readonly double _deviation;
    private double[]? _sorted;

    /// <param name="confidences">c of each row of the group.</param>
    /// <param name="weights">Its weight, 0 or more.</param>
    public WeightLaw(ReadOnlySpan<double> confidences, ReadOnlySpan<double> weights)
    {
        var rows = new (double Variance, double Confidence, double Weight)[confidences.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = (weights[i] * weights[i] * confidences[i] * (1 - confidences[i]), confidences[i], weights[i]);
        }

        // By all three, so that the order of rows does not matter.
        Array.Sort(rows, (a, b) => b.CompareTo(a));
        int drawn = Math.Min(MostDrawn, rows.Length);
        _drawn = Array.ConvertAll(rows[..drawn], row => (row.Confidence, row.Weight));
        var others = rows.AsSpan(drawn);
        double variance = 0;
        double largest = 0;
        foreach (var row in others)
        {
            _mean += row.Weight * row.Confidence;
            variance += row.Variance;
            largest = Math.Max(largest, row.Weight);
        }

        _deviation = Math.Sqrt(variance);
        if (variance > 0 && variance < LargeVariance * largest * largest)
        {
            _others = new RareFlips(others);
        }
    }

    public double Draw(SeededRandom random)
    {
        double sum = _others?.Draw(random) ?? (_deviation > 0 ? _mean + (_deviation * random.NextGaussian()) : _mean);
        foreach (var (confidence, weight) in _drawn)
        {
            sum += random.NextDouble() < confidence ? weight : 0;
        }

        return sum;
    }

    /// <summary>By 4,000 draws of a seed of their own.</summary>
    public double Quantile(double level)
    {
        if (_sorted is null)
        {
            var random = new SeededRandom(0, stream: 51);
            _sorted = new double[QuantileDraws];
            for (int i = 0; i < QuantileDraws; i++)
            {
                _sorted[i] = Draw(random);
            }

            Array.Sort(_sorted);
        }

        return _sorted[Math.Clamp((int)Math.Ceiling(level * QuantileDraws) - 1, 0, QuantileDraws - 1)];
    }
}
