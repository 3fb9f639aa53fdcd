using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>Noise floors of the binned errors: their values when every claim is true (Bröcker and Smith 2007).</summary>
public static class NoiseFloors
{
    /// <summary>Draws that the floors of the top-label errors rest on.</summary>
    public const int DrawCount = 1000;

    /// <summary>Most classes whose classwise floor is simulated row by row; above, classes count as independent.</summary>
    internal const int MostSimulatedClasses = 50;

    /// <summary>Floors of ECE, MCE and RMSCE over the bins of a table.</summary>
    /// <param name="table">Its bins and counts; accuracies are not used.</param>
    /// <param name="confidences">[N], those that the table was made of.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static (NoiseFloor Expected, NoiseFloor Maximum, NoiseFloor RootMeanSquare) OfTable(
        ReliabilityTable table, ReadOnlySpan<double> confidences, long seed)
    {
        ArgumentNullException.ThrowIfNull(table);
        int bins = table.Bins.Length;
        var edges = new double[bins + 1];
        for (int m = 0; m < bins; m++)
        {
            edges[m + 1] = table.Bins[m].Upper;
        }

        var means = new double[bins];
        var variances = new double[bins];
        foreach (double c in confidences)
        {
            int bin = BinEdges.IndexOf(edges, c);
            means[bin] += c;
            variances[bin] += c * (1 - c);
        }

        var laws = new LabelCountLaw[bins];
        for (int m = 0; m < bins; m++)
        {
            laws[m] = new(means[m], variances[m]);
        }

        var random = new SeededRandom(seed, stream: 1);
        var expected = new double[DrawCount];
        var maximum = new double[DrawCount];
        var square = new double[DrawCount];
        for (int draw = 0; draw < DrawCount; draw++)
        {
            for (int m = 0; m < bins; m++)
            {
                int count = table.Bins[m].Count;
                if (count > 0)
                {
                    double residual = Math.Abs(laws[m].Draw(random) - means[m]);
                    expected[draw] += residual / table.RowCount;
                    maximum[draw] = Math.Max(maximum[draw], residual / count);
                    square[draw] += residual / count * residual / table.RowCount;
                }
            }

            square[draw] = Math.Sqrt(square[draw]);
        }

        return (Summary(expected), Summary(maximum), Summary(square));
    }

    /// <summary>Floor of the classwise ECE.</summary>
    /// <param name="scores">[N,K].</param>
    /// <param name="scaling">What logits are multiplied by.</param>
    /// <param name="cells">Cell sums of the same scores.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="cancel">Stops the simulation.</param>
    public static NoiseFloor OfClasswise(ScoreMatrix scores, RowScaling scaling, ClasswiseCells cells, long seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(cells);
        return scores.ClassCount <= MostSimulatedClasses
            ? Summary(ClasswiseSimulation.Draws(scores, scaling, cells, seed, cancel))
            : OfIndependentClasses(cells, scores.RowCount);
    }

    /// <summary>
    /// With many classes the cells are nearly independent (their correlation is of order 1/K) and so many that their
    /// sum is nearly normal: mean and variance are then known in closed form.
    /// </summary>
    private static NoiseFloor OfIndependentClasses(ClasswiseCells cells, int rowCount)
    {
        const double NormalQ95 = 1.6448536269514722;
        double mean = 0;
        double variance = 0;
        for (int cell = 0; cell < cells.ProbabilitySums.Length; cell++)
        {
            double sum = cells.ProbabilitySums[cell];
            double cellVariance = Math.Max(sum - cells.SquareSums[cell], 0);
            double deviation = LabelCountLaw.MeanAbsoluteDeviation(sum, cellVariance);
            mean += deviation;
            variance += Math.Max(cellVariance - (deviation * deviation), 0);
        }

        double scale = 1.0 / ((double)rowCount * cells.ClassCount);
        mean *= scale;
        return new(mean, mean, mean + (NormalQ95 * Math.Sqrt(variance) * scale));
    }

    private static NoiseFloor Summary(double[] draws)
    {
        Array.Sort(draws);
        return new(Intervals.Mean(draws), Quantile(draws, 0.5), Quantile(draws, 0.95));
    }

    /// <summary>Quantile of sorted values, linear between order statistics.</summary>
    private static double Quantile(double[] sorted, double level)
    {
        double position = level * (sorted.Length - 1);
        int below = (int)position;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((position - below) * (above - sorted[below]));
    }
}
