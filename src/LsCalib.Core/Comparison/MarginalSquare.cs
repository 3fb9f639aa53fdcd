namespace LsCalib.Core.Comparison;

/// <summary>
/// The debiased squared error of the probabilities of all classes, the mean over classes k of Σ_b n_b/N (gap_b² − …), and what
/// each row does to it: the mean over k of 2 m u − m², less the error. Under calibration it scatters by 2/(NK)² of the sum over pairs of rows
/// and pairs of classes that share bins; rows of unlike classes k and l do together what −p_k p_l says. That part is taken as
/// large as it can be: as if rows that share a bin of k were alike.
/// </summary>
/// <param name="Value">The squared error; below 0 by chance, NaN where no bin has two rows.</param>
/// <param name="Influence">What rows do to it.</param>
internal sealed record MarginalSquare(double Value, SquaredInfluence Influence)
{
    /// <param name="cells">Bins of equal mass of every class.</param>
    /// <param name="sums">Their sums, of rows by themselves.</param>
    public static MarginalSquare Of(ProbabilityCells cells, CellNoiseSums sums)
    {
        int n = cells.RowCount;
        int classCount = cells.ClassCount;
        var mean = new double[cells.CellCount];
        double square = 0;
        double biased = 0;
        double calibrated = 0;
        bool hasPairs = false;
        for (int cell = 0; cell < mean.Length; cell++)
        {
            double count = sums.Counts[cell];
            if (count > 1)
            {
                hasPairs = true;
                mean[cell] = sums.Sums[cell] / count;
                biased += count * mean[cell] * mean[cell] / n / classCount;
                square += count * ((mean[cell] * mean[cell]) - (sums.Frequency(cell) * (1 - sums.Frequency(cell)) / (count - 1))) / n / classCount;
                calibrated += count / (count - 1) * Math.Pow(sums.Claimed(cell) / count, 2);
            }
        }

        var ofRow = new double[n];
        var entries = new CellEntry[cells.MostOfRow];
        for (int row = 0; row < n; row++)
        {
            int entryCount = cells.Read(row, entries);
            double influence = 0;
            double together = 0;
            double alone = 0;
            foreach (var entry in entries.AsSpan(0, entryCount))
            {
                double m = mean[entry.Cell];
                influence += ((2 * m * entry.Residual) - (m * m)) / classCount;
                double weight = sums.Counts[entry.Cell] > 1 ? entry.Claimed * entry.Claimed / Math.Sqrt(sums.Counts[entry.Cell] - 1) : 0;
                together += weight;
                alone += weight * weight;
            }

            ofRow[row] = influence - biased;
            calibrated += (together * together) - alone;
        }

        return new(hasPairs ? square : double.NaN, new(ofRow, 2.0 / n / n / classCount / classCount * calibrated));
    }
}
