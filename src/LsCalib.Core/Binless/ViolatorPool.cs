using System.Runtime.CompilerServices;

namespace LsCalib.Core.Binless;

/// <summary>
/// Pool adjacent violators (Ayer et al. 1955) on counts of hits, in integers: blocks of strictly rising hit rates, whatever
/// the rounding of their quotients. Reused from draw to draw.
/// </summary>
internal sealed class ViolatorPool
{
    private int[] _first = new int[64];
    private int[] _last = new int[64];
    private int[] _counts = new int[64];
    private int[] _hits = new int[64];

    /// <summary>Blocks so far.</summary>
    public int Size { get; private set; }

    public ReadOnlySpan<int> First => _first.AsSpan(0, Size);

    public ReadOnlySpan<int> Last => _last.AsSpan(0, Size);

    public ReadOnlySpan<int> Counts => _counts.AsSpan(0, Size);

    public ReadOnlySpan<int> Hits => _hits.AsSpan(0, Size);

    public void Clear() => Size = 0;

    /// <summary>Adds what follows in ascending order of confidence.</summary>
    /// <param name="first">First place.</param>
    /// <param name="last">Last place.</param>
    /// <param name="count">Rows, at least 1.</param>
    /// <param name="hits">Correct rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int first, int last, int count, int hits)
    {
        int top = Size;
        while (top > 0 && (long)_hits[top - 1] * count >= (long)hits * _counts[top - 1])
        {
            top--;
            first = _first[top];
            count += _counts[top];
            hits += _hits[top];
        }

        if (top == _first.Length)
        {
            Grow();
        }

        _first[top] = first;
        _last[top] = last;
        _counts[top] = count;
        _hits[top] = hits;
        Size = top + 1;
    }

    private void Grow()
    {
        Array.Resize(ref _first, 2 * _first.Length);
        Array.Resize(ref _last, 2 * _last.Length);
        Array.Resize(ref _counts, 2 * _counts.Length);
        Array.Resize(ref _hits, 2 * _hits.Length);
    }
}
