using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Kernels;

/// <summary>
/// Computes <see cref="MaximumMeanCalibrationError"/> in one pass each way over sorted confidences: the kernel
/// exp(−|c − c'|/width) of a sum of steps is a product, so what all smaller confidences add is carried along. All rows
/// take part, and rows of equal confidence are one block.
/// </summary>
public static class Mmce
{
    /// <summary>Width of the kernel in the paper's experiments.</summary>
    public const double DefaultWidth = 0.4;

    /// <summary>Computes the error of all rows.</summary>
    /// <param name="order">Top-label predictions.</param>
    /// <param name="width">Width of the kernel, positive.</param>
    /// <param name="level">Nominal coverage of the interval, between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive and finite, or the level not between 0 and 1.</exception>
    public static MaximumMeanCalibrationError From(ConfidenceOrder order, double width = DefaultWidth, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(order);
        UStatistic.CheckLevel(level);
        if (!(width > 0 && double.IsFinite(width)))
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, "A kernel's width is positive and finite.");
        }

        int n = order.RowCount;
        var blocks = Blocks(order);
        AddNeighbours(blocks, width);
        double all = 0;
        var moments = default(PairMoments);
        foreach (ref readonly var block in blocks.AsSpan())
        {
            // Rows of a block differ only in being right or wrong.
            double right = block.Confidence - 1;
            double wrong = block.Confidence;
            double squareRight = right * right;
            double squareWrong = wrong * wrong;
            all += block.Residual * block.Neighbours;
            moments.Add(block.Correct, (right * block.Neighbours) - squareRight, squareRight);
            moments.Add(block.Wrong, (wrong * block.Neighbours) - squareWrong, squareWrong);
            moments.SquareTotal += (block.SquaredResidual * block.SquaredNeighbours)
                - (block.Correct * squareRight * squareRight) - (block.Wrong * squareWrong * squareWrong);
        }

        var statistic = UStatistic.From(moments);
        var (lower, upper) = statistic.Interval(level);
        return new(Math.Sqrt(Math.Max(0, all)) / n, statistic.Value, statistic.StandardError, lower, upper, level, width, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Block[] Blocks(ConfidenceOrder order)
    {
        int blockCount = 0;
        for (int i = 0; i < order.RowCount; i++)
        {
            blockCount += i == 0 || order.Confidence[i] != order.Confidence[i - 1] ? 1 : 0;
        }

        var blocks = new Block[blockCount];
        int count = 0;
        for (int start = 0; start < order.RowCount;)
        {
            int end = order.EndOfTies(start);
            int correct = 0;
            for (int i = start; i < end; i++)
            {
                correct += order.Correct[i] ? 1 : 0;
            }

            blocks[count++] = new Block { Confidence = order.Confidence[start], Correct = correct, Wrong = end - start - correct };
            start = end;
        }

        return blocks;
    }

    /// <summary>Σ_j (c_j − a_j)·k(c, c_j) and Σ_j (c_j − a_j)²·k(c, c_j)² at every block, from both sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddNeighbours(Block[] blocks, double width)
    {
        double carried = 0;
        double squared = 0;
        for (int b = 0; b < blocks.Length; b++)
        {
            double step = b > 0 ? Math.Exp((blocks[b - 1].Confidence - blocks[b].Confidence) / width) : 0;
            carried = (carried * step) + blocks[b].Residual;
            squared = (squared * step * step) + blocks[b].SquaredResidual;
            blocks[b].Step = step;
            blocks[b].Neighbours = carried;
            blocks[b].SquaredNeighbours = squared;
        }

        carried = 0;
        squared = 0;
        for (int b = blocks.Length - 2; b >= 0; b--)
        {
            double step = blocks[b + 1].Step;
            carried = (carried + blocks[b + 1].Residual) * step;
            squared = (squared + blocks[b + 1].SquaredResidual) * step * step;
            blocks[b].Neighbours += carried;
            blocks[b].SquaredNeighbours += squared;
        }
    }

    /// <summary>Rows of one confidence.</summary>
    private struct Block
    {
        public double Confidence;
        public int Correct;
        public int Wrong;

        /// <summary>exp(−distance/width) to the block before.</summary>
        public double Step;

        /// <summary>Σ_j (c_j − a_j)·k(c, c_j) over all rows, these included.</summary>
        public double Neighbours;

        /// <summary>Σ_j (c_j − a_j)²·k(c, c_j)².</summary>
        public double SquaredNeighbours;

        /// <summary>Σ (c − a) of the block.</summary>
        public readonly double Residual => (Correct * (Confidence - 1)) + (Wrong * Confidence);

        /// <summary>Σ (c − a)² of the block.</summary>
        public readonly double SquaredResidual => (Correct * (Confidence - 1) * (Confidence - 1)) + (Wrong * Confidence * Confidence);
    }
}
