using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;

namespace LsCalib.Core.Calibrators;

/// <summary>Seeded splits of rows into folds.</summary>
public static class Folds
{
    /// <summary>Folds of whole groups: each group, in random order, goes to the fold that has the fewest rows so far.</summary>
    /// <param name="groups">Rows that stay together.</param>
    /// <param name="foldCount">Folds, 2 to 255, at most as many as groups.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <returns>Fold of each row [N].</returns>
    public static byte[] OfGroups(RowGroups groups, int foldCount, long seed)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfLessThan(foldCount, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(foldCount, Math.Min(255, groups.Count));
        var sizes = new int[groups.Count];
        foreach (int group in groups.OfRow)
        {
            sizes[group]++;
        }

        var order = new int[groups.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        new SeededRandom(seed, stream: 3).Shuffle(order.AsSpan());
        var rows = new long[foldCount];
        var foldOfGroup = new byte[groups.Count];
        foreach (int group in order)
        {
            int smallest = Array.IndexOf(rows, rows.Min());
            rows[smallest] += sizes[group];
            foldOfGroup[group] = (byte)smallest;
        }

        return Array.ConvertAll(groups.OfRow, group => foldOfGroup[group]);
    }

    /// <summary>
    /// Folds of the rows that count, by class or of whole groups, as if the others were not there. A row of weight 0 is in
    /// the fold of its group, or else in the first.
    /// </summary>
    /// <param name="labels">True classes [N], 0 to K−1.</param>
    /// <param name="classCount">K.</param>
    /// <param name="weights">How much each row counts [N], 0 or more.</param>
    /// <param name="groups">Rows that stay together, or null.</param>
    /// <param name="foldCount">Folds, 2 to 255.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <returns>Fold of each row [N].</returns>
    internal static byte[] OfWeighted(int[] labels, int classCount, double[] weights, RowGroups? groups, int foldCount, long seed)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => weights[row] > 0)];
        var some = groups is null
            ? Stratified(Array.ConvertAll(rows, row => labels[row]), classCount, foldCount, seed)
            : OfGroups(RowGroups.From(groups.Name, Array.ConvertAll(rows, row => groups.OfRow[row])), foldCount, seed);
        var folds = new byte[labels.Length];
        var foldOfGroup = new byte[groups?.Count ?? 0];
        for (int i = 0; i < rows.Length; i++)
        {
            folds[rows[i]] = some[i];
            if (groups is not null)
            {
                foldOfGroup[groups.OfRow[rows[i]]] = some[i];
            }
        }

        return groups is null ? folds : Array.ConvertAll(groups.OfRow, group => foldOfGroup[group]);
    }

    /// <summary>Folds stratified by class: each class is dealt out in random order, each fold as large as the others up to one row.</summary>
    /// <param name="labels">True classes [N], 0 to K−1.</param>
    /// <param name="classCount">K.</param>
    /// <param name="foldCount">Folds, 2 to 255.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <returns>Fold of each row [N].</returns>
    public static byte[] Stratified(ReadOnlySpan<int> labels, int classCount, int foldCount, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(foldCount, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(foldCount, 255);
        var starts = new int[classCount + 1];
        foreach (int label in labels)
        {
            starts[label + 1]++;
        }

        for (int k = 0; k < classCount; k++)
        {
            starts[k + 1] += starts[k];
        }

        var rows = new int[labels.Length];
        var next = starts.AsSpan(0, classCount).ToArray();
        for (int row = 0; row < labels.Length; row++)
        {
            rows[next[labels[row]]++] = row;
        }

        var random = new SeededRandom(seed, stream: 3);
        var folds = new byte[labels.Length];
        for (int k = 0; k < classCount; k++)
        {
            random.Shuffle(rows.AsSpan(starts[k]..starts[k + 1]));
        }

        // Dealt on from class to class, so that small classes do not all fill the first folds.
        for (int i = 0; i < rows.Length; i++)
        {
            folds[rows[i]] = (byte)(i % foldCount);
        }

        return folds;
    }
}
