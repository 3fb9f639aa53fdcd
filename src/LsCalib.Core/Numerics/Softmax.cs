using System.Runtime.CompilerServices;

namespace LsCalib.Core.Numerics;

/// <summary>Probabilities of single rows; whole matrices go through the fused pass.</summary>
public static unsafe class Softmax
{
    /// <summary>exp of less than this is 0.</summary>
    private const double Smallest = -708;

    /// <summary>Replaces logits by softmax(factor × logits), the largest subtracted first; the same on every machine.</summary>
    /// <param name="values">Logits [K], finite, overwritten by probabilities.</param>
    /// <param name="factor">1/T, positive.</param>
    public static void InPlace(Span<double> values, double factor = 1)
    {
        switch (VectorPaths.Best)
        {
            case VectorPath.Avx512:
                Run<Lanes512>(values, factor);
                break;
            case VectorPath.Avx2:
                Run<Lanes256>(values, factor);
                break;
            default:
                Run<Lanes128>(values, factor);
                break;
        }
    }

    /// <summary>Some of a row's probabilities, with the same bits as <see cref="InPlace"/> gives the whole row: its exponentials times a scale.</summary>
    /// <param name="values">Some logits of the row, overwritten by probabilities.</param>
    /// <param name="largest">The row's largest logit.</param>
    /// <param name="scale">One over the row's sum of exponentials, which is the probability of its largest logit.</param>
    internal static void PartInPlace(Span<double> values, double largest, double scale)
    {
        switch (VectorPaths.Best)
        {
            case VectorPath.Avx512:
                RunPart<Lanes512>(values, largest, scale);
                break;
            case VectorPath.Avx2:
                RunPart<Lanes256>(values, largest, scale);
                break;
            default:
                RunPart<Lanes128>(values, largest, scale);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPart<T>(Span<double> values, double largest, double scale)
        where T : struct, ILanes<T>
    {
        int lanes = ILanes<T>.Count;
        double* tail = stackalloc double[ILanes<T>.Count];
        var exponential = new Exponential<T>(1);
        var shift = T.Broadcast(largest);
        var scales = T.Broadcast(scale);
        double floor = Math.Exp(Smallest) * 1.01 * scale;
        fixed (double* z = values)
        {
            int whole = values.Length / lanes * lanes;
            for (int k = 0; k < whole; k += lanes)
            {
                T.Store(exponential.Of(exponential.Clamp(T.Load(z + k) - shift)) * scales, z + k);
            }

            for (int k = whole; k < whole + lanes; k++)
            {
                tail[k - whole] = k < values.Length ? z[k] : largest;
            }

            T.Store(exponential.Of(exponential.Clamp(T.Load(tail) - shift)) * scales, tail);
            for (int k = 0; k < values.Length; k++)
            {
                double p = k < whole ? z[k] : tail[k - whole];
                z[k] = p > floor ? p : 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T>(Span<double> values, double factor)
        where T : struct, ILanes<T>
    {
        int lanes = ILanes<T>.Count;
        int whole = values.Length / lanes * lanes;
        double* tail = stackalloc double[ILanes<T>.Count];
        fixed (double* z = values)
        {
            var (smallest, largest) = Range<T>(z, values.Length);
            var exponential = new Exponential<T>(factor);
            var shift = T.Broadcast(largest);
            var sums = T.Broadcast(0);
            for (int k = 0; k < whole; k += lanes)
            {
                var e = exponential.Of(exponential.Clamp(T.Load(z + k) - shift));
                T.Store(e, z + k);
                sums += e;
            }

            for (int k = whole; k < whole + lanes; k++)
            {
                tail[k - whole] = k < values.Length ? z[k] : largest;
            }

            T.Store(exponential.Of(exponential.Clamp(T.Load(tail) - shift)), tail);
            double sum = T.Sum(sums);
            for (int k = whole; k < values.Length; k++)
            {
                z[k] = tail[k - whole];
                sum += z[k];
            }

            double scale = 1 / sum;
            var scales = T.Broadcast(scale);
            for (int k = 0; k < whole; k += lanes)
            {
                T.Store(T.Load(z + k) * scales, z + k);
            }

            for (int k = whole; k < values.Length; k++)
            {
                z[k] *= scale;
            }

            // The vectors stop at the smallest exponential; what lies below is 0.
            double floor = Math.Exp(Smallest) * 1.01 * scale;
            for (int k = 0; (smallest - largest) * factor <= Smallest && k < values.Length; k++)
            {
                z[k] = z[k] > floor ? z[k] : 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Smallest, double Largest) Range<T>(double* values, int count)
        where T : struct, ILanes<T>
    {
        int whole = count / ILanes<T>.Count * ILanes<T>.Count;
        var highest = T.Broadcast(double.NegativeInfinity);
        var lowest = highest;
        for (int k = 0; k < whole; k += ILanes<T>.Count)
        {
            var z = T.Load(values + k);
            highest = T.Max(highest, z);
            lowest = T.Max(lowest, T.Broadcast(0) - z);
        }

        double smallest = -T.MaxAcross(lowest);
        double largest = T.MaxAcross(highest);
        for (int k = whole; k < count; k++)
        {
            smallest = Math.Min(smallest, values[k]);
            largest = Math.Max(largest, values[k]);
        }

        return (smallest, largest);
    }
}
