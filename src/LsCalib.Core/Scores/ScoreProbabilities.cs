using System.Numerics;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Scores;

/// <summary>Scores as probabilities that can be kept.</summary>
public static class ScoreProbabilities
{
    /// <summary>
    /// Scores as probabilities of their own element type: those given, to the bit, or the softmax of logits. A candidate goes
    /// the same way as its baseline went, so that equal scores have equal probabilities. Where single precision would take a probability
    /// for 0, and so tie classes that are none, all are of double precision.
    /// </summary>
    /// <param name="scores">Finite scores [N,K], few enough for one array.</param>
    /// <param name="scaling">What logits are multiplied by.</param>
    public static ScoreMatrix Of(ScoreMatrix scores, RowScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(scaling);
        ScoreMatrix? single = scores is ScoreMatrix<float> ? Of<float>(scores, scaling, static p => (float)p) : null;
        return single ?? Of<double>(scores, scaling, static p => p)!;
    }

    /// <summary>Whether every number is the same; one of float64 can equal one of float32.</summary>
    internal static bool AreSame(ScoreMatrix one, ScoreMatrix other)
    {
        if (one.RowCount != other.RowCount || one.ClassCount != other.ClassCount)
        {
            return false;
        }

        var (a, b) = (new double[one.ClassCount], new double[one.ClassCount]);
        for (int row = 0; row < one.RowCount; row++)
        {
            one.CopyRow(row, a);
            other.CopyRow(row, b);
            if (!a.AsSpan().SequenceEqual(b))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>Null where a probability is 0 that is not.</returns>
    private static ScoreMatrix<T>? Of<T>(ScoreMatrix scores, RowScaling scaling, Func<double, T> narrow)
        where T : unmanaged, INumberBase<T>
    {
        var values = new T[checked(scores.RowCount * scores.ClassCount)];
        var row = new double[scores.ClassCount];
        for (int i = 0; i < scores.RowCount; i++)
        {
            scores.CopyRow(i, row);
            if (scores.Kind == ScoreKind.Logits)
            {
                Softmax.InPlace(row, scaling.Factor(i));
            }

            for (int k = 0; k < row.Length; k++)
            {
                var value = values[(i * row.Length) + k] = narrow(row[k]);
                if (T.IsZero(value) && row[k] > 0)
                {
                    return null;
                }
            }
        }

        return ScoreMatrix.From(ScoreKind.Probabilities, values, scores.ClassCount);
    }
}
