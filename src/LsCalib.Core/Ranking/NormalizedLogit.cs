using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Ranking;

/// <summary>max_k (z_k − mean z) / ‖z − mean z‖_p of one row (Cattelan and Silva 2024).</summary>
internal static unsafe class NormalizedLogit<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>
    /// The normalised maximum logit. Logits are taken from the largest, so that a row of equal logits is exactly 0, and
    /// deviations from the mean are divided by the largest of them, so that no power of them overflows.
    /// </summary>
    /// <param name="values">Logits [K], in memory of whole vectors; overwritten.</param>
    /// <param name="classCount">K.</param>
    /// <param name="largest">Their largest.</param>
    /// <param name="logitFloor">What lower logits count as.</param>
    /// <param name="power">p; 0 is no norm.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Of(double* values, int classCount, double largest, double logitFloor, int power)
    {
        int paddedCount = PaddedRow.Length(classCount, ILanes<TLanes>.Count);
        for (int k = classCount; k < paddedCount; k++)
        {
            values[k] = largest;
        }

        var floor = TLanes.Broadcast(logitFloor);
        var shift = TLanes.Broadcast(largest);
        var zero = TLanes.Broadcast(0);
        var sum = zero;
        var widest = zero;
        for (int k = 0; k < paddedCount; k += ILanes<TLanes>.Count)
        {
            var below = shift - TLanes.Max(TLanes.Load(values + k), floor);
            TLanes.Store(below, values + k);
            sum += below;
            widest = TLanes.Max(widest, below);
        }

        double top = TLanes.Sum(sum) / classCount;
        if (power == 0)
        {
            return top;
        }

        // Deviations run from top, above the mean, to top − widest, below it.
        double scale = 1 / Math.Max(top, TLanes.MaxAcross(widest) - top);
        if (double.IsInfinity(scale))
        {
            return 0;
        }

        for (int k = classCount; k < paddedCount; k++)
        {
            values[k] = top;
        }

        return top * scale / NormOf(values, paddedCount, top, scale, power);
    }

    /// <summary>‖scale · (values − mean)‖_p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double NormOf(double* values, int paddedCount, double mean, double scale, int power)
    {
        var centre = TLanes.Broadcast(mean);
        var factor = TLanes.Broadcast(scale);
        var zero = TLanes.Broadcast(0);
        var one = TLanes.Broadcast(1);
        var sum = zero;
        for (int k = 0; k < paddedCount; k += ILanes<TLanes>.Count)
        {
            var deviation = (TLanes.Load(values + k) - centre) * factor;
            var repeated = TLanes.Max(deviation, zero - deviation);
            var product = one;
            for (int bits = power; ; repeated *= repeated)
            {
                product = (bits & 1) != 0 ? product * repeated : product;
                bits >>= 1;
                if (bits == 0)
                {
                    break;
                }
            }

            sum += product;
        }

        double total = TLanes.Sum(sum);
        return power switch
        {
            1 => total,
            2 => Math.Sqrt(total),
            _ => Math.Pow(total, 1.0 / power),
        };
    }
}
