using System.Runtime.CompilerServices;

namespace LsCalib.Core.ProperScores;

/// <summary>
/// Isotonic regression of one class on its sorted probabilities, fitted without each fold in turn and applied to it, by
/// pooling adjacent violators (Ayer et al. 1955). Equal probabilities are one block. A step can only rise at a row of
/// the class, so the fits go over those rows alone; the rows between are counted.
/// </summary>
internal sealed class FoldIsotonic
{
    private readonly int _foldCount;

    // Groups of equal probability that hold a row of the class: first place, and by fold the rows before it and the
    // rows of the class in it.
    private readonly int[] _groupStarts;
    private readonly int[] _rowsBefore;
    private readonly int[] _hitsWithin;
    private int _groupCount;

    // Blocks of a fit: rows of the class, rows, first place.
    private readonly int[] _hits;
    private readonly int[] _counts;
    private readonly int[] _starts;
    private int _blockCount;

    /// <param name="rowCount">N.</param>
    /// <param name="foldCount">Folds.</param>
    public FoldIsotonic(int rowCount, int foldCount)
    {
        _foldCount = foldCount;
        _groupStarts = new int[rowCount];
        _rowsBefore = new int[rowCount * foldCount];
        _hitsWithin = new int[rowCount * foldCount];
        _hits = new int[rowCount + 2];
        _counts = new int[rowCount + 2];
        _starts = new int[rowCount + 2];
        Sorted = new double[rowCount];
        IsClass = new bool[rowCount];
        Fold = new byte[rowCount];
        Recalibrated = new double[rowCount];
    }

    /// <summary>Probabilities, ascending [N].</summary>
    public double[] Sorted { get; }

    /// <summary>Whether the row at each place is of the class [N].</summary>
    public bool[] IsClass { get; }

    /// <summary>Fold of the row at each place [N].</summary>
    public byte[] Fold { get; }

    /// <summary>Recalibrated probabilities by place, between 0 and 1 [N].</summary>
    public double[] Recalibrated { get; }

    /// <summary>Writes every row's probability recalibrated by the fit without its fold.</summary>
    public void Recalibrate()
    {
        Span<int> rows = stackalloc int[_foldCount];
        rows.Clear();
        FindGroups(rows);
        for (int fold = 0; fold < _foldCount; fold++)
        {
            Fit(fold, Sorted.Length - rows[fold]);
            Apply(fold);
        }
    }

    /// <param name="rows">Receives the rows of each fold; zeros before.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindGroups(Span<int> rows)
    {
        _groupCount = 0;
        for (int i = 0; i < Sorted.Length; i++)
        {
            rows[Fold[i]]++;
            if (!IsClass[i])
            {
                continue;
            }

            int start = i;
            while (start > 0 && Sorted[start - 1] == Sorted[i])
            {
                start--;
            }

            if (_groupCount == 0 || _groupStarts[_groupCount - 1] != start)
            {
                var before = _rowsBefore.AsSpan(_groupCount * _foldCount, _foldCount);
                rows.CopyTo(before);
                for (int j = start; j <= i; j++)
                {
                    before[Fold[j]]--;
                }

                _hitsWithin.AsSpan(_groupCount * _foldCount, _foldCount).Clear();
                _groupStarts[_groupCount++] = start;
            }

            _hitsWithin[((_groupCount - 1) * _foldCount) + Fold[i]]++;
        }
    }

    /// <param name="fold">Fold to leave out.</param>
    /// <param name="rowCount">Rows of the other folds.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fit(int fold, int rowCount)
    {
        // A row of the class below all others and one of another class above keep every frequency inside (0,1).
        _blockCount = 0;
        int hits = 1;
        int start = 0;
        int before = -1;
        for (int group = 0; group < _groupCount; group++)
        {
            int within = 0;
            for (int other = 0; other < _foldCount; other++)
            {
                within += other == fold ? 0 : _hitsWithin[(group * _foldCount) + other];
            }

            if (within > 0)
            {
                int place = _groupStarts[group];
                int rows = place - _rowsBefore[(group * _foldCount) + fold];
                Push(hits, rows - before, start);
                (hits, before, start) = (within, rows, place);
            }
        }

        Push(hits, rowCount + 1 - before, start);
    }

    /// <summary>Adds a block, pooled with those before it that are not below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Push(int hits, int count, int start)
    {
        while (_blockCount > 0 && (long)_hits[_blockCount - 1] * count >= (long)hits * _counts[_blockCount - 1])
        {
            _blockCount--;
            hits += _hits[_blockCount];
            count += _counts[_blockCount];
            start = _starts[_blockCount];
        }

        _hits[_blockCount] = hits;
        _counts[_blockCount] = count;
        _starts[_blockCount++] = start;
    }

    /// <summary>
    /// Gives the fold's rows the value of their block; those between the last fitted row of a block and the first of
    /// the next lie on the line between the two.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Apply(int fold)
    {
        for (int block = 0; block < _blockCount; block++)
        {
            double value = (double)_hits[block] / _counts[block];
            bool isLast = block == _blockCount - 1;
            int end = isLast ? Sorted.Length : _starts[block + 1];
            for (int i = _starts[block]; i < end; i++)
            {
                Recalibrated[i] = Fold[i] == fold ? value : Recalibrated[i];
            }

            if (isLast)
            {
                break;
            }

            double rise = ((double)_hits[block + 1] / _counts[block + 1]) - value;
            int below = end - 1;
            while (Fold[below] == fold)
            {
                below--;
            }

            for (int i = below + 1; i < end; i++)
            {
                Recalibrated[i] = value + ((Sorted[i] - Sorted[below]) / (Sorted[end] - Sorted[below]) * rise);
            }
        }
    }
}
