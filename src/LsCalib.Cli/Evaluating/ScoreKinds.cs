using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Data;

namespace LsCalib.Cli.Evaluating;

/// <summary>Decides from the numbers whether scores are logits or probabilities, and checks probabilities.</summary>
internal static class ScoreKinds
{
    /// <param name="source">File, for messages.</param>
    /// <param name="matrix">Makes the matrix of a kind.</param>
    /// <param name="told">What is known already, or null.</param>
    /// <param name="reason">Why it is known, or what to say where the numbers decide.</param>
    /// <param name="locate">Where a row stands.</param>
    public static (ScoreMatrix Scores, string Reason, double? Deviation) Decide(
        string source, Func<ScoreKind, ScoreMatrix> matrix, ScoreKind? told, string reason, Func<long, string> locate)
    {
        if (told == ScoreKind.Logits)
        {
            return (matrix(ScoreKind.Logits), reason, null);
        }

        var scores = matrix(told ?? ScoreKind.Probabilities);
        var rows = ProbabilityRows.Inspect(scores);
        if (rows.AreProbabilities)
        {
            return (scores, told is null ? "all numbers in [0,1] and every row sums to 1" : reason, rows.LargestDeviation);
        }

        if (told is null && !rows.InUnitRange)
        {
            return (matrix(ScoreKind.Logits), "some numbers are outside [0,1]", null);
        }

        if (told is null)
        {
            throw new DataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{source}: cannot tell logits from probabilities: all numbers are in [0,1], but row sums are {rows.SmallestSum:0.####}–{rows.LargestSum:0.####}. Say which: --scores logits or --scores probabilities."));
        }

        var values = new double[scores.ClassCount];
        int row = rows.InUnitRange ? rows.DeviatingRow : rows.OutsideRow;
        scores.CopyRow(row, values);
        throw new DataException(rows.InUnitRange
            ? string.Create(CultureInfo.InvariantCulture, $"{locate(row)}: probabilities sum to {values.Sum():0.######}, not 1 (within {ProbabilityRows.Tolerance}). If they are logits, say --scores logits.")
            : string.Create(CultureInfo.InvariantCulture, $"{locate(row)}: {values[rows.OutsideColumn]:R} for class {rows.OutsideColumn} is no probability. If the scores are logits, say --scores logits."));
    }
}
