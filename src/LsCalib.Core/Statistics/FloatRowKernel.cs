using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>
/// The fused pass over float logits of many classes: exponentials in single precision, every sum of a row in double.
/// The logarithm and the largest probability stay exact in everything but those exponentials, whose errors cancel in
/// a sum: against double precision throughout, metrics of many rows move by some 1e-9 of their value.
/// </summary>
internal sealed unsafe class FloatRowKernel<TFloats, TLanes> : RowKernel<float>
    where TFloats : struct, IFloatLanes<TFloats, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Lanes = IFloatLanes<TFloats, TLanes>.Count;

    /// <summary>Rows whose small probabilities are summed in single precision before they are added in double.</summary>
    private const int FlushRows = 32;

    private readonly int _paddedCount;

    public FloatRowKernel(ScoreMatrix<float> scores, RowScaling scaling, PredictionStatistics result)
        : base(scores, scaling, result) => _paddedCount = PaddedRow.Length(scores.ClassCount, Lanes);

    protected override int ScratchBytes => _paddedCount * ((4 * sizeof(float)) + (2 * sizeof(double)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Rows(float* source, int firstRow, int count, byte* scratch, RunSums sums)
    {
        var classSums = (double*)scratch;
        float* recentSums = (float*)(classSums + (2 * _paddedCount));
        float* exponentials = recentSums + (2 * _paddedCount);
        float* logits = exponentials + _paddedCount;
        for (int i = 0; i < count; i++)
        {
            int row = firstRow + i;
            Row(source + ((long)i * Scores.ClassCount), row, logits, exponentials, recentSums, sums);

            // By the number of the row, so that it does not matter in which pieces rows come.
            if (row % FlushRows == FlushRows - 1)
            {
                Flush(recentSums, classSums);
            }
        }
    }

    protected override void Finish(byte* scratch, RunSums sums)
    {
        var classSums = (double*)scratch;
        double* classSquares = classSums + _paddedCount;
        Flush((float*)(classSquares + _paddedCount), classSums);
        sums.AddToFirstBin(new(classSums, Scores.ClassCount), new(classSquares, Scores.ClassCount));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(float* source, int row, float* logits, float* exponentials, float* recentSums, RunSums sums)
    {
        int label = Result.Labels[row];
        float largest = PaddedRow.Copy<TFloats, TLanes>(source, Scores.ClassCount, logits, out bool isFinite);
        if (!isFinite)
        {
            ThrowNonFinite(source, row);
        }

        int predicted = IndexOfFirst(logits, largest);
        bool inTopFive = predicted == label || Rank(logits, label) < 5;
        double factor = Scaling.Factor(row);
        double sum = Exponentials(logits, largest, factor, exponentials, source + Scores.ClassCount, out double squareSum);
        double scale = 1 / sum;
        double nll = LogLoss(Math.Log(sum), largest, logits[label], factor, sums);
        Record(row, new(predicted, inTopFive, exponentials[predicted] * scale, nll, exponentials[label] * scale, squareSum * scale * scale), sums);
        Classwise(exponentials, scale, recentSums, sums.Cells);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndexOfFirst(float* logits, float wanted)
    {
        var target = TFloats.Broadcast(wanted);
        for (int k = 0; ; k += Lanes)
        {
            uint mask = TFloats.EqualMask(TFloats.Load(logits + k), target);
            if (mask != 0)
            {
                return k + BitOperations.TrailingZeroCount(mask);
            }
        }
    }

    /// <summary>Number of classes placed before the label: larger logits, and equal ones of a lower index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Rank(float* logits, int label)
    {
        var own = TFloats.Broadcast(logits[label]);
        int greater = 0;
        for (int k = 0; k < _paddedCount && greater < 5; k += Lanes)
        {
            greater += BitOperations.PopCount(TFloats.GreaterMask(TFloats.Load(logits + k), own));
        }

        for (int k = 0; k < label && greater < 5; k++)
        {
            greater += logits[k] == logits[label] ? 1 : 0;
        }

        return greater;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Exponentials(float* logits, float largest, double factor, float* exponentials, float* next, out double squareSum)
    {
        var exponential = new FloatExponential<TFloats, TLanes>(factor);
        var shift = TFloats.Broadcast(largest);
        var lowerSum = TLanes.Broadcast(0);
        var upperSum = TLanes.Broadcast(0);
        var lowerSquares = TLanes.Broadcast(0);
        var upperSquares = TLanes.Broadcast(0);
        for (int k = 0; k < _paddedCount; k += Lanes)
        {
            var e = exponential.Of(exponential.Clamp(TFloats.Load(logits + k) - shift));
            TFloats.Store(e, exponentials + k);
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(next + k);
            }

            var lower = TFloats.Lower(e);
            var upper = TFloats.Upper(e);
            lowerSum += lower;
            upperSum += upper;
            lowerSquares = TLanes.MultiplyAdd(lower, lower, lowerSquares);
            upperSquares = TLanes.MultiplyAdd(upper, upper, upperSquares);
        }

        squareSum = TLanes.Sum(lowerSquares + upperSquares);
        return TLanes.Sum(lowerSum + upperSum);
    }

    /// <summary>Adds a row to the classwise cells, as <see cref="DoubleRowKernel{TLanes, TScore}"/> does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Classwise(float* exponentials, double scale, float* recentSums, ClasswiseCells cells)
    {
        float* recentSquares = recentSums + _paddedCount;
        // What may lie on the first edge by the precision of a float is placed by its double.
        var firstEdge = TFloats.Broadcast((float)(Edges[1] * (1 - 1e-6)));
        var factor = TFloats.Broadcast((float)scale);
        for (int k = 0; k < _paddedCount; k += Lanes)
        {
            var p = TFloats.AtMost(TFloats.Load(exponentials + k) * factor, firstEdge, out uint mask);
            TFloats.Store(TFloats.Load(recentSums + k) + p, recentSums + k);
            TFloats.Store(TFloats.MultiplyAdd(p, p, TFloats.Load(recentSquares + k)), recentSquares + k);
            for (; mask != 0; mask &= mask - 1)
            {
                int index = k + BitOperations.TrailingZeroCount(mask);
                Place(index, exponentials[index] * scale, cells);
            }
        }
    }

    /// <summary>Adds the recent sums and squares of all classes to those in double precision, and clears them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Flush(float* recent, double* total)
    {
        var zero = TFloats.Broadcast(0);
        for (int k = 0; k < 2 * _paddedCount; k += Lanes)
        {
            var lanes = TFloats.Load(recent + k);
            TLanes.Store(TLanes.Load(total + k) + TFloats.Lower(lanes), total + k);
            TLanes.Store(TLanes.Load(total + k + ILanes<TLanes>.Count) + TFloats.Upper(lanes), total + k + ILanes<TLanes>.Count);
            TFloats.Store(zero, recent + k);
        }
    }
}
