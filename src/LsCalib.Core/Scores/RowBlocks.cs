using System.Runtime.InteropServices;

namespace LsCalib.Core.Scores;

/// <summary>Gathers rows of scores in blocks of a few megabytes, so that they can grow without being copied.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="columnCount">Scores of a row: K, or 1 for a binary model that gives class 1 only.</param>
public sealed class RowBlocks<T>(int columnCount)
    where T : unmanaged
{
    private const int BlockBytes = 1 << 22;
    private const int TileRows = 16;
    private readonly List<T[]> _full = [];
    private readonly int _blockRows = Math.Max(1, BlockBytes / (columnCount * Marshal.SizeOf<T>()));
    private T[] _open = [];
    private T[] _tile = [];
    private int _filled;

    /// <summary>Rows added so far.</summary>
    public long RowCount => ((long)_full.Count * _blockRows) + (_filled / columnCount);

    /// <summary>Scores of a row.</summary>
    public int ColumnCount => columnCount;

    private int BlockLength => checked(_blockRows * columnCount);

    /// <summary>Adds whole rows.</summary>
    public void Add(ReadOnlySpan<T> values)
    {
        while (values.Length > 0)
        {
            MakeRoom(values.Length);
            int count = Math.Min(values.Length, _open.Length - _filled);
            values[..count].CopyTo(_open.AsSpan(_filled));
            _filled += count;
            values = values[count..];
        }
    }

    /// <summary>Adds the positions of samples as rows, in row-major order, without those whose label is ignored.</summary>
    /// <param name="samples">Whole samples: [n,positions,classes] or [n,classes,positions].</param>
    /// <param name="shape">How a sample falls into rows.</param>
    /// <param name="labels">Label of every position [n·positions].</param>
    /// <param name="ignored">The label that is left out, or null.</param>
    public void AddSamples(ReadOnlySpan<T> samples, ScoreShape shape, ReadOnlySpan<int> labels, int? ignored)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.ClassesLast || shape.PositionCount == 1)
        {
            AddRows(samples, labels, ignored);
            return;
        }

        int positions = shape.PositionCount;
        _tile = _tile.Length > 0 ? _tile : new T[TileRows * columnCount];
        for (int first = 0; first < labels.Length; first += positions)
        {
            var sample = samples.Slice(first * columnCount, positions * columnCount);
            for (int p = 0; p < positions; p += TileRows)
            {
                // A tile keeps both sides in cache: short runs of every class, whole rows.
                int width = Math.Min(TileRows, positions - p);
                for (int k = 0; k < columnCount; k++)
                {
                    var source = sample.Slice((k * positions) + p, width);
                    for (int i = 0; i < source.Length; i++)
                    {
                        _tile[(i * columnCount) + k] = source[i];
                    }
                }

                AddRows(_tile.AsSpan(0, width * columnCount), labels.Slice(first + p, width), ignored);
            }
        }
    }

    /// <summary>The rows as a matrix; one column becomes two, class 0 and class 1.</summary>
    /// <param name="kind">What the scores are.</param>
    public ScoreMatrix<T> ToMatrix(ScoreKind kind) => columnCount > 1
        ? new(kind, Blocks(), RowCount, columnCount, _blockRows)
        : new(kind, [.. Blocks().Select(block => Both(block.Span, kind))], RowCount, 2, _blockRows);

    private void AddRows(ReadOnlySpan<T> rows, ReadOnlySpan<int> labels, int? ignored)
    {
        for (int row = 0; row < labels.Length;)
        {
            int end = row;
            while (end < labels.Length && labels[end] != ignored)
            {
                end++;
            }

            Add(rows[(row * columnCount)..(end * columnCount)]);
            row = end + 1;
        }
    }

    private void MakeRoom(int wanted)
    {
        if (_filled < _open.Length)
        {
            return;
        }

        if (_open.Length == BlockLength)
        {
            _full.Add(_open);
            (_open, _filled) = ([], 0);
        }

        // The first block grows, so that a small data set does not cost a large block.
        Array.Resize(ref _open, _full.Count > 0 ? BlockLength : (int)Math.Min(BlockLength, Math.Max(wanted, 2L * _open.Length)));
    }

    private List<ReadOnlyMemory<T>> Blocks() => [.. _full.Select(block => (ReadOnlyMemory<T>)block), _open.AsMemory(0, _filled)];

    private static ReadOnlyMemory<T> Both(ReadOnlySpan<T> ones, ScoreKind kind)
    {
        var both = new T[ones.Length * 2];
        for (int i = 0; i < ones.Length; i++)
        {
            both[2 * i] = kind == ScoreKind.Logits ? default : Complement(ones[i]);
            both[(2 * i) + 1] = ones[i];
        }

        return both;
    }

    private static T Complement(T value) => typeof(T) == typeof(float)
        ? (T)(object)(1 - (float)(object)value)
        : (T)(object)(1 - (double)(object)value);
}
