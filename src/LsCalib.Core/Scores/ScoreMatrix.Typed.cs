using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LsCalib.Core.Scores;

/// <summary>Scores [N,K] held as <see cref="float"/> or <see cref="double"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ScoreMatrix<T> : ScoreMatrix
    where T : unmanaged
{
    private readonly ReadOnlyMemory<T>[] _blocks;

    /// <param name="kind">Logits or probabilities.</param>
    /// <param name="blocks">Row blocks in order; each but the last holds <paramref name="blockRowCount"/> × K values.</param>
    /// <param name="rowCount">N.</param>
    /// <param name="classCount">K, at least 2.</param>
    /// <param name="blockRowCount">Rows in each block but the last.</param>
    /// <exception cref="ArgumentException">The blocks hold another number of values, or T is no score type.</exception>
    public ScoreMatrix(ScoreKind kind, IReadOnlyList<ReadOnlyMemory<T>> blocks, long rowCount, int classCount, int blockRowCount)
        : base(kind, rowCount, classCount, blockRowCount)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new ArgumentException($"Scores are float or double, not {typeof(T).Name}.", nameof(blocks));
        }

        _blocks = [.. blocks];
        long remaining = rowCount;
        foreach (var block in _blocks)
        {
            long expected = Math.Min(remaining, blockRowCount) * classCount;
            if (block.Length < expected)
            {
                throw new ArgumentException($"A block of {expected} scores holds {block.Length}.", nameof(blocks));
            }

            remaining -= Math.Min(remaining, blockRowCount);
        }

        if (remaining != 0)
        {
            throw new ArgumentException($"{remaining} rows are missing.", nameof(blocks));
        }
    }

    /// <inheritdoc/>
    public override double ZeroReplacement => typeof(T) == typeof(float) ? Math.Pow(2, -23) : Math.Pow(2, -52);

    /// <summary>The row blocks in order, each exactly as long as its rows.</summary>
    public IEnumerable<ReadOnlyMemory<T>> Blocks =>
        _blocks.Select((block, i) => block[..(Math.Min(BlockRowCount, RowCount - (i * BlockRowCount)) * ClassCount)]);

    /// <summary>The longest run of rows from <paramref name="row"/> on that lies in one piece, at most <paramref name="most"/> rows.</summary>
    /// <returns>[rows,K], row-major.</returns>
    public ReadOnlySpan<T> Rows(int row, int most)
    {
        int block = row / BlockRowCount;
        int first = row - (block * BlockRowCount);
        int count = Math.Min(Math.Min(most, BlockRowCount - first), RowCount - row);
        return _blocks[block].Span.Slice(first * ClassCount, count * ClassCount);
    }

    /// <inheritdoc/>
    public override void CopyRow(int row, int first, Span<double> target)
    {
        var source = Rows(row, 1).Slice(first, target.Length);
        if (typeof(T) == typeof(double))
        {
            MemoryMarshal.Cast<T, double>(source).CopyTo(target);
            return;
        }

        Widen(MemoryMarshal.Cast<T, float>(source), target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        var from = MemoryMarshal.Cast<float, Vector256<float>>(source);
        var to = MemoryMarshal.Cast<double, Vector256<double>>(target);
        for (int i = 0; i < from.Length; i++)
        {
            (to[2 * i], to[(2 * i) + 1]) = Vector256.Widen(from[i]);
        }

        for (int k = from.Length * Vector256<float>.Count; k < source.Length; k++)
        {
            target[k] = source[k];
        }
    }

    /// <inheritdoc/>
    public override ScoreMatrix ToLogits()
    {
        if (Kind == ScoreKind.Logits)
        {
            return this;
        }

        // A float block keeps its own size: the logarithm of a float probability carries no more than float precision.
        var blocks = new ReadOnlyMemory<T>[_blocks.Length];
        for (int i = 0; i < blocks.Length; i++)
        {
            int rows = Math.Min(BlockRowCount, RowCount - (i * BlockRowCount));
            var logs = new T[rows * ClassCount];
            Logarithms(_blocks[i].Span[..logs.Length], logs);
            blocks[i] = logs;
        }

        return new ScoreMatrix<T>(ScoreKind.Logits, blocks, RowCount, ClassCount, BlockRowCount)
        {
            AreLogarithms = true,
        };
    }

    private static void Logarithms(ReadOnlySpan<T> probabilities, Span<T> logs)
    {
        if (typeof(T) == typeof(double))
        {
            var source = MemoryMarshal.Cast<T, double>(probabilities);
            var target = MemoryMarshal.Cast<T, double>(logs);
            for (int i = 0; i < source.Length; i++)
            {
                target[i] = source[i] > 0 ? Math.Log(source[i]) : LogOfZero;
            }
        }
        else
        {
            var source = MemoryMarshal.Cast<T, float>(probabilities);
            var target = MemoryMarshal.Cast<T, float>(logs);
            for (int i = 0; i < source.Length; i++)
            {
                target[i] = (float)(source[i] > 0 ? Math.Log(source[i]) : LogOfZero);
            }
        }
    }
}
