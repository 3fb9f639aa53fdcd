using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Ranking;

/// <summary>The norm by which maximum logits rank some rows best (Cattelan and Silva 2024).</summary>
/// <param name="Power">p of least AURC, 0 to 9, the smallest of equals; 0 is no norm.</param>
/// <param name="Aurc">AURC of the normalised maximum logit with that p, a fraction.</param>
/// <param name="MaximumProbabilityAurc">AURC of the maximum probability, a fraction.</param>
public sealed record LogitNorm(int Power, double Aurc, double MaximumProbabilityAurc)
{
    /// <summary>Largest p that is tried.</summary>
    public const int LargestPower = 9;

    /// <summary>Whether no p ranks the rows as well as the maximum probability does, so that that is the score to use.</summary>
    public bool FallsBackToMaximumProbability => MaximumProbabilityAurc < Aurc;

    /// <summary>
    /// Tries p = 0 to 9. Choose on rows that nothing is measured on afterwards: on the rows of the choice itself the AURC
    /// is too good.
    /// </summary>
    /// <param name="scores">[N,K], at least one row.</param>
    /// <param name="scaling">Scaling of the maximum probability that the norms are compared with.</param>
    /// <param name="correct">Whether each prediction is right [N].</param>
    /// <param name="threads">Threads to use, at least 1; the result does not depend on it.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    /// <exception cref="ArgumentException">There are no rows, or the lengths differ.</exception>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static LogitNorm Choose(
        ScoreMatrix scores, RowScaling scaling, ReadOnlySpan<bool> correct, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.RowCount == 0)
        {
            throw new ArgumentException("A norm is chosen on at least one row.", nameof(scores));
        }

        int best = 0;
        double least = double.PositiveInfinity;
        double ofProbability = double.NaN;
        for (int power = 0; power <= LargestPower; power++)
        {
            var candidate = ConfidenceScores.Compute(scores, scaling, power, threads, cancel);
            double aurc = AurcOf(candidate.NormalizedLogit, correct);
            if (aurc < least)
            {
                (best, least) = (power, aurc);
            }

            ofProbability = power == 0 ? AurcOf(candidate.MaximumProbability, correct) : ofProbability;
        }

        return new(best, least, ofProbability);
    }

    private static double AurcOf(double[] values, ReadOnlySpan<bool> correct) =>
        RiskCoverage.From(ConfidenceOrder.From(values, correct)).Aurc;
}
