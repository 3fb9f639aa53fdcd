using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>The derivatives of NLL at one β over a run of rows, summed by fold.</summary>
/// <typeparam name="TScore">Type of the logits.</typeparam>
internal abstract unsafe class NllKernel<TScore>(ScoreMatrix<TScore> logits, int[] labels, byte[]? folds, double[]? weights)
    where TScore : unmanaged
{
    protected ScoreMatrix<TScore> Logits { get; } = logits;

    /// <summary>Bytes of working memory that a run needs.</summary>
    protected abstract int ScratchBytes { get; }

    /// <summary>Sums over every <paramref name="stride"/>-th row of [first, end).</summary>
    /// <param name="first">First row.</param>
    /// <param name="end">Row after the last.</param>
    /// <param name="beta">1/T.</param>
    /// <param name="stride">1 for all rows.</param>
    /// <param name="foldCount">Folds to sum apart, 1 without folds.</param>
    /// <param name="byRow">Receives the weighted derivatives of each row [N]; null: they are not kept.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public NllMoments[] Run(int first, int end, double beta, int stride, int foldCount, SlopeSeries[]? byRow)
    {
        var sums = new NllMoments[foldCount];
        double zeroBelow = Logits.ZeroBelow;
        var scratch = NativeMemory.AlignedAlloc((nuint)ScratchBytes, 64);
        try
        {
            int row = first;
            while (row < end)
            {
                var rows = Logits.Rows(row, end - row);
                int count = rows.Length / Logits.ClassCount;
                fixed (TScore* source = rows)
                {
                    int i = 0;
                    for (; i < count; i += stride)
                    {
                        TScore* z = source + ((long)i * Logits.ClassCount);
                        int label = labels[row + i];
                        double own = typeof(TScore) == typeof(float) ? *(float*)(z + label) : *(double*)(z + label);
                        ref var sum = ref sums[folds is null ? 0 : folds[row + i]];
                        bool isZero = own < zeroBelow;
                        if (weights is null && byRow is null && !isZero)
                        {
                            AddRow(z, own, beta, stride, scratch, ref sum);
                            continue;
                        }

                        double weight = weights is null ? 1 : weights[row + i];
                        var moments = default(NllMoments);
                        if (isZero)
                        {
                            // A probability of 0 stays 0 at every β: the row counts, but its loss has no slope.
                            moments.Count = 1;
                        }
                        else if (weight > 0)
                        {
                            AddRow(z, own, beta, stride, scratch, ref moments);
                        }

                        sum.Add(moments, weight);

                        if (byRow is not null)
                        {
                            byRow[row + i] = SlopeSeries.Of(moments, weight);
                        }
                    }

                    row += i;
                }
            }

            return sums;
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }
    }

    /// <summary>Adds one row.</summary>
    /// <param name="source">Logits of the row.</param>
    /// <param name="labelLogit">Logit of its label.</param>
    /// <param name="beta">1/T.</param>
    /// <param name="stride">Rows to the next one that will be added.</param>
    /// <param name="scratch">Working memory.</param>
    /// <param name="sums">What is added to.</param>
    protected abstract void AddRow(TScore* source, double labelLogit, double beta, int stride, void* scratch, ref NllMoments sums);
}
