using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Binless;

/// <summary>result[k] = Σ_i kernel[i]·values[k·stride + i].</summary>
internal static unsafe class StridedConvolution
{
    /// <param name="path">Vector width; the result does not depend on it.</param>
    /// <param name="values">At least (count − 1)·stride + taps.</param>
    /// <param name="kernel">At least <paramref name="taps"/>.</param>
    /// <param name="taps">Length of the kernel, a multiple of eight.</param>
    /// <param name="stride">Values between one result and the next.</param>
    /// <param name="result">At least <paramref name="count"/>.</param>
    /// <param name="count">Results.</param>
    public static void Run(VectorPath path, double[] values, double[] kernel, int taps, int stride, double[] result, int count)
    {
        fixed (double* v = values, g = kernel, r = result)
        {
            switch (path)
            {
                case VectorPath.Avx512:
                    Run<Lanes512>(v, g, taps, stride, r, count);
                    break;
                case VectorPath.Avx2:
                    Run<Lanes256>(v, g, taps, stride, r, count);
                    break;
                default:
                    Run<Lanes128>(v, g, taps, stride, r, count);
                    break;
            }
        }
    }

    /// <summary>Four results at a time share the loads of the kernel, and their sums do not wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes>(double* values, double* kernel, int taps, int stride, double* result, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        var zero = TLanes.Broadcast(0);
        int k = 0;
        for (; k + 4 <= count; k += 4)
        {
            double* v = values + ((long)k * stride);
            var s0 = zero;
            var s1 = zero;
            var s2 = zero;
            var s3 = zero;
            for (int i = 0; i < taps; i += ILanes<TLanes>.Count)
            {
                var g = TLanes.Load(kernel + i);
                s0 = TLanes.MultiplyAdd(g, TLanes.Load(v + i), s0);
                s1 = TLanes.MultiplyAdd(g, TLanes.Load(v + stride + i), s1);
                s2 = TLanes.MultiplyAdd(g, TLanes.Load(v + (2 * stride) + i), s2);
                s3 = TLanes.MultiplyAdd(g, TLanes.Load(v + (3 * stride) + i), s3);
            }

            result[k] = TLanes.Sum(s0);
            result[k + 1] = TLanes.Sum(s1);
            result[k + 2] = TLanes.Sum(s2);
            result[k + 3] = TLanes.Sum(s3);
        }

        for (; k < count; k++)
        {
            double* v = values + ((long)k * stride);
            var sum = zero;
            for (int i = 0; i < taps; i += ILanes<TLanes>.Count)
            {
                sum = TLanes.MultiplyAdd(TLanes.Load(kernel + i), TLanes.Load(v + i), sum);
            }

            result[k] = TLanes.Sum(sum);
        }
    }
}
