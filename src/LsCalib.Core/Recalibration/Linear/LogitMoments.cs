using System.Runtime.CompilerServices;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Mean and deviation of the logits of each class.</summary>
/// <param name="Means">Means [K].</param>
/// <param name="Deviations">Standard deviations [K]; 0 where a class's logits are all equal.</param>
internal sealed record LogitMoments(double[] Means, double[] Deviations)
{
    /// <summary>Moments of all rows.</summary>
    /// <param name="logits">Logits [N,K].</param>
    /// <param name="floor">Logits below this count as it.</param>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LogitMoments From(ScoreMatrix logits, double floor)
    {
        var row = new double[logits.ClassCount];
        var first = new double[logits.ClassCount];
        var means = new double[logits.ClassCount];
        var squares = new double[logits.ClassCount];
        for (int i = 0; i < logits.RowCount; i++)
        {
            logits.CopyRow(i, row);
            Check(row, i);
            for (int k = 0; k < row.Length; k++)
            {
                // Off the first row's, so that large offsets do not cancel.
                double z = Math.Max(row[k], floor);
                first[k] = i == 0 ? z : first[k];
                means[k] += z - first[k];
                squares[k] += (z - first[k]) * (z - first[k]);
            }
        }

        for (int k = 0; k < row.Length; k++)
        {
            double mean = means[k] / logits.RowCount;
            squares[k] = Math.Sqrt(Math.Max(0, (squares[k] / logits.RowCount) - (mean * mean)));
            means[k] = mean + first[k];
        }

        return new(means, squares);
    }

    /// <summary>Checks that all scores are finite.</summary>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static void Check(ScoreMatrix logits)
    {
        var row = new double[logits.ClassCount];
        for (int i = 0; i < logits.RowCount; i++)
        {
            logits.CopyRow(i, row);
            Check(row, i);
        }
    }

    private static void Check(double[] row, int index)
    {
        for (int k = 0; k < row.Length; k++)
        {
            if (!double.IsFinite(row[k]))
            {
                throw new NonFiniteScoreException(index, k, row[k]);
            }
        }
    }
}
