using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.HypothesisTests;

/// <summary>
/// Debiased squared calibration errors of many outcomes of the same confidences over 2, 4, 8, … bins. The bins of a scale
/// are runs of rows in ascending order of confidence, so sums over bins are differences of running sums. Confidences
/// are rounded to multiples of 2⁻³² and summed as whole numbers: the draws follow exactly the rounded confidences, and
/// errors that are equal come out equal in whatever order their rows are added, so that ranks are exact.
/// </summary>
internal sealed class TCalScales
{
    private const double One = 1L << 32;

    private readonly long[] _confidences;
    private readonly double[] _thresholds;
    private readonly List<Cell[]> _scales = [];
    private readonly long[] _gaps;
    private readonly long[] _slopes;

    public TCalScales(ConfidenceOrder order)
    {
        int n = order.RowCount;
        _confidences = new long[n];
        _thresholds = new double[n];
        _gaps = new long[n + 1];
        _slopes = new long[n + 1];
        for (int i = 0; i < n; i++)
        {
            _confidences[i] = (long)Math.Round(order.Confidence[i] * One);
            _thresholds[i] = _confidences[i] / One;
        }

        if (n > 1)
        {
            Cut(order.Confidence);
        }
    }

    /// <summary>Scales that differ and have a bin of more than one row.</summary>
    public int Count => _scales.Count;

    /// <summary>Errors of given outcomes, at place 0 of each scale.</summary>
    public void OfOutcomes(bool[] correct, double[][] errors)
    {
        for (int i = 0; i < correct.Length; i++)
        {
            Add(i, correct[i] ? -1 : 0);
        }

        Sum(errors, 0);
    }

    /// <summary>Errors of outcomes drawn by the confidences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void OfDraw(SeededRandom random, double[][] errors, int place)
    {
        for (int i = 0; i < _thresholds.Length; i++)
        {
            // The sign of the difference, not a comparison: processors guess badly where outcomes are random.
            Add(i, BitConverter.DoubleToInt64Bits(random.NextDouble() - _thresholds[i]) >> 63);
        }

        Sum(errors, place);
    }

    /// <param name="row">Place in the order.</param>
    /// <param name="correct">All bits set if the row is correct, else none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(int row, long correct)
    {
        const long OneBits = 1L << 32;
        long c = _confidences[row];
        _gaps[row + 1] = _gaps[row] + (correct & OneBits) - c;

        // (a−c)² = c² + a(1−2c): only the second part depends on the outcome.
        _slopes[row + 1] = _slopes[row] + (correct & (OneBits - (2 * c)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(double[][] errors, int place)
    {
        for (int scale = 0; scale < errors.Length; scale++)
        {
            double sum = 0;
            foreach (ref readonly var cell in _scales[scale].AsSpan())
            {
                double gap = (_gaps[cell.End] - _gaps[cell.Start]) / One;
                double slopes = (_slopes[cell.End] - _slopes[cell.Start]) / One;
                sum += ((gap * gap) - slopes - cell.ConfidenceSquares) * cell.Weight;
            }

            errors[scale][place] = sum;
        }
    }

    /// <summary>
    /// Cuts every bin in two again and again. A bin of one row adds nothing, so it is dropped; a scale that differs from the
    /// last in no other bin says nothing new.
    /// </summary>
    private void Cut(double[] ascending)
    {
        int n = ascending.Length;
        int finest = (int)Math.Ceiling(2 * Math.Log2(n / Math.Sqrt(Math.Log(n))));
        var bins = new List<(int Start, int End)> { (0, n) };
        for (int scale = 1; scale <= finest && bins.Count > 0; scale++)
        {
            double binCount = Math.ScaleB(1, scale);
            var halves = new List<(int Start, int End)>();
            foreach (var (start, end) in bins)
            {
                int middle = start;
                double lower = BinOf(ascending[start], binCount);
                if (BinOf(ascending[end - 1], binCount) == lower)
                {
                    middle = end;
                }

                while (middle < end && BinOf(ascending[middle], binCount) == lower)
                {
                    middle++;
                }

                Keep(start, middle, halves);
                Keep(middle, end, halves);
            }

            if (halves.Count > 0 && (scale == 1 || !halves.SequenceEqual(bins)))
            {
                _scales.Add([.. halves.Select(bin => CellOf(bin.Start, bin.End, n))]);
            }

            bins = halves;
        }
    }

    /// <summary>Bins (lower, upper] of width 2^−scale, exact in binary; the first includes 0.</summary>
    private static double BinOf(double confidence, double binCount) => Math.Max(Math.Ceiling(confidence * binCount), 1);

    private static void Keep(int start, int end, List<(int Start, int End)> bins)
    {
        if (end - start > 1)
        {
            bins.Add((start, end));
        }
    }

    private Cell CellOf(int start, int end, int rowCount)
    {
        double squares = 0;
        for (int i = start; i < end; i++)
        {
            squares += _thresholds[i] * _thresholds[i];
        }

        return new(start, end, squares, 1 / ((double)(end - start) * rowCount));
    }

    /// <summary>A bin of at least two rows, places [Start, End) of the order.</summary>
    private readonly record struct Cell(int Start, int End, double ConfidenceSquares, double Weight);
}
