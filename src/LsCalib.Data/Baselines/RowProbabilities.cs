using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Baselines;

/// <summary>Probabilities of all classes, as a baseline keeps them.</summary>
public static class RowProbabilities
{
    /// <summary>
    /// Scores as probabilities of their own element type: those given, to the bit, or the softmax of logits. A candidate goes
    /// the same way as its baseline went, so that equal scores have equal probabilities.
    /// </summary>
    /// <param name="scores">Finite scores [N,K].</param>
    /// <exception cref="DataException">They are too many for one array.</exception>
    public static ScoreMatrix Of(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores is ScoreMatrix<float> ? Of<float>(scores, static p => (float)p) : Of<double>(scores, static p => p);
    }

    /// <summary>The numbers in row-major order, as bytes.</summary>
    internal static byte[] Bytes(ScoreMatrix probabilities) =>
        probabilities is ScoreMatrix<float> floats ? Bytes(floats) : Bytes((ScoreMatrix<double>)probabilities);

    private static ScoreMatrix<T> Of<T>(ScoreMatrix scores, Func<double, T> narrow)
        where T : unmanaged
    {
        if ((long)scores.RowCount * scores.ClassCount > Array.MaxLength / Marshal.SizeOf<T>())
        {
            throw new DataException(FormattableString.Invariant(
                $"{scores.RowCount:N0} rows of {scores.ClassCount:N0} classes are too many probabilities for a baseline. Leave out --with-probabilities."));
        }

        var values = new T[scores.RowCount * scores.ClassCount];
        var row = new double[scores.ClassCount];
        for (int i = 0; i < scores.RowCount; i++)
        {
            scores.CopyRow(i, row);
            if (scores.Kind == ScoreKind.Logits)
            {
                Softmax.InPlace(row);
            }

            for (int k = 0; k < row.Length; k++)
            {
                values[(i * row.Length) + k] = narrow(row[k]);
            }
        }

        return ScoreMatrix.From(ScoreKind.Probabilities, values, scores.ClassCount);
    }

    private static byte[] Bytes<T>(ScoreMatrix<T> probabilities)
        where T : unmanaged
    {
        var bytes = new byte[probabilities.RowCount * probabilities.ClassCount * Marshal.SizeOf<T>()];
        int at = 0;
        foreach (var block in probabilities.Blocks)
        {
            var part = MemoryMarshal.AsBytes(block.Span);
            part.CopyTo(bytes.AsSpan(at));
            at += part.Length;
        }

        return bytes;
    }
}
