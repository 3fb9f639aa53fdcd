using System.Numerics;

namespace LsCalib.Core.Scores;

/// <summary>Which rows of a source were kept, one bit each: so that a row among those kept can be found in the file again.</summary>
public sealed class KeptRows
{
    private readonly List<ulong> _bits = [];

    /// <summary>Rows seen.</summary>
    public long Total { get; private set; }

    /// <summary>Rows kept.</summary>
    public int Count { get; private set; }

    /// <summary>Rows left out.</summary>
    public long Dropped => Total - Count;

    /// <summary>Records the next row.</summary>
    public void Add(bool kept)
    {
        if (Total % 64 == 0)
        {
            _bits.Add(0);
        }

        if (kept)
        {
            _bits[^1] |= 1UL << (int)(Total % 64);
            Count++;
        }

        Total++;
    }

    /// <summary>Index in the source of a row among those kept.</summary>
    /// <param name="row">0 to <see cref="Count"/> − 1.</param>
    public long Original(long row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        int word = 0;
        for (int ones = BitOperations.PopCount(_bits[0]); row >= ones; ones = BitOperations.PopCount(_bits[word]))
        {
            row -= ones;
            word++;
        }

        ulong bits = _bits[word];
        for (; row > 0; row--)
        {
            bits &= bits - 1;
        }

        return (64L * word) + BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>The values of the rows kept.</summary>
    /// <param name="values">One for each row seen.</param>
    public T[] Select<T>(T[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (Dropped == 0)
        {
            return values;
        }

        var kept = new T[Count];
        int next = 0;
        for (int row = 0; row < values.Length; row++)
        {
            if ((_bits[row / 64] >> (row % 64) & 1) != 0)
            {
                kept[next++] = values[row];
            }
        }

        return kept;
    }
}
