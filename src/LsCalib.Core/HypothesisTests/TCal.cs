using System.Globalization;
using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.HypothesisTests;

/// <summary>
/// Adaptive test of calibration by debiased squared calibration errors over finer and finer bins (T-Cal, Lee et al. 2023).
/// Their rejection rule, a threshold for each number of bins with Bonferroni's correction, is replaced by one p-value that
/// takes the correlation of the scales into account.
/// </summary>
public static class TCal
{
    /// <summary>Draws of the outcomes with up to 50,000 rows; fewer with more, down to 999 from 150,000 on.</summary>
    public const int MostDraws = 3000;

    private const int FewestDraws = 999;
    private const long MostRowDraws = 150_000_000;

    /// <summary>
    /// Debiased plug-in estimate of the squared calibration error: (1/N) Σ_b ((Σu)² − Σu²)/n_b, u = a−c, over equal-width bins
    /// (lower, upper]; 0 on average for a calibrated model, so it can be negative.
    /// </summary>
    /// <param name="order">Confidences c in [0,1] and outcomes a.</param>
    /// <param name="binCount">B, at least 1.</param>
    /// <returns>A squared fraction; NaN without rows.</returns>
    /// <exception cref="ArgumentException">A confidence is outside [0,1].</exception>
    public static double DebiasedError(ConfidenceOrder order, int binCount)
    {
        TopLabel.Check(order);
        var edges = BinEdges.EqualWidth(binCount);
        double sum = 0;
        for (int start = 0, end; start < order.RowCount; start = end)
        {
            double upper = edges[BinEdges.IndexOf(edges, order.Confidence[start]) + 1];
            double gap = 0;
            double squares = 0;
            end = start;
            while (end < order.RowCount && order.Confidence[end] <= upper)
            {
                double c = order.Confidence[end];
                int next = order.EndOfTies(end);
                int correct = TopLabel.CorrectCount(order, end, next);
                int wrong = next - end - correct;
                gap += correct - ((next - end) * c);
                squares += (correct * (1 - c) * (1 - c)) + (wrong * c * c);
                end = next;
            }

            sum += ((gap * gap) - squares) / (end - start);
        }

        return sum / order.RowCount;
    }

    /// <summary>
    /// The smallest p-value over B = 2, 4, … up to N²/ln N bins, each that of the debiased error among draws of the outcomes
    /// a ~ Bernoulli(c), as the statistic; and as p-value its rank among the same smallest p-values of the draws, equals ordered by their largest
    /// standardised error.
    /// </summary>
    /// <param name="order">Confidences c in [0,1] and outcomes a.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="cancel">Stops between draws.</param>
    /// <returns>NaN where no two rows share a bin, or every confidence is 0 or 1 and nothing contradicts it.</returns>
    /// <exception cref="ArgumentException">A confidence is outside [0,1].</exception>
    public static TestResult Test(ConfidenceOrder order, long seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Test(order, seed, (int)Math.Clamp(MostRowDraws / Math.Max(order.RowCount, 1), FewestDraws, MostDraws), cancel);
    }

    internal static TestResult Test(ConfidenceOrder order, long seed, int drawCount, CancellationToken cancel = default)
    {
        TopLabel.Check(order);
        string law = string.Create(CultureInfo.InvariantCulture, $"{drawCount} draws of the outcomes, all numbers of bins together");
        if (IsCertain(order, out bool isContradicted))
        {
            return isContradicted ? TestResult.Impossible(law) : TestResult.Undefined(law);
        }

        var scales = new TCalScales(order);
        if (scales.Count == 0)
        {
            return TestResult.Undefined(law);
        }

        var errors = new double[scales.Count][];
        for (int scale = 0; scale < scales.Count; scale++)
        {
            errors[scale] = new double[drawCount + 1];
        }

        scales.OfOutcomes(order.Correct, errors);
        var random = new SeededRandom(seed, stream: 22);
        for (int draw = 1; draw <= drawCount; draw++)
        {
            cancel.ThrowIfCancellationRequested();
            scales.OfDraw(random, errors, draw);
        }

        return Smallest(errors, law);
    }

    /// <summary>
    /// Ranks the outcomes, at place 0, among the draws: on each scale, then by the best of their ranks. Each scale has a
    /// draw of rank 1, so best ranks are often equal; the largest standardised error of any scale decides among those, and
    /// p-values down to one in all draws are possible.
    /// </summary>
    private static TestResult Smallest(double[][] errors, string law)
    {
        int count = errors[0].Length;
        var best = new int[count];
        var largest = new double[count];
        Array.Fill(best, count);
        Array.Fill(largest, double.NegativeInfinity);
        foreach (double[] ofScale in errors)
        {
            var (mean, deviation) = MeanAndDeviation(ofScale);
            var sorted = ofScale.AsSpan().ToArray();
            var places = Enumerable.Range(0, count).ToArray();
            Array.Sort(sorted, places);
            int asLarge = count;
            for (int i = 0; i < count; i++)
            {
                // Equal errors share the rank of the first of them.
                asLarge = i > 0 && sorted[i] == sorted[i - 1] ? asLarge : count - i;
                int place = places[i];
                best[place] = Math.Min(best[place], asLarge);
                largest[place] = deviation > 0 ? Math.Max(largest[place], (sorted[i] - mean) / deviation) : largest[place];
            }
        }

        int asExtreme = 0;
        for (int place = 0; place < count; place++)
        {
            asExtreme += best[place] < best[0] || (best[place] == best[0] && largest[place] >= largest[0]) ? 1 : 0;
        }

        return new((double)best[0] / count, (double)asExtreme / count, law);
    }

    private static (double Mean, double Deviation) MeanAndDeviation(double[] values)
    {
        double mean = Intervals.Mean(values);
        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, Math.Sqrt(squares / values.Length));
    }

    /// <summary>Whether every confidence is 0 or 1, and if so whether an outcome belies one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsCertain(ConfidenceOrder order, out bool isContradicted)
    {
        isContradicted = false;
        for (int i = 0; i < order.RowCount; i++)
        {
            double c = order.Confidence[i];
            if (c > 0 && c < 1)
            {
                return false;
            }

            isContradicted |= order.Correct[i] != (c == 1);
        }

        return true;
    }
}
