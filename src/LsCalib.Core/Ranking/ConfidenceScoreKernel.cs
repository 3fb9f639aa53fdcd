using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Ranking;

/// <summary>The four confidence scores of a run of rows, each row read once into the first-level cache.</summary>
internal sealed unsafe class ConfidenceScoreKernel<TLanes, TScore>
    where TLanes : struct, ILanes<TLanes>
    where TScore : unmanaged
{
    private readonly ScoreMatrix<TScore> _scores;
    private readonly RowScaling _scaling;
    private readonly ConfidenceScores _result;
    private readonly int _classCount;
    private readonly int _paddedCount;
    private readonly double _logitFloor;

    public ConfidenceScoreKernel(ScoreMatrix<TScore> scores, RowScaling scaling, ConfidenceScores result)
    {
        _scores = scores;
        _scaling = scaling;
        _result = result;
        _classCount = scores.ClassCount;
        _paddedCount = PaddedRow.Length(scores.ClassCount, ILanes<TLanes>.Count);
        double smallest = typeof(TScore) == typeof(float) ? float.Epsilon : double.Epsilon;
        bool areLogarithms = scores.Kind == ScoreKind.Probabilities || scores.AreLogarithms;
        _logitFloor = areLogarithms ? Math.Log(smallest) : double.MinValue;
    }

    /// <summary>Writes the scores of rows [first, end).</summary>
    /// <returns>The number of rows.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Run(int first, int end)
    {
        var values = (double*)NativeMemory.AlignedAlloc((nuint)(_paddedCount * sizeof(double)), 64);
        try
        {
            int row = first;
            while (row < end)
            {
                var rows = _scores.Rows(row, end - row);
                fixed (TScore* source = rows)
                {
                    int count = rows.Length / _classCount;
                    for (int i = 0; i < count; i++)
                    {
                        Row(source + ((long)i * _classCount), row + i, values);
                    }

                    row += count;
                }
            }

            return end - first;
        }
        finally
        {
            NativeMemory.AlignedFree(values);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(TScore* source, int row, double* values)
    {
        bool isLogits = _scores.Kind == ScoreKind.Logits;
        double largest = PaddedRow.Copy<TLanes, TScore>(source, _classCount, values, isLogits ? double.MinValue : 0, out bool isFinite);
        if (!isFinite)
        {
            ThrowNonFinite(source, row);
        }

        double second = SecondLargest(values, largest, isLogits ? double.MinValue : 0);
        if (isLogits)
        {
            double factor = _scaling.Factor(row);
            double probability = 1 / ExponentialSum(values, largest, factor);
            _result.MaximumProbability[row] = Math.Min(probability, 1);
            _result.Margin[row] = (1 - Math.Exp((second - largest) * factor)) * probability;
        }
        else
        {
            double scale = 1 / RowSum(values);
            _result.MaximumProbability[row] = Math.Min(largest * scale, 1);
            _result.Margin[row] = (largest - second) * scale;
            for (int k = 0; k < _classCount; k++)
            {
                values[k] = Math.Log(values[k]);
            }

            largest = Math.Log(largest);
        }

        _result.MaximumLogit[row] = largest;
        _result.NormalizedLogit[row] = NormalizedLogit<TLanes>.Of(values, _classCount, largest, _logitFloor, _result.Power);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double SecondLargest(double* values, double largest, double lowest)
    {
        var target = TLanes.Broadcast(largest);
        int top = 0;
        uint mask = TLanes.EqualMask(TLanes.Load(values), target);
        while (mask == 0)
        {
            top += ILanes<TLanes>.Count;
            mask = TLanes.EqualMask(TLanes.Load(values + top), target);
        }

        top += BitOperations.TrailingZeroCount(mask);
        values[top] = lowest;
        var second = TLanes.Broadcast(lowest);
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            second = TLanes.Max(second, TLanes.Load(values + k));
        }

        values[top] = largest;
        return TLanes.MaxAcross(second);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double ExponentialSum(double* values, double largest, double factor)
    {
        var exponential = new Exponential<TLanes>(factor);
        var shift = TLanes.Broadcast(largest);
        var sum = TLanes.Broadcast(0);
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            sum += exponential.Of(exponential.Clamp(TLanes.Load(values + k) - shift));
        }

        return TLanes.Sum(sum);
    }

    /// <summary>Sum of a row of probabilities; one that differs from 1 by rounding counts as 1, as in the fused pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double RowSum(double* values)
    {
        var sum = TLanes.Broadcast(0);
        for (int k = 0; k < _paddedCount; k += ILanes<TLanes>.Count)
        {
            sum += TLanes.Load(values + k);
        }

        double total = TLanes.Sum(sum);
        return Math.Abs(total - 1) <= ProbabilityRows.RoundingOf(_scores) ? 1 : total;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowNonFinite(TScore* source, int row)
    {
        for (int k = 0; k < _classCount; k++)
        {
            double value = typeof(TScore) == typeof(float) ? *(float*)(source + k) : *(double*)(source + k);
            if (!double.IsFinite(value))
            {
                throw new NonFiniteScoreException(row, k, value);
            }
        }
    }
}
