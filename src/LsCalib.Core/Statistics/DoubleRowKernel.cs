using System.Numerics;
using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>The fused pass in double precision throughout; float scores are widened as they are read.</summary>
internal sealed unsafe class DoubleRowKernel<TLanes, TScore> : RowKernel<TScore>
    where TLanes : struct, ILanes<TLanes>
    where TScore : unmanaged
{
    private readonly int _paddedCount;

    public DoubleRowKernel(ScoreMatrix<TScore> scores, RowScaling scaling, PredictionStatistics result)
        : base(scores, scaling, result) =>
        _paddedCount = PaddedRow.Length(scores.ClassCount, ILanes<TLanes>.Count);

    protected override int ScratchBytes => _paddedCount * 3 * sizeof(double);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Rows(TScore* source, int firstRow, int count, byte* scratch, RunSums sums)
    {
        var values = (double*)scratch;
        double* classSums = values + _paddedCount;
        double* classSquares = classSums + _paddedCount;
        for (int i = 0; i < count; i++)
        {
            Row(source + ((long)i * Scores.ClassCount), firstRow + i, values, classSums, classSquares, sums);
        }
    }

    protected override void Finish(byte* scratch, RunSums sums)
    {
        double* classSums = (double*)scratch + _paddedCount;
        sums.AddToFirstBin(new(classSums, Scores.ClassCount), new(classSums + _paddedCount, Scores.ClassCount));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(TScore* source, int row, double* values, double* classSums, double* classSquares, RunSums sums)
    {
        int label = Result.Labels[row];
        bool isLogits = Scores.Kind == ScoreKind.Logits;
        double largest = PaddedRow.Copy<TLanes, TScore>(source, Scores.ClassCount, values, isLogits ? double.MinValue : 0, out bool isFinite);
        if (!isFinite)
        {
            ThrowNonFinite(source, row);
        }

        int predicted = IndexOfFirst(values, largest);
        double labelValue = values[label];

        // Counted before the values are overwritten by probabilities.
        bool inTopFive = predicted == label || Rank(values, label) < 5;

        double squareSum;
        double scale;
        double nll;
        if (isLogits)
        {
            double factor = Scaling.Factor(row);
            double sum = Exponentials(values, largest, factor, out squareSum);
            scale = 1 / sum;
            nll = LogLoss(Math.Log(sum), largest, labelValue, factor, sums);
        }
        else
        {
            scale = 1 / RowSum(values, out squareSum);
            if (labelValue == 0)
            {
                sums.ZeroProbabilityRowCount++;
                nll = Scores.ZeroLoss;
            }
            else
            {
                nll = -Math.Log(labelValue * scale);
            }
        }

        Record(row, new(predicted, inTopFive, values[predicted] * scale, nll, values[label] * scale, squareSum * scale * scale), sums);
        Classwise(values, scale, classSums, classSquares, sums.Cells);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndexOfFirst(double* values, double wanted)
    {
        var target = TLanes.Broadcast(wanted);
        for (int k = 0; ; k += ILanes<TLanes>.Count)
        {
            uint mask = TLanes.EqualMask(TLanes.Load(values + k), target);
            if (mask != 0)
            {
                return k + BitOperations.TrailingZeroCount(mask);
            }
        }
    }

    /// <summary>Number of classes placed before the label: larger scores, and equal ones of a lower index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Rank(double* values, int label)
    {
        double own = values[label];
        var target = TLanes.Broadcast(own);
        int greater = 0;
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            greater += BitOperations.PopCount(TLanes.GreaterMask(TLanes.Load(values + k), target));
        }

        for (int k = 0; k < label && greater < 5; k++)
        {
            greater += values[k] == own ? 1 : 0;
        }

        return greater;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Exponentials(double* values, double largest, double factor, out double squareSum)
    {
        var exponential = new Exponential<TLanes>(factor);
        var shift = TLanes.Broadcast(largest);
        var sum = TLanes.Broadcast(0);
        var squares = TLanes.Broadcast(0);
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            var e = exponential.Of(exponential.Clamp(TLanes.Load(values + k) - shift));
            TLanes.Store(e, values + k);
            sum += e;
            squares = TLanes.MultiplyAdd(e, e, squares);
        }

        squareSum = TLanes.Sum(squares);
        return TLanes.Sum(sum);
    }

    /// <summary>
    /// Sum of a row of probabilities. A sum that differs from one by rounding counts as one: dividing by it would move
    /// round probabilities such as 0.6 off the bin edge that they lie on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double RowSum(double* values, out double squareSum)
    {
        var sum = TLanes.Broadcast(0);
        var squares = TLanes.Broadcast(0);
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            var p = TLanes.Load(values + k);
            sum += p;
            squares = TLanes.MultiplyAdd(p, p, squares);
        }

        squareSum = TLanes.Sum(squares);
        double total = TLanes.Sum(sum);
        return Math.Abs(total - 1) <= ProbabilityRows.RoundingOf(Scores) ? 1 : total;
    }

    /// <summary>
    /// Adds a row to the classwise cells. At most M−1 of its probabilities exceed 1/M: only those are placed one by one,
    /// all others lie in the first bin of their class.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Classwise(double* values, double scale, double* classSums, double* classSquares, ClasswiseCells cells)
    {
        var factor = TLanes.Broadcast(scale);
        var firstEdge = TLanes.Broadcast(Edges[1]);
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            var p = TLanes.AtMost(TLanes.Load(values + k) * factor, firstEdge, out uint mask);
            TLanes.Store(TLanes.Load(classSums + k) + p, classSums + k);
            TLanes.Store(TLanes.MultiplyAdd(p, p, TLanes.Load(classSquares + k)), classSquares + k);
            for (; mask != 0; mask &= mask - 1)
            {
                int index = k + BitOperations.TrailingZeroCount(mask);
                Place(index, values[index] * scale, cells);
            }
        }
    }
}
