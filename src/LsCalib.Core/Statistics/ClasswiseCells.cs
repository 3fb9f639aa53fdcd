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

    /// <summary>Cells of weighted rows.</summary>
    internal static ClasswiseCells Weighted(int classCount, int binCount) => new(classCount, binCount)
    {
        Weights = new(classCount * binCount),
    };

    /// <summary>K.</summary>
    public int ClassCount { get; }

    /// <summary>M.</summary>
    public int BinCount { get; }

    /// <summary>Weights of the rows where they are weighted, else null. All sums are then of the weight times what they are of.</summary>
    internal CellWeights? Weights { get; private init; }

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

    /// <summary>Weight of the rows of a cell whose label is k; their count where all rows count the same.</summary>
    internal double LabelSum(int cell) => Weights is null ? LabelCounts[cell] : Weights.Labels[cell];

    /// <summary>Weight of the rows of a cell; their count where all rows count the same.</summary>
    internal double RowSum(int cell) => Weights is null ? RowCounts[cell] : Weights.Rows[cell];

    /// <summary>Rows of equal weight that would tell as much as those of a cell.</summary>
    internal double EffectiveCount(int cell) => Weights is not { } weights ? RowCounts[cell]
        : weights.Rows[cell] > 0 ? weights.Rows[cell] * weights.Rows[cell] / weights.RowSquares[cell] : 0;

    /// <summary>Weight of all rows whose label is k.</summary>
    internal double LabelSumOfClass(int k)
    {
        double sum = 0;
        for (int cell = k * BinCount; cell < (k + 1) * BinCount; cell++)
        {
            sum += LabelSum(cell);
        }

        return sum;
    }

    /// <summary>Adds a weighted row to a cell.</summary>
    internal void Add(int cell, double probability, bool isLabel, double weight)
    {
        ProbabilitySums[cell] += weight * probability;
        SquareSums[cell] += weight * probability * probability;
        RowCounts[cell]++;
        Weights!.Rows[cell] += weight;
        Weights.RowSquares[cell] += weight * weight;
        Weights.Variances[cell] += weight * weight * probability * (1 - probability);
        if (isLabel)
        {
            LabelCounts[cell]++;
            Weights.Labels[cell] += weight;
        }
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

        Weights?.Add(other.Weights!);
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
