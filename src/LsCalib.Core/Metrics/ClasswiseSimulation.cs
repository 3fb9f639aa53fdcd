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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double[] Draws(ScoreMatrix scores, RowScaling scaling, ClasswiseCells cells, long seed, CancellationToken cancel)
    {
        int classCount = scores.ClassCount;
        int binCount = cells.BinCount;
        int draws = (int)Math.Clamp(RowBudget / Math.Max(1, scores.RowCount), FewestDraws, MostDraws);
        var counts = new int[draws * classCount * binCount];
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

            for (int draw = 0; draw < draws; draw++)
            {
                double u = random.NextDouble() * sum;
                int k = 0;
                while (k < classCount - 1 && u >= cumulative[k])
                {
                    k++;
                }

                counts[(draw * classCount * binCount) + cellOf[k]]++;
            }
        }

        var values = new double[draws];
        for (int draw = 0; draw < draws; draw++)
        {
            var own = counts.AsSpan(draw * classCount * binCount, classCount * binCount);
            double total = 0;
            for (int cell = 0; cell < own.Length; cell++)
            {
                total += Math.Abs(cells.ProbabilitySums[cell] - own[cell]);
            }

            values[draw] = total / ((double)scores.RowCount * classCount);
        }

        return values;
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
