namespace LsCalib.Core.Scores;

/// <summary>What the rows of a score matrix look like when they are read as probabilities.</summary>
/// <param name="InUnitRange">Whether every score lies in [0,1], or so near that it may be meant to.</param>
/// <param name="LargestDeviation">Largest |sum − 1| of a row, over the rows read.</param>
/// <param name="DeviatingRow">First row with that deviation.</param>
/// <param name="SmallestSum">Smallest sum of a row.</param>
/// <param name="LargestSum">Largest sum of a row.</param>
/// <param name="OutsideRow">First row with a score that no probability can be (negative, or above 1 by more than the tolerance), or −1.</param>
/// <param name="OutsideColumn">Class of that score.</param>
public sealed record ProbabilityRows(
    bool InUnitRange, double LargestDeviation, int DeviatingRow, double SmallestSum, double LargestSum, int OutsideRow, int OutsideColumn)
{
    /// <summary>Largest deviation of a row sum from 1 that is accepted, and then divided out.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>How far from [0,1] a number may lie and still be taken for a probability that was rounded badly.</summary>
    private const double Margin = 0.01;

    /// <summary>Whether the rows can be read as probabilities.</summary>
    public bool AreProbabilities => InUnitRange && OutsideRow < 0 && LargestDeviation <= Tolerance;

    /// <summary>
    /// Reads rows until a score lies outside [0,1]: logits are told from probabilities by their first row, nearly always.
    /// </summary>
    public static ProbabilityRows Inspect(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var values = new double[scores.ClassCount];
        double deviation = 0;
        double smallest = double.PositiveInfinity;
        double largest = double.NegativeInfinity;
        int deviating = 0;
        int outsideRow = -1;
        int outsideColumn = 0;
        for (int row = 0; row < scores.RowCount; row++)
        {
            scores.CopyRow(row, values);
            double sum = 0;
            for (int k = 0; k < values.Length; k++)
            {
                if (!(values[k] >= -Margin && values[k] <= 1 + Margin))
                {
                    return new(false, deviation, deviating, smallest, largest, row, k);
                }

                if (outsideRow < 0 && !(values[k] >= 0 && values[k] <= 1 + Tolerance))
                {
                    (outsideRow, outsideColumn) = (row, k);
                }

                sum += values[k];
            }

            smallest = Math.Min(smallest, sum);
            largest = Math.Max(largest, sum);
            if (Math.Abs(sum - 1) > deviation)
            {
                deviation = Math.Abs(sum - 1);
                deviating = row;
            }
        }

        return new(true, deviation, deviating, smallest, largest, outsideRow, outsideColumn);
    }

    /// <summary>Deviation of a row sum from 1 that rounding alone explains, for the matrix's element type and K.</summary>
    internal static double RoundingOf(ScoreMatrix scores) => Math.Max(8, scores.ClassCount) * scores.ZeroReplacement;
}
