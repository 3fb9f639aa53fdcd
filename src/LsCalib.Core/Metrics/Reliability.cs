using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>How confidences are cut into bins.</summary>
public enum Binning
{
    /// <summary>Edges m/M.</summary>
    EqualWidth,

    /// <summary>As nearly equal counts as ties allow.</summary>
    EqualMass,
}

/// <summary>One bin (lower, upper] of a reliability table.</summary>
/// <param name="Lower">Lower edge, not included but in the first bin.</param>
/// <param name="Upper">Upper edge, included.</param>
/// <param name="Count">Rows in the bin.</param>
/// <param name="MeanConfidence">Mean top-label probability, NaN when empty.</param>
/// <param name="Accuracy">Fraction correct, NaN when empty.</param>
public readonly record struct ReliabilityBin(double Lower, double Upper, int Count, double MeanConfidence, double Accuracy)
{
    /// <summary>Sum of the weights of the bin's rows; their count where all count the same. Rows of weight 0 leave a bin empty.</summary>
    public double Weight { get; init; } = Count;

    /// <summary>Rows of equal weight that would tell as much as those of the bin (Kish 1965).</summary>
    public double EffectiveCount { get; init; } = Count;

    /// <summary>
    /// Rows of equal weight whose accuracy would vary as much: heavy rows may be right more often than light ones. Where all
    /// rows are right, or all wrong, the effective count.
    /// </summary>
    public double OutcomeCount { get; init; } = Count;

    /// <summary>Accuracy − mean confidence; negative is over-confident, NaN when empty.</summary>
    public double Gap => Accuracy - MeanConfidence;
}

/// <summary>Accuracy against confidence by bin: what a reliability diagram shows (Guo et al. 2017).</summary>
/// <param name="RowCount">N.</param>
/// <param name="Binning">How the bins were cut.</param>
/// <param name="RequestedBinCount">M as asked for; ties can leave fewer equal-mass bins.</param>
/// <param name="Bins">The bins in ascending order.</param>
public sealed record ReliabilityTable(int RowCount, Binning Binning, int RequestedBinCount, ImmutableArray<ReliabilityBin> Bins)
{
    /// <summary>Sum of the weights of all rows; N where all count the same.</summary>
    public double TotalWeight { get; init; } = RowCount;

    /// <summary>The table of top-label confidences.</summary>
    /// <param name="statistics">Row results.</param>
    /// <param name="binning">How to cut.</param>
    /// <param name="binCount">M, at least 1.</param>
    public static ReliabilityTable From(PredictionStatistics statistics, Binning binning, int binCount)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        var correct = new bool[statistics.RowCount];
        for (int i = 0; i < correct.Length; i++)
        {
            correct[i] = statistics.IsCorrect(i);
        }

