namespace LsCalib.Core.Statistics;

/// <summary>Sums over one run of rows; runs are merged in row order, whichever thread computed them.</summary>
internal sealed class RunSums(int classCount, int binCount)
{
    public ClasswiseCells Cells { get; } = new(classCount, binCount);

    public int[] CorrectByClass { get; } = new int[classCount];

    public int CorrectCount { get; set; }

    public int TopFiveCount { get; set; }

    public int ZeroProbabilityRowCount { get; set; }

    /// <summary>Adds to each class's first bin the sums of what lies there.</summary>
    public void AddToFirstBin(ReadOnlySpan<double> sums, ReadOnlySpan<double> squares)
    {
        for (int k = 0; k < sums.Length; k++)
        {
            Cells.ProbabilitySums[k * Cells.BinCount] += sums[k];
            Cells.SquareSums[k * Cells.BinCount] += squares[k];
        }
    }

    public void AddTo(PredictionStatistics total)
    {
        total.Classwise.Add(Cells);
        total.CorrectCount += CorrectCount;
        total.TopFiveCount += TopFiveCount;
        total.ZeroProbabilityRowCount += ZeroProbabilityRowCount;
        for (int k = 0; k < CorrectByClass.Length; k++)
        {
            total.CorrectByClass[k] += CorrectByClass[k];
        }
    }
}
