using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
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

    /// <summary>Tables of a calibrated model: the bins, counts and mean confidences of a table with accuracies drawn anew.</summary>
    /// <param name="table">Its bins and counts; accuracies are not used.</param>
    /// <param name="order">The predictions that the table was made of.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static ReliabilityTable[] Tables(ReliabilityTable table, ConfidenceOrder order, long seed)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(order);
        var laws = new IOutcomeLaw[table.Bins.Length];
        int place = 0;
        for (int m = 0; m < laws.Length; m++)
        {
            laws[m] = IOutcomeLaw.Of(order, place, table.Bins[m].Count);
            place += table.Bins[m].Count;
        }

        var random = new SeededRandom(seed, stream: 1);
        var tables = new ReliabilityTable[DrawCount];
        for (int draw = 0; draw < DrawCount; draw++)
        {
            var bins = new ReliabilityBin[laws.Length];
            for (int m = 0; m < bins.Length; m++)
            {
                var bin = table.Bins[m];
                bins[m] = bin.Weight == 0 ? bin : bin with { Accuracy = Math.Clamp(laws[m].Draw(random) / bin.Weight, 0, 1) };
            }

            tables[draw] = table with { Bins = ImmutableCollectionsMarshal.AsImmutableArray(bins) };
        }

        return tables;
    }

    /// <summary>Floor of an error of a table.</summary>
    /// <param name="tables">Tables of a calibrated model.</param>
    /// <param name="error">The error.</param>
    public static NoiseFloor Of(ReliabilityTable[] tables, Func<ReliabilityTable, double> error)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(error);
        return Summary(Array.ConvertAll(tables, table => error(table)));
    }

    /// <summary>Floor of the classwise ECE.</summary>
    /// <param name="scores">[N,K].</param>
    /// <param name="scaling">What logits are multiplied by.</param>
    /// <param name="cells">Cell sums of the same scores.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="weights">Weights of the rows [N] where the cells are of weighted rows, else null.</param>
    /// <param name="cancel">Stops the simulation.</param>
    public static NoiseFloor OfClasswise(
        ScoreMatrix scores, RowScaling scaling, ClasswiseCells cells, long seed, RowWeights? weights = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(cells);
        return scores.ClassCount <= MostSimulatedClasses
            ? Summary(ClasswiseSimulation.Draws(scores, scaling, cells, seed, weights, cancel))
            : OfIndependentClasses(cells, scores.RowCount);
    }

    /// <summary>
    /// With many classes the cells are nearly independent (their correlation is of order 1/K) and so many that their
    /// sum is nearly normal: mean and variance are then known in closed form.
    /// </summary>
    private static NoiseFloor OfIndependentClasses(ClasswiseCells cells, int rowCount)
    {
        var noise = new CellNoise();
        for (int cell = 0; cell < cells.ProbabilitySums.Length; cell++)
        {
            double sum = cells.ProbabilitySums[cell];
            double variance = Math.Max(sum - cells.SquareSums[cell], 0);

            // Weighted rows count as equal ones whose common weight gives the sum its variance.
            double unit = cells.Weights is { } weights && weights.Variances[cell] > 0 && variance > 0 ? weights.Variances[cell] / variance : 1;
            noise.Add(sum / unit, variance / unit, unit);
        }

        return noise.Floor(1.0 / ((double)rowCount * cells.ClassCount), cells.ClassCount);
    }

    /// <summary>Mean, median and 95 % point of draws, which it sorts.</summary>
    internal static NoiseFloor Summary(double[] draws)
    {
        Array.Sort(draws);
        return new(Intervals.Mean(draws), Quantiles.OfSorted(draws, 0.5), Quantiles.OfSorted(draws, 0.95));
    }
}
