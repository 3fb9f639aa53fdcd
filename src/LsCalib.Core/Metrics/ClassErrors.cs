using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>What <see cref="MarginalErrors"/> takes from one class.</summary>
/// <param name="Adaptive">Over all rows.</param>
/// <param name="Thresholded">Over rows of a probability above the threshold.</param>
internal sealed record ClassErrors(RangeErrors Adaptive, RangeErrors Thresholded)
{
    public static ClassErrors Of(double[] probabilities, int[] labels, int k, int binCount)
    {
        var isClass = new bool[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            isClass[i] = labels[i] == k;
        }

        var order = ConfidenceOrder.From(probabilities, isClass);
        int above = order.PlacesUpTo(MarginalErrors.Threshold);
        return new(RangeErrors.Of(order, 0, binCount), RangeErrors.Of(order, above, binCount));
    }
}

/// <summary>One class's probabilities cut into ranges of equal mass.</summary>
internal sealed class RangeErrors
{
    private readonly List<(double Expected, double Variance, double Weight)> _cells = [];

    /// <summary>Mean over ranges of |frequency − mean probability|, 0 without rows.</summary>
    public double Error { get; private set; }

    /// <summary>Σ n (gap² − frequency (1 − frequency)/(n − 1)) over ranges of at least two rows.</summary>
    public double SquaredL2 { get; private set; }

    /// <summary>Whether a range has two rows, so that <see cref="SquaredL2"/> rests on something.</summary>
    public bool HasPairs { get; private set; }

    public bool HasRows => _cells.Count > 0;

    public static RangeErrors Of(ConfidenceOrder order, int start, int binCount)
    {
        var errors = new RangeErrors();
        if (start == order.RowCount)
        {
            return errors;
        }

        var edges = BinEdges.EqualMassOfSorted(order.Confidence.AsSpan(start), binCount);
        int ranges = edges.Length - 1;
        int place = start;
        for (int m = 0; m < ranges; m++)
        {
            int end = m == ranges - 1 ? order.RowCount : order.PlacesUpTo(edges[m + 1]);
            double expected = 0;
            double variance = 0;
            int right = 0;
            int count = end - place;
            for (; place < end; place++)
            {
                double p = order.Confidence[place];
                expected += p;
                variance += p * (1 - p);
                right += order.Correct[place] ? 1 : 0;
            }

            double gap = (right - expected) / count;
            errors.Error += Math.Abs(gap) / ranges;
            errors._cells.Add((expected, variance, 1.0 / count / ranges));
            if (count > 1)
            {
                errors.HasPairs = true;
                double frequency = (double)right / count;
                errors.SquaredL2 += count * ((gap * gap) - (frequency * (1 - frequency) / (count - 1)));
            }
        }

        return errors;
    }

    /// <summary>A draw of <see cref="SquaredL2"/> under calibration, gaps taken as normal.</summary>
    public double DrawSquaredL2(SeededRandom random)
    {
        double sum = 0;
        foreach (var (_, variance, weight) in _cells)
        {
            // weight is 1/(count · ranges); a squared gap times the count has mean variance/count.
            double z = random.NextGaussian();
            sum += variance * weight * _cells.Count * ((z * z) - 1);
        }

        return sum;
    }

    /// <summary>Adds the ranges' noise.</summary>
    public void AddTo(CellNoise noise)
    {
        foreach (var (expected, variance, weight) in _cells)
        {
            noise.Add(expected, variance, weight);
        }
    }
}
