namespace LsCalib.Core.Statistics;

/// <summary>Sums over one run of rows; runs are merged in row order, whichever thread computed them.</summary>
internal sealed class RunSums(int classCount, int binCount)
{
    public ClasswiseCells Cells { get; } = new(classCount, binCount);

    public int[] CorrectByClass { get; } = new int[classCount];

    public int CorrectCount { get; set; }

    public int TopFiveCount { get; set; }

    public int ZeroProbabilityRowCount { get; set; }

    /// <summary>Gives each class's first bin what the other bins leave of its sums over all rows.</summary>
    public void MoveDenseSumsToFirstBin(ReadOnlySpan<double> sums, ReadOnlySpan<double> squares)
    {
        int bins = Cells.BinCount;
        for (int k = 0; k < sums.Length; k++)
        {
            double sum = sums[k];
            double square = squares[k];
            for (int cell = (k * bins) + 1; cell < (k + 1) * bins; cell++)
            {
                sum -= Cells.ProbabilitySums[cell];
                square -= Cells.SquareSums[cell];
            }

            Cells.ProbabilitySums[k * bins] = Math.Max(sum, 0);
            Cells.SquareSums[k * bins] = Math.Max(square, 0);
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