        return From(statistics.Confidence, correct, binning, binCount);
    }

    /// <summary>The table of sorted predictions.</summary>
    /// <param name="order">Predictions by confidence.</param>
    /// <param name="binning">How to cut.</param>
    /// <param name="binCount">M, at least 1.</param>
    public static ReliabilityTable From(ConfidenceOrder order, Binning binning, int binCount)
    {
        ArgumentNullException.ThrowIfNull(order);
        var edges = binning == Binning.EqualWidth ? BinEdges.EqualWidth(binCount)
            : order.Weight is { } weights ? BinEdges.EqualWeightOfSorted(order.Confidence, weights, binCount)
            : BinEdges.EqualMassOfSorted(order.Confidence, binCount);
        return order.Weight is null ? OfSorted(edges, order, binning, binCount) : OfWeighted(edges, order, order.Weight, binning, binCount);
    }

    /// <summary>The table of given confidences.</summary>
    /// <param name="confidences">[N], each in [0,1].</param>
    /// <param name="correct">[N].</param>
    /// <param name="binning">How to cut.</param>
    /// <param name="binCount">M, at least 1.</param>
    public static ReliabilityTable From(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct, Binning binning, int binCount)
    {
        if (confidences.Length != correct.Length)
        {
            throw new ArgumentException($"{correct.Length} outcomes for {confidences.Length} confidences.", nameof(correct));
        }

        var edges = binning == Binning.EqualWidth ? BinEdges.EqualWidth(binCount) : BinEdges.EqualMass(confidences, binCount);
        return From(edges, confidences, correct, binning, binCount);
    }

    /// <summary>
    /// The table of one class against the rest: mean p_k stands for the confidence, the frequency of the label k for the
    /// accuracy, and every row counts (Nixon et al. 2019).
    /// </summary>
    /// <param name="cells">Cell sums, over bins of equal width.</param>
    /// <param name="k">Class, 0 to K−1.</param>
    public static ReliabilityTable OfClass(ClasswiseCells cells, int k)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(k, cells.ClassCount);
        var edges = BinEdges.EqualWidth(cells.BinCount);
        var rows = ImmutableArray.CreateBuilder<ReliabilityBin>(cells.BinCount);
        int rowCount = 0;
        for (int m = 0; m < cells.BinCount; m++)
        {
            int cell = (k * cells.BinCount) + m;
            int count = cells.RowCounts[cell];
            rowCount += count;
            rows.Add(new(
                edges[m],
                edges[m + 1],
                count,
                cells.ProbabilitySums[cell] / cells.RowSum(cell),
                cells.LabelSum(cell) / cells.RowSum(cell))
            {
                Weight = cells.RowSum(cell),
                EffectiveCount = cells.EffectiveCount(cell),
                OutcomeCount = cells.EffectiveCount(cell),
            });
        }

        return new(rowCount, Binning.EqualWidth, cells.BinCount, rows.MoveToImmutable());
    }

    /// <summary>The edges of the bins, one more than bins.</summary>
    internal double[] Edges()
    {
        var edges = new double[Bins.Length + 1];
        for (int m = 0; m < Bins.Length; m++)
        {
            edges[m + 1] = Bins[m].Upper;
        }

        return edges;
    }

    /// <summary>A bin of sorted rows is a run of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReliabilityTable OfSorted(double[] edges, ConfidenceOrder order, Binning binning, int binCount)
    {
        var rows = ImmutableArray.CreateBuilder<ReliabilityBin>(edges.Length - 1);
        int place = 0;
        for (int m = 0; m < edges.Length - 1; m++)
        {
            int start = place;
            int hits = 0;
            double sum = 0;
            for (int end = m == edges.Length - 2 ? order.RowCount : order.PlacesUpTo(edges[m + 1]); place < end; place++)
            {
                hits += order.Correct[place] ? 1 : 0;
                sum += order.Confidence[place];
            }

            int count = place - start;
            rows.Add(new(edges[m], edges[m + 1], count, sum / count, (double)hits / count));
        }

        return new(order.RowCount, binning, binCount, rows.MoveToImmutable());
    }

    private static ReliabilityTable OfWeighted(double[] edges, ConfidenceOrder order, double[] weights, Binning binning, int binCount)
    {
        var rows = ImmutableArray.CreateBuilder<ReliabilityBin>(edges.Length - 1);
        int place = 0;
        double total = 0;
        for (int m = 0; m < edges.Length - 1; m++)
        {
            int start = place;
            double weight = 0;
            double squares = 0;
            double hits = 0;
            double sum = 0;
            for (int end = m == edges.Length - 2 ? order.RowCount : order.PlacesUpTo(edges[m + 1]); place < end; place++)
            {
                weight += weights[place];
                squares += weights[place] * weights[place];
                hits += order.Correct[place] ? weights[place] : 0;
                sum += weights[place] * order.Confidence[place];
            }

            total += weight;
            double effective = weight > 0 ? weight * weight / squares : 0;
            rows.Add(new(edges[m], edges[m + 1], place - start, sum / weight, hits / weight)
            {
                Weight = weight,
                EffectiveCount = effective,
                OutcomeCount = OutcomeCount(order, weights, start, place, hits / weight, weight) ?? effective,
            });
        }

        return new(order.RowCount, binning, binCount, rows.MoveToImmutable()) { TotalWeight = total };
    }

    /// <summary>accuracy (1 − accuracy) over the variance of the weighted accuracy; null where all are right, or all wrong.</summary>
    private static double? OutcomeCount(ConfidenceOrder order, double[] weights, int start, int end, double accuracy, double weight)
    {
        if (WeightedMeans.IsExtreme(accuracy) || double.IsNaN(accuracy))
        {
            return null;
        }

        double squares = 0;
        for (int place = start; place < end; place++)
        {
            double own = weights[place] * ((order.Correct[place] ? 1 : 0) - accuracy);
            squares += own * own;
        }

        return accuracy * (1 - accuracy) * weight * weight / squares;
    }

    private static ReliabilityTable From(double[] edges, ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct, Binning binning, int binCount)
    {
        int bins = edges.Length - 1;
        var counts = new int[bins];
        var hits = new int[bins];
        var sums = new double[bins];
        for (int i = 0; i < confidences.Length; i++)
        {
            int bin = BinEdges.IndexOf(edges, confidences[i]);
            counts[bin]++;
            hits[bin] += correct[i] ? 1 : 0;
            sums[bin] += confidences[i];
        }

        var rows = ImmutableArray.CreateBuilder<ReliabilityBin>(bins);
        for (int m = 0; m < bins; m++)
        {
            rows.Add(new(edges[m], edges[m + 1], counts[m], sums[m] / counts[m], (double)hits[m] / counts[m]));
        }

        return new(confidences.Length, binning, binCount, rows.MoveToImmutable());
    }
}
