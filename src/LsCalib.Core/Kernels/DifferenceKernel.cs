using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Kernels;

/// <summary>The sums of <see cref="PairKernel{TLanes}"/> for two models on the same rows at once, and the squares of their difference.</summary>
internal static unsafe class DifferenceKernel<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Width = ProbabilityTiles.Width;
    private const int Half = Width / 2;
    private const int Group = TileKernel<TLanes>.Group;

    /// <summary>Σ_{j≠i} h_ij of every row by both models.</summary>
    /// <param name="one">Rows of a model.</param>
    /// <param name="oneFactor">Its 1/(2γ²).</param>
    /// <param name="other">The same rows of the other.</param>
    /// <param name="otherFactor">Its 1/(2γ²).</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <returns>The sums of each, those of |difference of both h_ij| [rows], rounded up to whole tiles, and Σ_{i≠j} of its square.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double[] One, double[] Other, double[] Change, double SquareTotal) RowSums(ProbabilityTiles one, double oneFactor, ProbabilityTiles other, double otherFactor, CancellationToken cancel)
    {
        var ofOne = new double[one.TileCount * Width];
        var ofOther = new double[ofOne.Length];
        var changes = new double[ofOne.Length];
        double* h = stackalloc double[Group * Width];
        double* g = stackalloc double[Group * Width];
        double* kernel = stackalloc double[Group * Width];
        double* units = stackalloc double[Group * Width];
        double* unused = stackalloc double[Half];
        double* squares = stackalloc double[Half];
        TLanes.Store(TLanes.Broadcast(0), unused);
        TLanes.Store(TLanes.Broadcast(0), squares);
        new Span<double>(units, Group * Width).Fill(1);
        fixed (double* oneSums = ofOne, otherSums = ofOther, changeSums = changes)
        {
            for (int i = 0; i < ofOne.Length; i += Group)
            {
                if (i % 1024 == 0)
                {
                    cancel.ThrowIfCancellationRequested();
                }

                for (int tile = i / Width; tile < one.TileCount; tile++)
                {
                    Pairs(one, oneFactor, i, tile, kernel, g);
                    Pairs(other, otherFactor, i, tile, kernel, h);
                    PairKernel<TLanes>.AddPairs(units, g, oneSums + i, oneSums + (tile * Width), unused);
                    PairKernel<TLanes>.AddPairs(units, h, otherSums + i, otherSums + (tile * Width), unused);
                    for (int pair = 0; pair < Group * Width; pair += Half)
                    {
                        var difference = TLanes.Load(g + pair) - TLanes.Load(h + pair);
                        TLanes.Store(TLanes.Max(difference, TLanes.Broadcast(0) - difference), g + pair);
                    }

                    PairKernel<TLanes>.AddPairs(units, g, changeSums + i, changeSums + (tile * Width), squares);
                }
            }
        }

        // Every pair was met once.
        return (ofOne, ofOther, changes, 2 * TLanes.Sum(TLanes.Load(squares)));
    }

    /// <summary>h of four rows with a tile; 0 with themselves and with the rows before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pairs(ProbabilityTiles tiles, double factor, int row, int tile, double* kernel, double* target)
    {
        int classCount = tiles.ClassCount;
        long place = (long)tile * classCount * Width;
        fixed (double* probabilities = tiles.Probabilities, residuals = tiles.Residuals, vectors = tiles.Vectors)
        {
            double* own = vectors + (2L * row * classCount);
            TileKernel<TLanes>.NegativeDistances(probabilities + place, own, 2 * classCount, classCount, kernel);
            TileKernel<TLanes>.Products(residuals + place, own + classCount, 2 * classCount, classCount, target);
        }

        if (tile == row / Width)
        {
            PairKernel<TLanes>.KeepLaterRows(target, row % Width);
        }

        TileKernel<TLanes>.Exponentials(kernel, Group * Width, factor);
        for (int pair = 0; pair < Group * Width; pair += Half)
        {
            TLanes.Store(TLanes.Load(kernel + pair) * TLanes.Load(target + pair), target + pair);
        }
    }
}
