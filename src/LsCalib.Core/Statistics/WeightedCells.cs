using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>Fills the cells of the classwise tables where rows are weighted: a pass of its own, after the fused one.</summary>
internal static class WeightedCells
{
    private const int MostRuns = 8;
    private const int SmallestRun = 256;

    /// <param name="scores">[N,K].</param>
    /// <param name="scaling">What logits are multiplied by.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="weights">Weights of the rows [N].</param>
    /// <param name="binCount">M.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    public static ClasswiseCells Compute(
        ScoreMatrix scores, RowScaling scaling, int[] labels, RowWeights weights, int binCount, int threads, CancellationToken cancel)
    {
        var cells = ClasswiseCells.Weighted(scores.ClassCount, binCount);
        var edges = BinEdges.EqualWidth(binCount);
        int runs = Math.Clamp(scores.RowCount / SmallestRun, 1, MostRuns);
        foreach (var run in RowRuns.Compute(scores.RowCount, runs, threads, Run, cancel))
        {
            cells.Add(run);
        }

        return cells;

        ClasswiseCells Run(int first, int end)
        {
            var own = ClasswiseCells.Weighted(scores.ClassCount, binCount);
            var row = new double[scores.ClassCount];
            for (int i = first; i < end; i++)
            {
                scores.CopyRow(i, row);
                if (scores.Kind == ScoreKind.Logits)
                {
                    Softmax.InPlace(row, scaling.Factor(i));
                }

                for (int k = 0; k < row.Length; k++)
                {
                    int cell = (k * binCount) + BinEdges.EqualWidthIndex(edges, row[k]);
                    own.Add(cell, row[k], labels[i] == k, weights.OfRow[i]);
                }
            }

            return own;
        }
    }
}
