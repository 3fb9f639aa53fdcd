using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Kernels;

/// <summary>
/// The loops over the classes of one tile with four other rows, so that what is loaded of the tile serves them all.
/// Squared distances are summed from differences, not from dot products: near-certain rows are so close together that
/// those would cancel.
/// </summary>
internal static unsafe class TileKernel<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Rows that are paired with a tile at a time.</summary>
    public const int Group = 4;

    private const int Width = ProbabilityTiles.Width;
    private const int Half = Width / 2;

    /// <summary>−|q − p_i|² of one tile's rows with four vectors.</summary>
    /// <param name="tile">p of the tile [K, 16].</param>
    /// <param name="vectors">First of the vectors q [K].</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="classCount">K.</param>
    /// <param name="target">Receives four times sixteen values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NegativeDistances(double* tile, double* vectors, int stride, int classCount, double* target)
    {
        var zero = TLanes.Broadcast(0);
        for (int half = 0; half < Width; half += Half)
        {
            double* p = tile + half;
            double* q = vectors;
            double* r = q + stride;
            double* s = r + stride;
            double* t = s + stride;
            var a = zero;
            var b = zero;
            var c = zero;
            var d = zero;
            for (int k = 0; k < classCount; k++, p += Width)
            {
                var own = TLanes.Load(p);
                var toA = own - TLanes.Broadcast(q[k]);
                var toB = own - TLanes.Broadcast(r[k]);
                var toC = own - TLanes.Broadcast(s[k]);
                var toD = own - TLanes.Broadcast(t[k]);
                a = TLanes.MultiplyAdd(toA, toA, a);
                b = TLanes.MultiplyAdd(toB, toB, b);
                c = TLanes.MultiplyAdd(toC, toC, c);
                d = TLanes.MultiplyAdd(toD, toD, d);
            }

            TLanes.Store(zero - a, target + half);
            TLanes.Store(zero - b, target + Width + half);
            TLanes.Store(zero - c, target + (2 * Width) + half);
            TLanes.Store(zero - d, target + (3 * Width) + half);
        }
    }

    /// <summary>Dot products of one tile's rows with four vectors, laid out alike.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Products(double* tile, double* vectors, int stride, int classCount, double* target)
    {
        for (int half = 0; half < Width; half += Half)
        {
            double* u = tile + half;
            double* q = vectors;
            double* r = q + stride;
            double* s = r + stride;
            double* t = s + stride;
            var a = TLanes.Broadcast(0);
            var b = a;
            var c = a;
            var d = a;
            for (int k = 0; k < classCount; k++, u += Width)
            {
                var own = TLanes.Load(u);
                a = TLanes.MultiplyAdd(own, TLanes.Broadcast(q[k]), a);
                b = TLanes.MultiplyAdd(own, TLanes.Broadcast(r[k]), b);
                c = TLanes.MultiplyAdd(own, TLanes.Broadcast(s[k]), c);
                d = TLanes.MultiplyAdd(own, TLanes.Broadcast(t[k]), d);
            }

            TLanes.Store(a, target + half);
            TLanes.Store(b, target + Width + half);
            TLanes.Store(c, target + (2 * Width) + half);
            TLanes.Store(d, target + (3 * Width) + half);
        }
    }

    /// <summary>Replaces values d ≤ 0 by exp(factor·d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exponentials(double* values, int count, double factor)
    {
        var exponential = new Exponential<TLanes>(factor);
        for (int i = 0; i < count; i += Half)
        {
            TLanes.Store(exponential.Of(exponential.Clamp(TLanes.Load(values + i))), values + i);
        }
    }

    /// <summary>Adds four vectors, each times its sixteen weights: target [K, 16] += Σ vector [K] × weights [16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddOuterProducts(double* weights, double* vectors, int stride, int classCount, double* target)
    {
        for (int half = 0; half < Width; half += Half)
        {
            var a = TLanes.Load(weights + half);
            var b = TLanes.Load(weights + Width + half);
            var c = TLanes.Load(weights + (2 * Width) + half);
            var d = TLanes.Load(weights + (3 * Width) + half);
            double* q = vectors;
            double* r = q + stride;
            double* s = r + stride;
            double* t = s + stride;
            double* sum = target + half;
            for (int k = 0; k < classCount; k++, sum += Width)
            {
                var first = TLanes.MultiplyAdd(a, TLanes.Broadcast(q[k]), TLanes.Load(sum));
                var second = TLanes.MultiplyAdd(c, TLanes.Broadcast(s[k]), d * TLanes.Broadcast(t[k]));
                TLanes.Store(TLanes.MultiplyAdd(b, TLanes.Broadcast(r[k]), first) + second, sum);
            }
        }
    }
}
