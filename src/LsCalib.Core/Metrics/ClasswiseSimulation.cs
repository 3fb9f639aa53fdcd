using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>
/// Classwise ECE of labels drawn from the model's own probabilities, row by row: with few classes the cells of
/// different classes move together (with two they mirror each other), which only whole rows reproduce.
/// </summary>
internal static class ClasswiseSimulation
{
    private const int MostDraws = 200;
    private const int FewestDraws = 50;
    private const long RowBudget = 5_000_000;

    /// <summary>Above this probability of the likeliest class, the draws that miss it are counted off instead of all drawn.</summary>
    private const double Likely = 0.75;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double[] Draws(ScoreMatrix scores, RowScaling scaling, ClasswiseCells cells, long seed, RowWeights? weights, CancellationToken cancel)
    {
        int classCount = scores.ClassCount;
        int binCount = cells.BinCount;
        int draws = (int)Math.Clamp(RowBudget / Math.Max(1, scores.RowCount), FewestDraws, MostDraws);
        int cellCount = classCount * binCount;
        var sums = new double[draws * cellCount];

        // What all draws have in common: the likeliest class of the rows that were counted off.
        var common = new double[cellCount];
        var edges = BinEdges.EqualWidth(binCount);
        var random = new SeededRandom(seed, stream: 2);
        var cumulative = new double[classCount];
        var cellOf = new int[classCount];
        for (int row = 0; row < scores.RowCount; row++)
        {
            if (row % 4096 == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }

            scores.CopyRow(row, cumulative);
            if (scores.Kind == ScoreKind.Logits)
            {
                Softmax.InPlace(cumulative, scaling.Factor(row));
            }

            double weight = weights?.OfRow[row] ?? 1;
            for (int k = 0; k < classCount; k++)
            {
                cellOf[k] = (k * binCount) + BinEdges.EqualWidthIndex(edges, cumulative[k]);
            }

            // The likeliest class first: most draws then end at once.
            SortDescending(cumulative, cellOf);
            double sum = 0;
            for (int k = 0; k < classCount; k++)
            {
                sum += cumulative[k];
                cumulative[k] = sum;
            }

            if (cumulative[0] > Likely * sum)
            {
                common[cellOf[0]] += weight;
                double likeliest = cumulative[0];
                double perMiss = -1 / Math.Abs(Math.Log(likeliest / sum));
                for (double draw = Skip(random, perMiss); draw < draws; draw += 1 + Skip(random, perMiss))
                {
                    var own = sums.AsSpan((int)draw * cellCount, cellCount);
                    own[cellOf[0]] -= weight;
                    own[cellOf[Pick(cumulative, likeliest + (random.NextDouble() * (sum - likeliest)), 1)]] += weight;
                }

                continue;
            }

            for (int draw = 0; draw < draws; draw++)
            {
                sums[(draw * cellCount) + cellOf[Pick(cumulative, random.NextDouble() * sum, 0)]] += weight;
            }
        }

        var values = new double[draws];
        for (int draw = 0; draw < draws; draw++)
        {
            var own = sums.AsSpan(draw * cellCount, cellCount);
            double total = 0;
            for (int cell = 0; cell < own.Length; cell++)
            {
                total += Math.Abs(cells.ProbabilitySums[cell] - (common[cell] + own[cell]));
            }

            values[draw] = total / ((double)scores.RowCount * classCount);
        }

        return values;
    }

    /// <summary>Draws before the next miss (geometric, by inversion); infinite where the likeliest class is certain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Skip(SeededRandom random, double perMiss) => Math.Floor(Math.Log(1 - random.NextDouble()) * perMiss);

    /// <summary>First class from <paramref name="k"/> on whose cumulative probability exceeds u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pick(double[] cumulative, double u, int k)
    {
        while (k < cumulative.Length - 1 && u >= cumulative[k])
        {
            k++;
        }

        return k;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SortDescending(double[] probabilities, int[] cells)
    {
        for (int i = 1; i < probabilities.Length; i++)
        {
            double p = probabilities[i];
            int cell = cells[i];
            int j = i;
            for (; j > 0 && probabilities[j - 1] < p; j--)
            {
                probabilities[j] = probabilities[j - 1];
                cells[j] = cells[j - 1];
            }

            probabilities[j] = p;
            cells[j] = cell;
        }
    }
}
