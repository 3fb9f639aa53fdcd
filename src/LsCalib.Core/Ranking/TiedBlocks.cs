using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Ranking;

/// <summary>
/// Blocks of rows of equal score, most confident first: rows and errors accepted with each block and all before it.
/// </summary>
internal sealed class TiedBlocks
{
    private readonly int[] _rows;
    private readonly int[] _errors;

    private TiedBlocks(int blockCount)
    {
        _rows = new int[blockCount];
        _errors = new int[blockCount];
    }

    public int RowCount => _rows.Length > 0 ? _rows[^1] : 0;

    public int ErrorCount => _errors.Length > 0 ? _errors[^1] : 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TiedBlocks From(ConfidenceOrder order)
    {
        var blocks = new TiedBlocks(CountBlocks(order.Confidence));
        int errors = 0;
        int block = 0;
        for (int i = order.RowCount - 1; i >= 0; i--)
        {
            errors += order.Correct[i] ? 0 : 1;
            if (i == 0 || order.Confidence[i - 1] != order.Confidence[i])
            {
                blocks._rows[block] = order.RowCount - i;
                blocks._errors[block] = errors;
                block++;
            }
        }

        return blocks;
    }

    /// <summary>Expected error rate of the first rows; NaN of none.</summary>
    public double RiskOf(int rows)
    {
        if (rows == 0)
        {
            return double.NaN;
        }

        int block = Array.BinarySearch(_rows, rows);
        if (block >= 0)
        {
            return (double)_errors[block] / rows;
        }

        block = ~block;
        var (rowsBefore, errorsBefore) = block > 0 ? (_rows[block - 1], _errors[block - 1]) : (0, 0);
        double share = (double)(rows - rowsBefore) / (_rows[block] - rowsBefore);
        return (errorsBefore + ((_errors[block] - errorsBefore) * share)) / rows;
    }

    /// <summary>Most rows, in whole blocks, whose error rate does not exceed a limit.</summary>
    public int MostRowsWithin(double risk)
    {
        int block = _rows.Length - 1;
        while (block >= 0 && (double)_errors[block] / _rows[block] > risk)
        {
            block--;
        }

        return block < 0 ? 0 : _rows[block];
    }

    /// <summary>Mean of the expected error rates of the first 1, 2, …, N rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double MeanRisk()
    {
        double sum = 0;
        int rows = 0;
        int errors = 0;
        for (int block = 0; block < _rows.Length; block++)
        {
            double perRow = (double)(_errors[block] - errors) / (_rows[block] - rows);
            int blockRows = _rows[block] - rows;
            for (int j = 1; j <= blockRows; j++)
            {
                sum += (errors + (perRow * j)) / (rows + j);
            }

            (rows, errors) = (_rows[block], _errors[block]);
        }

        return sum / RowCount;
    }

    /// <summary>The same where all correct rows come first, each row on its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double MeanRiskOfPerfectOrder(int rowCount, int errorCount)
    {
        double sum = 0;
        int correct = rowCount - errorCount;
        for (int j = 1; j <= errorCount; j++)
        {
            sum += (double)j / (correct + j);
        }

        return sum / rowCount;
    }

    /// <summary>
    /// Area under errors / N against coverage, by trapezoids, and the fraction of pairs of a correct and a wrong row in
    /// which the correct one comes first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (double Area, double OrderedPairs) AreaAndPairs()
    {
        // Whole numbers, twice the counts, so that both are exact up to one division.
        long area = 0;
        long inverted = 0;
        int rows = 0;
        int errors = 0;
        for (int block = 0; block < _rows.Length; block++)
        {
            long blockRows = _rows[block] - rows;
            long correct = blockRows - (_errors[block] - errors);
            long twiceMeanErrors = (long)errors + _errors[block];
            area += blockRows * twiceMeanErrors;
            inverted += correct * twiceMeanErrors;
            (rows, errors) = (_rows[block], _errors[block]);
        }

        double pairs = 2.0 * ErrorCount * (RowCount - ErrorCount);
        return (area / (2.0 * RowCount * RowCount), (pairs - inverted) / pairs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountBlocks(double[] ascending)
    {
        int count = ascending.Length > 0 ? 1 : 0;
        for (int i = 1; i < ascending.Length; i++)
        {
            count += ascending[i] != ascending[i - 1] ? 1 : 0;
        }

        return count;
    }
}
