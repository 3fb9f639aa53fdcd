using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>All derivatives, in double precision.</summary>
internal sealed unsafe class DoubleNllKernel<TLanes, TScore>(ScoreMatrix<TScore> logits, int[] labels, byte[]? folds, double[]? weights)
    : NllKernel<TScore>(logits, labels, folds, weights)
    where TLanes : struct, ILanes<TLanes>
    where TScore : unmanaged
{
    // Seven exponentials of e^−708, times −708: lost in rounding unless all else is 0.
    private const double MostOfPadding = -1e-300;

    private readonly int _paddedCount = PaddedRow.Length(logits.ClassCount, ILanes<TLanes>.Count);

    protected override int ScratchBytes => _paddedCount * sizeof(double);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void AddRow(TScore* source, double labelLogit, double beta, int stride, void* scratch, ref NllMoments sums)
    {
        var values = (double*)scratch;
        double largest = PaddedRow.Copy<TLanes, TScore>(source, Logits.ClassCount, values, double.MinValue, out _);
        TScore* next = source + ((long)stride * Logits.ClassCount);
        var exponential = new Exponential<TLanes>(beta);
        var shift = TLanes.Broadcast(largest);
        var zero = TLanes.Broadcast(0);
        var s0 = zero;
        var s1 = zero;
        var s2 = zero;
        var s3 = zero;
        var s4 = zero;
        var s5 = zero;
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            var d = exponential.Clamp(TLanes.Load(values + k) - shift);
            var e = exponential.Of(d);
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(next + k);
            }

            // Powers of d do not wait for e.
            var d2 = d * d;
            var d4 = d2 * d2;
            s0 += e;
            s1 = TLanes.MultiplyAdd(e, d, s1);
            s2 = TLanes.MultiplyAdd(e, d2, s2);
            s3 = TLanes.MultiplyAdd(e, d2 * d, s3);
            s4 = TLanes.MultiplyAdd(e, d4, s4);
            s5 = TLanes.MultiplyAdd(e, d4 * d, s5);
        }

        double inverse = 1 / TLanes.Sum(s0);
        double m1 = TLanes.Sum(s1) * inverse;
        double m2 = TLanes.Sum(s2) * inverse;
        double m3 = TLanes.Sum(s3) * inverse;
        double m4 = TLanes.Sum(s4) * inverse;
        double m5 = TLanes.Sum(s5) * inverse;
        if (m1 * beta > MostOfPadding && !new ReadOnlySpan<double>(values, Logits.ClassCount).ContainsAnyExcept(largest))
        {
            // Of a row of constant scores the padding is all that is left of the sums.
            m1 = m2 = m3 = m4 = m5 = 0;
        }

        double slope = m1 - (labelLogit - largest);
        double square = m1 * m1;
        sums.Count++;
        sums.Slope += slope;
        sums.SquaredSlope += slope * slope;
        sums.Curvature += Math.Max(m2 - square, 0);
        sums.Third += m3 - (3 * m2 * m1) + (2 * m1 * square);
        sums.Fourth += m4 - (4 * m3 * m1) - (3 * m2 * m2) + (12 * m2 * square) - (6 * square * square);
        sums.Fifth += m5 - (5 * m4 * m1) - (10 * m3 * m2) + (20 * m3 * square) + (30 * m2 * m2 * m1)
            - (60 * m2 * m1 * square) + (24 * m1 * square * square);
    }
}
