using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Kernels;

/// <summary>
/// Σ_{i&lt;j} k_ij·(e_i − p_i)·(e_j − p_j) for many sets of labels at once. The product is 1[y_i = y_j] − p_i[y_j] −
/// p_j[y_i] + p_i·p_j: the last sum is the same for all sets, the middle ones are looked up in W_j = Σ_{i≠j} k_ij p_i,
/// and only pairs that share a label are gone through again for each set.
/// </summary>
internal static unsafe class ConsistencyKernel<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Width = ProbabilityTiles.Width;
    private const int Group = TileKernel<TLanes>.Group;

    /// <returns>One sum for each set of labels.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double[] PairSums(ProbabilityTiles tiles, DrawnLabels labels, double factor, CancellationToken cancel)
    {
        int n = tiles.RowCount;
        int classCount = tiles.ClassCount;
        int tileLength = classCount * Width;
        int padded = tiles.TileCount * Width;
        int stride = 2 * classCount;
        var columns = new double[Width * padded];
        var weightedValues = new double[classCount * Width];
        var sums = new double[labels.SetCount];
        double shared = 0;
        double* kernel = stackalloc double[Group * Width];
        fixed (double* probabilities = tiles.Probabilities, vectors = tiles.Vectors, weighted = weightedValues)
        {
            for (int tile = 0; tile < tiles.TileCount; tile++)
            {
                cancel.ThrowIfCancellationRequested();
                double* p = probabilities + ((long)tile * classCount * Width);
                Array.Clear(weightedValues);
                for (int i = 0; i < n; i += Group)
                {
                    double* own = vectors + ((long)stride * i);
                    TileKernel<TLanes>.NegativeDistances(p, own, stride, classCount, kernel);
                    TileKernel<TLanes>.Exponentials(kernel, Group * Width, factor);
                    for (int member = 0; member < Group; member++)
                    {
                        if ((i + member) / Width == tile)
                        {
                            kernel[(member * Width) + ((i + member) % Width)] = 0;
                        }

                        for (int lane = 0; lane < Width; lane++)
                        {
                            columns[(lane * padded) + i + member] = kernel[(member * Width) + lane];
                        }
                    }

                    // Vectors past the last row are zeros and add nothing.
                    TileKernel<TLanes>.AddOuterProducts(kernel, own, stride, classCount, weighted);
                }

                for (int lane = 0; lane < Math.Min(Width, n - (tile * Width)); lane++)
                {
                    AddRow(labels, (tile * Width) + lane, n, classCount, columns.AsSpan(lane * padded, padded), weightedValues.AsSpan(lane), sums);
                    for (int k = 0; k < classCount; k++)
                    {
                        shared += 0.5 * p[(k * Width) + lane] * weighted[(k * Width) + lane];
                    }
                }
            }
        }

        for (int set = 0; set < sums.Length; set++)
        {
            sums[set] += shared;
        }

        return sums;
    }

    /// <summary>Adds a row's part to every set: its pairs with later rows of the same label, and its look-ups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(
        DrawnLabels labels, int row, int n, int classCount, ReadOnlySpan<double> column, ReadOnlySpan<double> weighted, double[] sums)
    {
        int start = row * labels.SetCount;
        for (int set = 0; set < sums.Length; set++)
        {
            int label = labels.Label[start + set];
            int from = labels.Place[start + set] + 1;
            int end = labels.End[(set * classCount) + label];
            double a = 0;
            double b = 0;
            double c = 0;
            double d = 0;
            fixed (ushort* order = labels.Order)
            fixed (double* kernel = column)
            {
                ushort* other = order + ((long)set * n) + from;
                ushort* last = order + ((long)set * n) + end;
                for (; other + 3 < last; other += 4)
                {
                    a += kernel[other[0]];
                    b += kernel[other[1]];
                    c += kernel[other[2]];
                    d += kernel[other[3]];
                }

                for (; other < last; other++)
                {
                    a += kernel[*other];
                }
            }

            sums[set] += (a + b) + (c + d) - weighted[label * Width];
        }
    }
}
