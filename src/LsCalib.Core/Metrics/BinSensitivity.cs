using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>The ECE of one number of bins.</summary>
/// <param name="BinCount">M as asked for; ties can leave fewer equal-mass bins.</param>
/// <param name="Ece">Expected calibration error, a fraction; NaN without rows.</param>
/// <param name="Floor">Level of a calibrated model with the same confidences.</param>
public sealed record EceOfBins(int BinCount, double Ece, NoiseFloor Floor);

/// <summary>
/// How far the ECE depends on the number of bins, with the noise floor of each: what a calibrated model would show
/// (Bröcker and Smith 2007). All numbers of bins share the same draws, so that the floors differ by the bins alone.
/// </summary>
public static class BinSensitivity
{
    private const int MostDraws = 1000;
    private const int FewestDraws = 200;
    private const long RowBudget = 20_000_000;

    /// <summary>ECE and noise floor for 1, 2, … bins.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <param name="binning">How bins are cut.</param>
    /// <param name="mostBins">Largest number of bins, at least 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="cancel">Stops between draws.</param>
    public static ImmutableArray<EceOfBins> Compute(
        ConfidenceOrder order, Binning binning, int mostBins, long seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostBins, 1);
        var claimed = new double[order.RowCount + 1];
        for (int i = 0; i < order.RowCount; i++)
        {
            claimed[i + 1] = claimed[i] + order.Confidence[i];
        }

        var ends = new int[mostBins][];
        var draws = new double[mostBins][];
        int drawCount = (int)Math.Clamp(RowBudget / Math.Max(1, order.RowCount), FewestDraws, MostDraws);
        for (int m = 0; m < mostBins; m++)
        {
            ends[m] = Ends(order, binning, m + 1);
            draws[m] = new double[drawCount];
        }

        var random = new SeededRandom(seed, stream: 61);
        var right = new int[order.RowCount + 1];
        for (int draw = 0; draw < drawCount; draw++)
        {
            cancel.ThrowIfCancellationRequested();
            Draw(order.Confidence, random, right);
            for (int m = 0; m < mostBins; m++)
            {
                draws[m][draw] = Expected(ends[m], claimed, right);
            }
        }

        right = order.RightBefore();
        return [.. ends.Select((places, m) => new EceOfBins(m + 1, Expected(places, claimed, right), NoiseFloors.Summary(draws[m])))];
    }

    /// <summary>Places where the bins of sorted predictions end.</summary>
    private static int[] Ends(ConfidenceOrder order, Binning binning, int binCount)
    {
        var edges = binning == Binning.EqualWidth ? BinEdges.EqualWidth(binCount) : BinEdges.EqualMassOfSorted(order.Confidence, binCount);
        var ends = new int[edges.Length - 1];
        for (int m = 0; m < ends.Length; m++)
        {
            ends[m] = m == ends.Length - 1 ? order.RowCount : order.PlacesUpTo(edges[m + 1]);
        }

        return ends;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Draw(double[] confidence, SeededRandom random, int[] right)
    {
        for (int i = 0; i < confidence.Length; i++)
        {
            right[i + 1] = right[i] + (random.NextDouble() < confidence[i] ? 1 : 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Expected(int[] ends, double[] claimed, int[] right)
    {
        double sum = 0;
        int start = 0;
        foreach (int end in ends)
        {
            sum += Math.Abs(right[end] - right[start] - (claimed[end] - claimed[start]));
            start = end;
        }

        return sum / (claimed.Length - 1);
    }
}
