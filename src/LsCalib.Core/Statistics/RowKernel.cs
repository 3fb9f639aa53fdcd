using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>
/// The fused pass over one run of rows: softmax, prediction, NLL, Brier score and the classwise cells, while a row lies
/// in the first-level cache. Everything is in double precision; float scores are widened as they are read. The methods
/// are compiled with full optimisation at once: a command runs them once, before the runtime would get round to it.
/// </summary>
internal sealed unsafe class RowKernel<TLanes, TScore>
    where TLanes : struct, ILanes<TLanes>
    where TScore : unmanaged
{
    private readonly ScoreMatrix<TScore> _scores;
    private readonly RowScaling _scaling;
    private readonly PredictionStatistics _result;
    private readonly double[] _edges;
    private readonly int _paddedCount;

    public RowKernel(ScoreMatrix<TScore> scores, RowScaling scaling, PredictionStatistics result)
    {
        _scores = scores;
        _scaling = scaling;
        _result = result;
        _edges = BinEdges.EqualWidth(result.Classwise.BinCount);
        _paddedCount = (scores.ClassCount + ILanes<TLanes>.Count - 1) / ILanes<TLanes>.Count * ILanes<TLanes>.Count;
    }

    /// <summary>Runs over rows [first, end), writes their row results, and returns the sums of the run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public RunSums Run(int first, int end)
    {
        var sums = new RunSums(_scores.ClassCount, _result.Classwise.BinCount);
        nuint bytes = (nuint)(_paddedCount * 3 * sizeof(double));
        var scratch = (double*)NativeMemory.AlignedAlloc(bytes, 64);
        try
        {
            new Span<double>(scratch, _paddedCount * 3).Clear();
            double* values = scratch;
            double* classSums = scratch + _paddedCount;
            double* classSquares = scratch + (2 * _paddedCount);
            int row = first;
            while (row < end)
            {
                var run = _scores.Rows(row, end - row);
                fixed (TScore* source = run)
                {
                    int count = run.Length / _scores.ClassCount;
                    for (int i = 0; i < count; i++)
                    {
                        Row(source + ((long)i * _scores.ClassCount), row + i, values, classSums, classSquares, sums);
                    }

                    row += count;
                }
            }

            sums.MoveDenseSumsToFirstBin(new(classSums, _scores.ClassCount), new(classSquares, _scores.ClassCount));
            return sums;
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(TScore* source, int row, double* values, double* classSums, double* classSquares, RunSums sums)
    {
        int label = _result.Labels[row];
        bool isLogits = _scores.Kind == ScoreKind.Logits;
        double largest = Widen(source, values, isLogits ? _scaling.Factor(row) : 1, row);
        int predicted = IndexOfFirst(values, largest);
        bool correct = predicted == label;
        double labelValue = values[label];

        // Counted before the values are overwritten by probabilities.
        bool inTopFive = correct || Rank(values, label) < 5;

        double squareSum;
        double scale;
        double nll;
        if (isLogits)
        {
            double sum = Exponentials(values, largest, out squareSum);
            scale = 1 / sum;
            double floor = _scores.TrueLogitFloor;
            if (double.IsFinite(floor) && labelValue <= 0.5 * ScoreMatrix.LogOfZero * _scaling.Factor(row))
            {
                // The true class had probability 0: its logit counts as the floor, at this row's temperature.
                labelValue = floor * _scaling.Factor(row);
                sums.ZeroProbabilityRowCount++;
            }

            nll = Math.Log(sum) + (largest - labelValue);
        }
        else
        {
            scale = 1 / RowSum(values, out squareSum);
            if (labelValue == 0)
            {
                labelValue = _scores.ZeroReplacement;
                sums.ZeroProbabilityRowCount++;
                nll = -Math.Log(labelValue);
            }
            else
            {
                nll = -Math.Log(labelValue * scale);
            }
        }

        double labelProbability = values[label] * scale;
        double brier = (squareSum * scale * scale) - (2 * labelProbability) + 1;
        double confidence = values[predicted] * scale;

        _result.Predicted[row] = predicted;
        _result.Confidence[row] = Math.Min(confidence, 1);
        _result.Nll[row] = Math.Max(nll, 0);
        _result.Brier[row] = Math.Max(brier, 0);
        sums.CorrectCount += correct ? 1 : 0;
        sums.TopFiveCount += inTopFive ? 1 : 0;
        if (correct)
        {
            sums.CorrectByClass[label]++;
        }

        Classwise(values, scale, classSums, classSquares, sums.Cells);
        sums.Cells.LabelCounts[(label * sums.Cells.BinCount) + BinEdges.EqualWidthIndex(_edges, labelProbability)]++;
    }

    /// <summary>Copies a row to doubles, multiplied by its factor and padded, and returns its largest value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Widen(TScore* source, double* values, double factor, int row)
    {
        int classCount = _scores.ClassCount;
        int whole = classCount / ILanes<TLanes>.Count * ILanes<TLanes>.Count;
        var scale = TLanes.Broadcast(factor);
        var zero = TLanes.Broadcast(0);
        var largest = TLanes.Broadcast(double.MinValue);
        var finite = zero;
        int k = 0;
        for (; k < whole; k += ILanes<TLanes>.Count)
        {
            var lanes = typeof(TScore) == typeof(float) ? TLanes.Load((float*)(source + k)) : TLanes.Load((double*)(source + k));
            finite = TLanes.MultiplyAdd(lanes, zero, finite);
            lanes *= scale;
            largest = TLanes.Max(largest, lanes);
            TLanes.Store(lanes, values + k);
        }

        double best = whole > 0 ? TLanes.MaxAcross(largest) : double.MinValue;
        double check = TLanes.Sum(finite);
        for (; k < classCount; k++)
        {
            double value = typeof(TScore) == typeof(float) ? *(float*)(source + k) : *(double*)(source + k);
            check += value * 0;
            value *= factor;
            values[k] = value;
            best = Math.Max(best, value);
        }

        if (check != 0)
        {
            ThrowNonFinite(source, row);
        }

        double padding = _scores.Kind == ScoreKind.Logits ? double.MinValue : 0;
        for (; k < _paddedCount; k++)
        {
            values[k] = padding;
        }

        return best;
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
    private double Exponentials(double* values, double largest, out double squareSum)
    {
        var shift = TLanes.Broadcast(largest);
        var sum = TLanes.Broadcast(0);
        var squares = TLanes.Broadcast(0);
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            var e = Exponential.OfNonPositive(TLanes.Load(values + k) - shift);
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
        return Math.Abs(total - 1) <= ProbabilityRows.RoundingOf(_scores) ? 1 : total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Classwise(double* values, double scale, double* classSums, double* classSquares, ClasswiseCells cells)
    {
        // At most M−1 probabilities of a row exceed 1/M. Only those are placed one by one; the first bin of each class
        // is what is left of the class's sum over all rows.
        var factor = TLanes.Broadcast(scale);
        var firstEdge = TLanes.Broadcast(_edges[1]);
        int binCount = _edges.Length - 1;
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            var p = TLanes.Load(values + k) * factor;
            TLanes.Store(TLanes.Load(classSums + k) + p, classSums + k);
            TLanes.Store(TLanes.MultiplyAdd(p, p, TLanes.Load(classSquares + k)), classSquares + k);
            uint mask = TLanes.GreaterMask(p, firstEdge);
            while (mask != 0)
            {
                int index = k + BitOperations.TrailingZeroCount(mask);
                mask &= mask - 1;
                double value = values[index] * scale;
                int bin = BinEdges.EqualWidthIndex(_edges, value);
                if (bin > 0)
                {
                    int cell = (index * binCount) + bin;
                    cells.ProbabilitySums[cell] += value;
                    cells.SquareSums[cell] += value * value;
                }
            }
        }
    }

    private void ThrowNonFinite(TScore* source, int row)
    {
        for (int k = 0; k < _scores.ClassCount; k++)
        {
            double value = typeof(TScore) == typeof(float) ? *(float*)(source + k) : *(double*)(source + k);
            if (!double.IsFinite(value))
            {
                throw new NonFiniteScoreException(row, k, value);
            }
        }
    }
}
