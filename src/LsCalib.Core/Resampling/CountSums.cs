using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LsCalib.Core.Resampling;

/// <summary>The inner loops of a bootstrap: sums over a chunk of rows of what a row has times how often 32 resamples drew it.</summary>
internal static unsafe class CountSums
{
    private const int Lanes = ResampleCounts.Lanes;

    /// <summary>Sixteen counts as numbers to calculate with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Widen(byte* source)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load(source)));
        }

        var (low, high) = Vector128.Widen(Vector128.Load(source));
        var (a, b) = Vector128.Widen(low);
        var (c, d) = Vector128.Widen(high);
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.Create(a, b), Vector256.Create(c, d)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<float> low, Vector512<float> high, double* sums)
    {
        var (a, b) = Vector512.Widen(low);
        var (c, d) = Vector512.Widen(high);
        (Vector512.Load(sums) + a).Store(sums);
        (Vector512.Load(sums + 8) + b).Store(sums + 8);
        (Vector512.Load(sums + 16) + c).Store(sums + 16);
        (Vector512.Load(sums + 24) + d).Store(sums + 24);
    }

    /// <summary>Multiplies the counts of rows by their weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weigh(ReadOnlySpan<float> weights, float* scratch)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            var weight = Vector512.Create(weights[i]);
            (Vector512.Load(scratch + (i * Lanes)) * weight).Store(scratch + (i * Lanes));
            (Vector512.Load(scratch + (i * Lanes) + 16) * weight).Store(scratch + (i * Lanes) + 16);
        }
    }

    /// <summary>Adds the rows, rows right and confidences of a chunk. Not inlined, as the next: its sums stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Sum(float* values, int stride, int length, float* scratch, double* rows, int next)
    {
        var n0 = Vector512<float>.Zero;
        var n1 = Vector512<float>.Zero;
        var r0 = Vector512<float>.Zero;
        var r1 = Vector512<float>.Zero;
        var c0 = Vector512<float>.Zero;
        var c1 = Vector512<float>.Zero;
        for (int i = 0; i < length; i++, values += stride, scratch += Lanes)
        {
            var x0 = Vector512.Load(scratch);
            var x1 = Vector512.Load(scratch + 16);
            var r = Vector512.Create(values[ResamplePlan.Right]);
            var c = Vector512.Create(values[ResamplePlan.Confidence]);
            n0 += x0;
            n1 += x1;
            r0 = Vector512.FusedMultiplyAdd(x0, r, r0);
            r1 = Vector512.FusedMultiplyAdd(x1, r, r1);
            c0 = Vector512.FusedMultiplyAdd(x0, c, c0);
            c1 = Vector512.FusedMultiplyAdd(x1, c, c1);
        }

        Add(n0, n1, rows);
        Add(r0, r1, rows + next);
        Add(c0, c1, rows + next + next);
    }

    /// <summary>The same with the first two columns: those that there mostly are, in one pass over the counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void SumWithTwo(float* values, int stride, int length, float* scratch, double* rows, int next, double* columns)
    {
        var n0 = Vector512<float>.Zero;
        var n1 = Vector512<float>.Zero;
        var r0 = Vector512<float>.Zero;
        var r1 = Vector512<float>.Zero;
        var c0 = Vector512<float>.Zero;
        var c1 = Vector512<float>.Zero;
        var s0 = Vector512<float>.Zero;
        var s1 = Vector512<float>.Zero;
        var t0 = Vector512<float>.Zero;
        var t1 = Vector512<float>.Zero;
        for (int i = 0; i < length; i++, values += stride, scratch += Lanes)
        {
            var x0 = Vector512.Load(scratch);
            var x1 = Vector512.Load(scratch + 16);
            var r = Vector512.Create(values[ResamplePlan.Right]);
            var c = Vector512.Create(values[ResamplePlan.Confidence]);
            var s = Vector512.Create(values[ResamplePlan.FirstColumn]);
            var t = Vector512.Create(values[ResamplePlan.FirstColumn + 1]);
            n0 += x0;
            n1 += x1;
            r0 = Vector512.FusedMultiplyAdd(x0, r, r0);
            r1 = Vector512.FusedMultiplyAdd(x1, r, r1);
            c0 = Vector512.FusedMultiplyAdd(x0, c, c0);
            c1 = Vector512.FusedMultiplyAdd(x1, c, c1);
            s0 = Vector512.FusedMultiplyAdd(x0, s, s0);
            s1 = Vector512.FusedMultiplyAdd(x1, s, s1);
            t0 = Vector512.FusedMultiplyAdd(x0, t, t0);
            t1 = Vector512.FusedMultiplyAdd(x1, t, t1);
        }

        Add(n0, n1, rows);
        Add(r0, r1, rows + next);
        Add(c0, c1, rows + next + next);
        Add(s0, s1, columns);
        Add(t0, t1, columns + Lanes);
    }

    /// <summary>Adds one column of a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Column(float* values, int stride, int length, float* scratch, double* sums)
    {
        var s0 = Vector512<float>.Zero;
        var s1 = Vector512<float>.Zero;
        for (int i = 0; i < length; i++, values += stride, scratch += Lanes)
        {
            var value = Vector512.Create(*values);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(scratch), value, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(scratch + 16), value, s1);
        }

        Add(s0, s1, sums);
    }
}
