namespace LsCalib.Core.Scores;

/// <summary>Some rows of a matrix as a matrix of their own.</summary>
internal static class ScoreRows
{
    /// <summary>The given rows, in the order given.</summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="rows">Row indices.</param>
    public static ScoreMatrix Take(ScoreMatrix scores, int[] rows) => scores switch
    {
        ScoreMatrix<float> floats => Take(floats, rows),
        ScoreMatrix<double> doubles => Take(doubles, rows),
        _ => throw new ArgumentException("Unknown score type.", nameof(scores)),
    };

    private static ScoreMatrix<T> Take<T>(ScoreMatrix<T> scores, int[] rows)
        where T : unmanaged
    {
        int classCount = scores.ClassCount;
        int blockRows = Math.Max(1, Math.Min(rows.Length, (1 << 27) / classCount));
        var blocks = new List<ReadOnlyMemory<T>>();
        for (int start = 0; start < rows.Length; start += blockRows)
        {
            var block = new T[Math.Min(blockRows, rows.Length - start) * classCount];
            for (int i = 0; i < block.Length / classCount; i++)
            {
                scores.Rows(rows[start + i], 1).CopyTo(block.AsSpan(i * classCount));
            }

            blocks.Add(block);
        }

        return new(scores.Kind, blocks, rows.Length, classCount, blockRows) { AreLogarithms = scores.AreLogarithms };
    }
}
