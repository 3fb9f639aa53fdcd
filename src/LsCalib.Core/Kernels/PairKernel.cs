using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Kernels;

/// <summary>The sums over all pairs of rows that the squared kernel calibration error is made of.</summary>
internal static unsafe class PairKernel<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Width = ProbabilityTiles.Width;
    private const int Half = Width / 2;
    private const int Group = TileKernel<TLanes>.Group;

    /// <summary>Doubles of p and residuals that are gone through together, to stay in the second-level cache.</summary>
    private const int PanelLength = 65_536;

    /// <summary>Σ_{j≠i} h_ij of every row, h_ij = exp(−factor·|p_i − p_j|²)·(e_i − p_i)·(e_j − p_j).</summary>
    /// <param name="tiles">The rows.</param>
    /// <param name="factor">1/(2γ²).</param>
    /// <param name="cancel">Stops between panels.</param>
    /// <returns>The sums [rows], rounded up to whole tiles, and Σ_{i≠j} h_ij².</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double[] Sums, double SquareTotal) RowSums(ProbabilityTiles tiles, double factor, CancellationToken cancel)
    {
        int classCount = tiles.ClassCount;
        int stride = 2 * classCount;
        int panelTiles = Math.Max(1, PanelLength / (stride * Width));
        var sums = new double[tiles.TileCount * Width];
        double* distances = stackalloc double[Group * Width];
        double* products = stackalloc double[Group * Width];
        double* squares = stackalloc double[Half];
        TLanes.Store(TLanes.Broadcast(0), squares);
        fixed (double* probabilities = tiles.Probabilities, residuals = tiles.Residuals, vectors = tiles.Vectors, rowSums = sums)
        {
            for (int panel = 0; panel < tiles.TileCount; panel += panelTiles)
            {
                int panelEnd = Math.Min(tiles.TileCount, panel + panelTiles);
                for (int i = 0; i < panelEnd * Width; i += Group)
                {
                    if (i % 1024 == 0)
                    {
                        cancel.ThrowIfCancellationRequested();
                    }

                    double* own = vectors + ((long)i * stride);
                    int ownTile = i / Width;
                    for (int tile = Math.Max(panel, ownTile); tile < panelEnd; tile++)
                    {
                        long place = (long)tile * classCount * Width;
                        TileKernel<TLanes>.NegativeDistances(probabilities + place, own, stride, classCount, distances);
                        TileKernel<TLanes>.Products(residuals + place, own + classCount, stride, classCount, products);
                        TileKernel<TLanes>.Exponentials(distances, Group * Width, factor);
                        if (tile == ownTile)
                        {
                            KeepLaterRows(products, i % Width);
                        }

                        AddPairs(distances, products, rowSums + i, rowSums + (tile * Width), squares);
                    }
                }
            }
        }

        // Every pair was met once.
        return (sums, 2 * TLanes.Sum(TLanes.Load(squares)));
    }

    /// <summary>Clears the products of four rows of a tile with themselves and with the rows before them.</summary>
    internal static void KeepLaterRows(double* products, int first)
    {
        for (int member = 0; member < Group; member++)
        {
            new Span<double>(products + (member * Width), first + member + 1).Clear();
        }
    }

    /// <summary>Adds kernel × product of four rows with a tile to the sums of both, and their squares to eight sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddPairs(double* kernel, double* products, double* ownSums, double* tileSums, double* squares)
    {
        var lower = TLanes.Load(tileSums);
        var upper = TLanes.Load(tileSums + Half);
        var square = TLanes.Load(squares);
        double* own = stackalloc double[Group];
        for (int member = 0; member < Group; member++, kernel += Width, products += Width)
        {
            var h = TLanes.Load(kernel) * TLanes.Load(products);
            var otherH = TLanes.Load(kernel + Half) * TLanes.Load(products + Half);
            lower += h;
            upper += otherH;
            square = TLanes.MultiplyAdd(h, h, square);
            square = TLanes.MultiplyAdd(otherH, otherH, square);
            own[member] = TLanes.Sum(h + otherH);
        }

        TLanes.Store(lower, tileSums);
        TLanes.Store(upper, tileSums + Half);
        TLanes.Store(square, squares);

        // After the tile's sums are stored: the rows can be of the tile themselves.
        for (int member = 0; member < Group; member++)
        {
            ownSums[member] += own[member];
        }
    }
}
