using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// Accuracy against confidence by kernel regression with a Gaussian reflected at 0 and 1 (Błasiok and Nakkiran 2023): the
/// reliability diagram that goes with <see cref="SmoothEce"/>. The arrays are not to be changed.
/// </summary>
/// <param name="Bandwidth">Standard deviation of the kernel.</param>
/// <param name="Confidence">Evenly spaced from 0 to 1 [P].</param>
/// <param name="Accuracy">Smoothed fraction correct [P]; NaN farther than 6.5 bandwidths from every row.</param>
/// <param name="Density">Smoothed density of confidences [P], which integrates to 1; NaN without rows.</param>
public sealed record SmoothCurve(double Bandwidth, double[] Confidence, double[] Accuracy, double[] Density)
{
    /// <summary>Rows within one bandwidth of each point [P]: what the curve rests on there.</summary>
    public required int[] NearRows { get; init; }

    /// <summary>Above this the curve is flat to the last digit.</summary>
    private const double LargestBandwidth = 3;
    private const double HalfWidth = 6.5;
    private const int CellsPerBandwidth = 64;
    private const int FewestCells = 256;
    private const int MostCells = 1 << 20;

    /// <summary>
    /// Rows are shared between the two midpoints around them, which keeps all weights positive, and so accuracies within
    /// [0,1]; the variance h²/6 that this adds on average is taken from the kernel.
    /// </summary>
    internal static SmoothCurve From(ConfidenceOrder order, double bandwidth, int pointCount)
    {
        double kernel = Math.Min(bandwidth, LargestBandwidth);
        int cells = FewestCells;
        while (cells * kernel < CellsPerBandwidth && cells < MostCells)
        {
            cells *= 2;
        }

        var rows = new double[cells];
        var hits = new double[cells];
        Deposit(order, rows, hits);
        double width = Math.Sqrt((kernel * kernel) - (1.0 / (6.0 * cells * cells)));
        var curve = new SmoothCurve(bandwidth, new double[pointCount], new double[pointCount], new double[pointCount]) { NearRows = new int[pointCount] };
        for (int k = 0; k < pointCount; k++)
        {
            double t = (double)k / (pointCount - 1);
            var (mass, hitMass) = Smooth(rows, hits, t, width);
            curve.Confidence[k] = t;
            curve.Accuracy[k] = hitMass / mass;
            curve.NearRows[k] = order.PlacesUpTo(t + bandwidth) - order.PlacesUpTo(Math.BitDecrement(t - bandwidth));
            curve.Density[k] = mass / (width * Math.Sqrt(2 * Math.PI) * order.RowCount);
        }

        return curve;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Deposit(ConfidenceOrder order, double[] rows, double[] hits)
    {
        for (int i = 0; i < order.RowCount; i++)
        {
            double place = (order.Confidence[i] * rows.Length) - 0.5;
            int cell = (int)Math.Floor(place);
            double upperShare = place - cell;
            int lower = Math.Max(cell, 0);
            int upper = Math.Min(cell + 1, rows.Length - 1);
            rows[lower] += 1 - upperShare;
            rows[upper] += upperShare;
            if (order.Correct[i])
            {
                hits[lower] += 1 - upperShare;
                hits[upper] += upperShare;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Mass, double HitMass) Smooth(double[] rows, double[] hits, double t, double width)
    {
        int cells = rows.Length;
        int first = (int)Math.Ceiling(((t - (HalfWidth * width)) * cells) - 0.5);
        int last = (int)Math.Floor(((t + (HalfWidth * width)) * cells) - 0.5);
        double mass = 0;
        double hitMass = 0;
        for (int i = first; i <= last; i++)
        {
            int place = ((i % (2 * cells)) + (2 * cells)) % (2 * cells);
            place = place < cells ? place : (2 * cells) - 1 - place;
            if (rows[place] > 0)
            {
                double z = (((i + 0.5) / cells) - t) / width;
                double weight = Math.Exp(-0.5 * z * z);
                mass += weight * rows[place];
                hitMass += weight * hits[place];
            }
        }

        return (mass, hitMass);
    }
}
