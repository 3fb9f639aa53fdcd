using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>
/// MulticlassCalibrationError of torchmetrics: confidences cast to float32, bins [lower, upper), those that are 1 then in
/// a bin of their own after the last, every sum in float32 in the order of the rows.
/// </summary>
/// <param name="Table">Bins; means as float32 has them.</param>
/// <param name="Expected">norm="l1", a float32 number; NaN without rows.</param>
/// <param name="Maximum">norm="max".</param>
/// <param name="RootMeanSquare">norm="l2".</param>
internal sealed record Torchmetrics(LibraryTable Table, double Expected, double Maximum, double RootMeanSquare)
{
    public const string Name = "torchmetrics";

    public static LibraryBins Bins(int binCount)
    {
        var edges = Torch.Linspace(binCount);
        return new([.. LibraryBins.Between(edges), (1.0, 1.0)], c => LibraryBins.UpTo(edges, (float)c) - 1, "[lower, upper) of float32 confidences; 1 alone in one more bin");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Torchmetrics Compute(ConfidenceOrder order, int binCount)
    {
        var bins = Bins(binCount);
        var confidences = new float[order.RowCount];
        var correct = new bool[order.RowCount];
        for (int i = 0; i < confidences.Length; i++)
        {
            confidences[order.Row[i]] = (float)order.Confidence[i];
            correct[order.Row[i]] = order.Correct[i];
        }

        var counts = new float[binCount + 1];
        var sums = new float[binCount + 1];
        var hits = new float[binCount + 1];
        for (int i = 0; i < confidences.Length; i++)
        {
            int bin = bins.IndexOf(confidences[i]);
            counts[bin] += 1;
            sums[bin] += confidences[i];
            hits[bin] += correct[i] ? 1 : 0;
        }

        return From(bins, confidences.Length, counts, sums, hits);
    }

    private static Torchmetrics From(LibraryBins bins, int rowCount, float[] counts, float[] sums, float[] hits)
    {
        var rows = ImmutableArray.CreateBuilder<ReliabilityBin>(counts.Length);
        var weighted = new float[counts.Length];
        var squares = new float[counts.Length];
        float all = Torch.Sum(counts);
        float largest = rowCount == 0 ? float.NaN : 0;
        for (int m = 0; m < counts.Length; m++)
        {
            float confidence = sums[m] / counts[m];
            float accuracy = hits[m] / counts[m];
            rows.Add(new(bins.Ranges[m].Lower, bins.Ranges[m].Upper, (int)counts[m], confidence, accuracy));
            float gap = counts[m] > 0 ? Math.Abs(accuracy - confidence) : 0;
            float share = counts[m] / all;
            weighted[m] = gap * share;
            squares[m] = gap * gap * share;
            largest = Math.Max(largest, gap);
        }

        return new(new(rowCount, bins.Rule, rows.MoveToImmutable()), Torch.Sum(weighted), largest, MathF.Sqrt(Torch.Sum(squares)));
    }
}
