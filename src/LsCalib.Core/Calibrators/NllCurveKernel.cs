using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>NLL and confidence of rows at several β = 1/T, in one pass and in double precision.</summary>
/// <param name="logits">Logits [N,K].</param>
/// <param name="labels">True classes [N].</param>
/// <param name="weights">How much each row counts [N], or null.</param>
/// <param name="rows">Rows to look at, or null: all.</param>
internal sealed unsafe class NllCurveKernel<TLanes, TScore>(ScoreMatrix<TScore> logits, int[] labels, double[]? weights, int[]? rows)
    where TLanes : struct, ILanes<TLanes>
    where TScore : unmanaged
{
    private readonly int _paddedCount = PaddedRow.Length(logits.ClassCount, ILanes<TLanes>.Count);

    /// <summary>Sums over the places [first, end) of the rows.</summary>
    /// <param name="first">First place.</param>
    /// <param name="end">Place after the last.</param>
    /// <param name="betas">β of each point.</param>
    /// <param name="predictions">Receives what each row predicts; null: it is not wanted.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public NllCurveSums Run(int first, int end, double[] betas, CurvePredictions? predictions)
    {
        var sums = new NllCurveSums(betas.Length);
        var values = (double*)NativeMemory.AlignedAlloc((nuint)_paddedCount * sizeof(double), 64);
        try
        {
            for (int place = first; place < end; place++)
            {
                int row = rows is null ? place : rows[place];
                fixed (TScore* source = logits.Rows(row, 1))
                {
                    double largest = PaddedRow.Copy<TLanes, TScore>(source, logits.ClassCount, values, double.MinValue, out _);
                    Row(row, place, largest, values, betas, predictions, sums);
                }
            }

            return sums;
        }
        finally
        {
            NativeMemory.AlignedFree(values);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(int row, int place, double largest, double* values, double[] betas, CurvePredictions? predictions, NllCurveSums sums)
    {
        int label = labels[row];
        double own = values[label];
        double weight = weights is null ? 1 : weights[row];
        if (predictions is not null)
        {
            // Of tied classes the first is predicted.
            predictions.Correct[place] = own == largest && new ReadOnlySpan<double>(values, label).IndexOf(largest) < 0;
        }

        var shift = TLanes.Broadcast(largest);
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            TLanes.Store(TLanes.Load(values + k) - shift, values + k);
        }

        for (int point = 0; point < betas.Length; point++)
        {
            var exponential = new Exponential<TLanes>(betas[point]);
            var s0 = TLanes.Broadcast(0);
            var s1 = s0;
            for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
            {
                var d = exponential.Clamp(TLanes.Load(values + k));
                var e = exponential.Of(d);
                s0 += e;
                s1 = TLanes.MultiplyAdd(e, d, s1);
            }

            // The exponential of the largest is 1.
            double sum = TLanes.Sum(s0);
            bool isZero = own < logits.ZeroBelow;
            sums.Nll[point] += weight * (isZero ? logits.ZeroLoss : Math.Max(Math.Log(sum) + ((largest - own) * betas[point]), 0));
            sums.Slope[point] += isZero ? 0 : weight * ((TLanes.Sum(s1) / sum) + (largest - own));
            if (predictions is not null)
            {
                predictions.Confidence[point][place] = Math.Min(1 / sum, 1);
            }
        }
    }
}
