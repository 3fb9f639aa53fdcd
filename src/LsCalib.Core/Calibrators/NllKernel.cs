using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>The derivatives of NLL at one β, in double precision, summed by fold.</summary>
internal sealed unsafe class NllKernel<TLanes, TScore>
    where TLanes : struct, ILanes<TLanes>
    where TScore : unmanaged
{
    private readonly ScoreMatrix<TScore> _logits;
    private readonly int[] _labels;
    private readonly byte[]? _folds;
    private readonly int _paddedCount;

    public NllKernel(ScoreMatrix<TScore> logits, int[] labels, byte[]? folds)
    {
        _logits = logits;
        _labels = labels;
        _folds = folds;
        _paddedCount = (logits.ClassCount + ILanes<TLanes>.Count - 1) / ILanes<TLanes>.Count * ILanes<TLanes>.Count;
    }

    /// <summary>Sums over every <paramref name="stride"/>-th row of [first, end).</summary>
    /// <param name="first">First row.</param>
    /// <param name="end">Row after the last.</param>
    /// <param name="beta">1/T.</param>
    /// <param name="stride">1 for all rows.</param>
    /// <param name="foldCount">Folds to sum apart, 1 without folds.</param>
    /// <param name="higher">Whether the third to fifth derivatives are wanted.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public NllMoments[] Run(int first, int end, double beta, int stride, int foldCount, bool higher)
    {
        var sums = new NllMoments[foldCount];
        var differences = (double*)NativeMemory.AlignedAlloc((nuint)(_paddedCount * sizeof(double)), 64);
        try
        {
            for (int row = first; row < end; row += stride)
            {
                fixed (TScore* source = _logits.Rows(row, 1))
                {
                    int fold = _folds is null ? 0 : _folds[row];
                    if (higher)
                    {
                        AddHigher(source, _labels[row], beta, differences, ref sums[fold]);
                    }
                    else
                    {
                        AddRow(source, _labels[row], beta, differences, ref sums[fold]);
                    }
                }
            }

            return sums;
        }
        finally
        {
            NativeMemory.AlignedFree(differences);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRow(TScore* source, int label, double beta, double* differences, ref NllMoments sums)
    {
        double label0 = Differences(source, label, differences);
        var scale = TLanes.Broadcast(beta);
        var zero = TLanes.Broadcast(0);
        var s0 = zero;
        var s1 = zero;
        var s2 = zero;
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            var d = TLanes.Load(differences + k);
            var e = Exponential.OfNonPositive(d * scale);
            var ed = e * d;
            s0 += e;
            s1 += ed;
            s2 = TLanes.MultiplyAdd(ed, d, s2);
        }

        double inverse = 1 / TLanes.Sum(s0);
        double mean = TLanes.Sum(s1) * inverse;
        double slope = mean - label0;
        sums.Count++;
        sums.Slope += slope;
        sums.SquaredSlope += slope * slope;
        sums.Curvature += Math.Max((TLanes.Sum(s2) * inverse) - (mean * mean), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddHigher(TScore* source, int label, double beta, double* differences, ref NllMoments sums)
    {
        double label0 = Differences(source, label, differences);
        var scale = TLanes.Broadcast(beta);
        var zero = TLanes.Broadcast(0);
        var s0 = zero;
        var s1 = zero;
        var s2 = zero;
        var s3 = zero;
        var s4 = zero;
        var s5 = zero;
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            var d = TLanes.Load(differences + k);
            var e = Exponential.OfNonPositive(d * scale);
            var power = e * d;
            s0 += e;
            s1 += power;
            power *= d;
            s2 += power;
            power *= d;
            s3 += power;
            power *= d;
            s4 += power;
            s5 = TLanes.MultiplyAdd(power, d, s5);
        }

        double inverse = 1 / TLanes.Sum(s0);
        double m1 = TLanes.Sum(s1) * inverse;
        double m2 = TLanes.Sum(s2) * inverse;
        double m3 = TLanes.Sum(s3) * inverse;
        double m4 = TLanes.Sum(s4) * inverse;
        double m5 = TLanes.Sum(s5) * inverse;
        double slope = m1 - label0;
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

    /// <summary>Writes z − max z for a row, padded by values too low to count, and returns that of the label.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Differences(TScore* source, int label, double* differences)
    {
        int classCount = _logits.ClassCount;
        int whole = classCount / ILanes<TLanes>.Count * ILanes<TLanes>.Count;
        var largest = TLanes.Broadcast(double.MinValue);
        int k = 0;
        for (; k < whole; k += ILanes<TLanes>.Count)
        {
            var z = typeof(TScore) == typeof(float) ? TLanes.Load((float*)(source + k)) : TLanes.Load((double*)(source + k));
            largest = TLanes.Max(largest, z);
            TLanes.Store(z, differences + k);
        }

        double best = whole > 0 ? TLanes.MaxAcross(largest) : double.MinValue;
        for (; k < classCount; k++)
        {
            differences[k] = typeof(TScore) == typeof(float) ? *(float*)(source + k) : *(double*)(source + k);
            best = Math.Max(best, differences[k]);
        }

        for (; k < _paddedCount; k++)
        {
            differences[k] = best + ScoreMatrix.LogOfZero;
        }

        var shift = TLanes.Broadcast(best);
        for (k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            TLanes.Store(TLanes.Load(differences + k) - shift, differences + k);
        }

        return Math.Max(differences[label], _logits.TrueLogitFloor - best);
    }
}
