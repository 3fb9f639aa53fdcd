using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Compat;

/// <summary>
/// What get_calibration_error of verified_calibration gives by default: the L2 error of each class's probability over
/// bins of equal mass of its own, root mean square over classes.
/// </summary>
/// <param name="PlugIn">debias=False, a fraction.</param>
/// <param name="Debiased">debias=True: classes whose square is negative count 0.</param>
/// <param name="IsDiscrete">Whether every class has few distinct probabilities, so that get_calibration_error takes those as bins.</param>
internal sealed record VerifiedMarginal(double PlugIn, double Debiased, bool IsDiscrete)
{
    private const int MostNumbersAtOnce = 1 << 24;

    /// <param name="scores">[N,K].</param>
    /// <param name="labels">[N].</param>
    /// <param name="scaling">What logits are multiplied by.</param>
    /// <param name="binCount">M.</param>
    /// <param name="cancel">Stops between classes.</param>
    public static VerifiedMarginal Compute(ScoreMatrix scores, int[] labels, RowScaling scaling, int binCount, CancellationToken cancel)
    {
        int classes = scores.ClassCount;
        int block = Math.Clamp(MostNumbersAtOnce / Math.Max(1, scores.RowCount), 1, classes);
        double plugIn = 0;
        double debiased = 0;
        bool isDiscrete = true;
        for (int first = 0; first < classes; first += block)
        {
            var columns = Columns(scores, scaling, first, Math.Min(block, classes - first));
            for (int k = 0; k < columns.Length; k++)
            {
                cancel.ThrowIfCancellationRequested();
                var outcomes = new bool[labels.Length];
                for (int i = 0; i < outcomes.Length; i++)
                {
                    outcomes[i] = labels[i] == first + k;
                }

                Array.Sort(columns[k], outcomes);
                var table = LibraryTable.From(columns[k], outcomes, Verified.MassBins(columns[k], binCount));
                plugIn += table.MeanSquare;
                debiased += double.IsNaN(table.DebiasedSquare) ? double.NaN : Math.Max(table.DebiasedSquare, 0);
                isDiscrete &= Verified.IsDiscrete(columns[k]);
            }
        }

        return new(Math.Sqrt(plugIn / classes), Math.Sqrt(debiased / classes), isDiscrete);
    }

    /// <summary>Probabilities of some classes, one array for each.</summary>
    private static double[][] Columns(ScoreMatrix scores, RowScaling scaling, int first, int count)
    {
        var columns = new double[count][];
        for (int k = 0; k < count; k++)
        {
            columns[k] = new double[scores.RowCount];
        }

        var row = new double[scores.ClassCount];
        for (int i = 0; i < scores.RowCount; i++)
        {
            scores.CopyRow(i, row);
            double sum = 1;
            if (scores.Kind == ScoreKind.Logits)
            {
                Softmax.InPlace(row, scaling.Factor(i));
            }
            else
            {
                sum = Total(row);
                sum = Math.Abs(sum - 1) <= ProbabilityRows.RoundingOf(scores) ? 1 : sum;
            }

            for (int k = 0; k < count; k++)
            {
                columns[k][i] = Math.Min(row[first + k] / sum, 1);
            }
        }

        return columns;
    }

    private static double Total(ReadOnlySpan<double> row)
    {
        double sum = 0;
        foreach (double value in row)
        {
            sum += value;
        }

        return sum;
    }
}
