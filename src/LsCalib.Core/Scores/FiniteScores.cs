using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Scores;

/// <summary>Checks scores for NaN and infinities.</summary>
internal static class FiniteScores
{
    private const int MostRuns = 16;
    private const int RowsAtATime = 64;

    /// <summary>Throws for the first row that has a NaN or infinite score.</summary>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static void Check(ScoreMatrix scores, int threads, CancellationToken cancel)
    {
        if (scores.RowCount == 0)
        {
            return;
        }

        RowRuns.Compute(
            scores.RowCount,
            Math.Min(scores.RowCount, MostRuns),
            threads,
            (first, end) => scores switch
            {
                ScoreMatrix<float> floats => Check(floats, first, end),
                ScoreMatrix<double> doubles => Check(doubles, first, end),
                _ => throw new ArgumentException("Unknown score type.", nameof(scores)),
            },
            cancel);
    }

    private static bool Check<T>(ScoreMatrix<T> scores, int first, int end)
        where T : unmanaged
    {
        for (int row = first; row < end;)
        {
            var values = scores.Rows(row, Math.Min(RowsAtATime, end - row));

            bool areFinite = typeof(T) == typeof(float)
                ? AreFinite(MemoryMarshal.Cast<T, float>(values))
                : AreFinite(MemoryMarshal.Cast<T, double>(values));
            if (!areFinite)
            {
                Throw(scores, row);
            }

            row += values.Length / scores.ClassCount;
        }

        return true;
    }

    /// <summary>Zero times a finite number is 0, times any other NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>
    {
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        var sums = Vector<T>.Zero;
        foreach (var vector in vectors)
        {
            sums += vector * Vector<T>.Zero;
        }

        var sum = Vector.Sum(sums);
        foreach (var value in values[(vectors.Length * Vector<T>.Count)..])
        {
            sum += value * T.Zero;
        }

        return sum == T.Zero;
    }

    private static void Throw(ScoreMatrix scores, int row)
    {
        var values = new double[scores.ClassCount];
        for (; ; row++)
        {
            scores.CopyRow(row, values);
            int k = Array.FindIndex(values, value => !double.IsFinite(value));
            if (k >= 0)
            {
                throw new NonFiniteScoreException(row, k, values[k]);
            }
        }
    }
}
