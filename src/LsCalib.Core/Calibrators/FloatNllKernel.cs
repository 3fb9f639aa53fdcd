using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>Slope and curvature in single precision: enough to find where the precise passes are to look.</summary>
internal sealed unsafe class FloatNllKernel<TFloats, TLanes>(ScoreMatrix<float> logits, int[] labels, byte[]? folds, double[]? weights)
    : NllKernel<float>(logits, labels, folds, weights)
    where TFloats : struct, IFloatLanes<TFloats, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly int _paddedCount = PaddedRow.Length(logits.ClassCount, IFloatLanes<TFloats, TLanes>.Count);

    protected override int ScratchBytes => _paddedCount * sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void AddRow(float* source, double labelLogit, double beta, int stride, void* scratch, ref NllMoments sums)
    {
        var values = (float*)scratch;
        float largest = PaddedRow.Copy<TFloats, TLanes>(source, Logits.ClassCount, values, out _);
        var exponential = new FloatExponential<TFloats, TLanes>(beta);
        var shift = TFloats.Broadcast(largest);
        var s0 = TFloats.Broadcast(0);
        var s1 = s0;
        var s2 = s0;
        for (int k = 0; k < _paddedCount; k += IFloatLanes<TFloats, TLanes>.Count)
        {
            var d = exponential.Clamp(TFloats.Load(values + k) - shift);
            var e = exponential.Of(d);
            var ed = e * d;
            s0 += e;
            s1 += ed;
            s2 = TFloats.MultiplyAdd(ed, d, s2);
        }

        double inverse = 1 / Sum(s0);
        double mean = Sum(s1) * inverse;
        double slope = mean - (labelLogit - largest);
        sums.Count++;
        sums.Slope += slope;
        sums.SquaredSlope += slope * slope;
        sums.Curvature += Math.Max((Sum(s2) * inverse) - (mean * mean), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum(TFloats lanes) => TLanes.Sum(TFloats.Lower(lanes) + TFloats.Upper(lanes));
}
