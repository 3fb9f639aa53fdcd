using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>Rows of neighbouring confidences that share one fitted accuracy.</summary>
/// <param name="Lower">Smallest confidence of the block.</param>
/// <param name="Upper">Largest confidence of the block.</param>
/// <param name="Count">Rows.</param>
/// <param name="Value">Fraction correct.</param>
public readonly record struct IsotonicBlock(double Lower, double Upper, int Count, double Value);

/// <summary>
/// Isotonic regression of correctness on confidence: the non-decreasing accuracies that fit best, by Brier score and by
/// every other proper score alike (Ayer et al. 1955). Rows of equal confidence are one observation.
/// </summary>
/// <param name="Blocks">Blocks in ascending order; their values rise strictly. Empty without rows.</param>
public sealed record IsotonicRegression(ImmutableArray<IsotonicBlock> Blocks)
{
    /// <summary>Fits by pooling adjacent violators.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1].</exception>
    public static IsotonicRegression Fit(ConfidenceOrder order)
    {
        TieBlock.RequireProbabilities(order);
        var pool = Pool(order);
        var blocks = ImmutableArray.CreateBuilder<IsotonicBlock>(pool.Size);
        for (int i = 0; i < pool.Size; i++)
        {
            blocks.Add(new(
                order.Confidence[pool.First[i]], order.Confidence[pool.Last[i]], pool.Counts[i], (double)pool.Hits[i] / pool.Counts[i]));
        }

        return new(blocks.MoveToImmutable());
    }

    /// <summary>
    /// The fitted accuracy at a confidence: a block's value within it, linear between blocks, that of the outermost block
    /// beyond. A fraction; NaN without blocks.
    /// </summary>
    /// <param name="confidence">Any number; NaN gives NaN.</param>
    public double ValueAt(double confidence)
    {
        if (Blocks.IsEmpty || double.IsNaN(confidence))
        {
            return double.NaN;
        }

        int low = 0;
        int high = Blocks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Blocks[middle].Upper < confidence ? (middle + 1, high) : (low, middle);
        }

        if (low == Blocks.Length)
        {
            return Blocks[^1].Value;
        }

        var block = Blocks[low];
        return low == 0 || confidence >= block.Lower
            ? block.Value
            : Interpolate(confidence, Blocks[low - 1].Upper, Blocks[low - 1].Value, block.Lower, block.Value);
    }

    /// <summary>Value at x on the line through two points.</summary>
    internal static double Interpolate(double x, double leftX, double leftY, double rightX, double rightY) =>
        leftY + ((x - leftX) / (rightX - leftX) * (rightY - leftY));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ViolatorPool Pool(ConfidenceOrder order)
    {
        var pool = new ViolatorPool();
        for (int start = 0, end; start < order.RowCount; start = end)
        {
            int hits = TieBlock.Hits(order, start, out end);
            pool.Add(start, end - 1, end - start, hits);
        }

        return pool;
    }
}
