using System.Runtime.InteropServices;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Baselines;

/// <summary>Probabilities of all classes, as a baseline keeps them.</summary>
public static class RowProbabilities
{
    /// <summary>
    /// Scores as probabilities of their own element type, as <see cref="ScoreProbabilities"/> has them.
    /// </summary>
    /// <param name="scores">Finite scores [N,K].</param>
    /// <exception cref="DataException">They are too many for one array.</exception>
    public static ScoreMatrix Of(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        int width = scores is ScoreMatrix<float> ? sizeof(float) : sizeof(double);
        return (long)scores.RowCount * scores.ClassCount <= Array.MaxLength / width
            ? ScoreProbabilities.Of(scores, RowScaling.None)
            : throw new DataException(FormattableString.Invariant(
                $"{scores.RowCount:N0} rows of {scores.ClassCount:N0} classes are too many probabilities for a baseline. Leave out --with-probabilities."));
    }

    /// <summary>The numbers in row-major order, as bytes.</summary>
    internal static byte[] Bytes(ScoreMatrix probabilities) =>
        probabilities is ScoreMatrix<float> floats ? Bytes(floats) : Bytes((ScoreMatrix<double>)probabilities);

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
