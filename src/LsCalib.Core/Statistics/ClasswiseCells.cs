namespace LsCalib.Core.Statistics;

/// <summary>
/// Sums over the cells (class k, bin b) of the classwise reliability tables [K,M]: every row falls into one cell of
/// every class, by its probability of that class, bins (lower, upper].
/// </summary>
public sealed class ClasswiseCells
{
    internal ClasswiseCells(int classCount, int binCount)
    {
        ClassCount = classCount;
        BinCount = binCount;
        ProbabilitySums = new double[classCount * binCount];
        SquareSums = new double[classCount * binCount];
        LabelCounts = new int[classCount * binCount];
        RowCounts = new int[classCount * binCount];
    }

    /// <summary>K.</summary>
    public int ClassCount { get; }

    /// <summary>M.</summary>
    public int BinCount { get; }

    /// <summary>Sum of p_k over the rows of each cell [K,M].</summary>
    internal double[] ProbabilitySums { get; }

    /// <summary>Sum of p_k² over the rows of each cell [K,M].</summary>
    internal double[] SquareSums { get; }

    /// <summary>Rows of each cell whose label is k [K,M].</summary>
    internal int[] LabelCounts { get; }

    /// <summary>Rows of each cell [K,M].</summary>
    internal int[] RowCounts { get; }

    /// <summary>Sum of p_k over all rows.</summary>
    public double ProbabilitySum(int k) => Sum(ProbabilitySums.AsSpan(k * BinCount, BinCount));

    /// <summary>Rows whose label is k.</summary>
    public int LabelCount(int k)
    {
        int count = 0;
        foreach (int cell in LabelCounts.AsSpan(k * BinCount, BinCount))
        {
            count += cell;
        }

        return count;
    }

    /// <summary>Counts the rows of every class's first bin: those that were placed in no other.</summary>
    internal void CountFirstBins(int rowCount)
    {
        for (int k = 0; k < ClassCount; k++)
        {
            var counts = RowCounts.AsSpan(k * BinCount, BinCount);
            counts[0] = rowCount;
            for (int b = 1; b < counts.Length; b++)
            {
                counts[0] -= counts[b];
            }
        }
    }

    internal void Add(ClasswiseCells other)
    {
        for (int i = 0; i < ProbabilitySums.Length; i++)
        {
            ProbabilitySums[i] += other.ProbabilitySums[i];
            SquareSums[i] += other.SquareSums[i];
            LabelCounts[i] += other.LabelCounts[i];
            RowCounts[i] += other.RowCounts[i];
        }
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }
}
