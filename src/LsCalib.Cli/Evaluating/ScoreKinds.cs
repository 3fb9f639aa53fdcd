using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Data;

namespace LsCalib.Cli.Evaluating;

/// <summary>Decides from the numbers whether scores are logits or probabilities, and checks probabilities.</summary>
internal static class ScoreKinds
{
    /// <summary>Whether what a file of predictions calls logits looks like probabilities, and nobody insisted on logits.</summary>
    public static bool MayBeProbabilities(EvaluateRequest request, ScoreMatrix scores) =>
        request.Predictions is not null && request.Scores is null && scores.Kind == ScoreKind.Logits && ProbabilityRows.Inspect(scores).AreProbabilities;

    /// <param name="matrix">Makes the matrix of a kind.</param>
    /// <param name="told">What is known already, or null.</param>
    /// <param name="reason">Why it is known, or what to say where the numbers decide.</param>
    /// <param name="locate">Where a row stands.</param>
    public static (ScoreMatrix Scores, string Reason, double? Deviation) Decide(
        Func<ScoreKind, ScoreMatrix> matrix, ScoreKind? told, string reason, Func<long, string> locate)
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

        var values = new double[scores.ClassCount];
        int row = rows.OutsideRow >= 0 ? rows.OutsideRow : rows.DeviatingRow;
        scores.CopyRow(row, values);
        string doubt = told is null ? "cannot tell logits from probabilities: all numbers are near [0,1], but " : "";
        string advice = told is null ? "Say which: --scores logits or --scores probabilities." : "If they are logits, say --scores logits.";
        throw new DataException(rows.OutsideRow >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"{locate(row)}: {doubt}{values[rows.OutsideColumn]:0.######} for class {rows.OutsideColumn} is no probability. {advice}")
            : string.Create(CultureInfo.InvariantCulture, $"{locate(row)}: {doubt}probabilities sum to {values.Sum():0.######}, not 1 (within {ProbabilityRows.Tolerance}). {advice}"));
    }
}
