using LsCalib.Core.Scores;

namespace LsCalib.Core.Resampling;

/// <summary>
/// Rows that belong together, such as the pixels of an image or the visits of a patient: they are resampled together,
/// since they are right or wrong together more often than rows of different groups are.
/// </summary>
public sealed class RowGroups
{
    private RowGroups(string name, int[] ofRow, int count)
    {
        Name = name;
        OfRow = ofRow;
        Count = count;
    }

    /// <summary>What a group is, in a word: sample, or the name of a column.</summary>
    public string Name { get; }

    /// <summary>Group of each row [N], 0 to G−1; every group has a row. Not to be changed.</summary>
    public int[] OfRow { get; }

    /// <summary>G.</summary>
    public int Count { get; }

    /// <summary>Groups of equal keys, numbered in the order of the keys, so that the order of rows does not matter.</summary>
    /// <param name="name">What a group is.</param>
    /// <param name="keys">Key of each row [N].</param>
    /// <param name="order">Order of the keys, or null: their own.</param>
    public static RowGroups From<T>(string name, IReadOnlyCollection<T> keys, IComparer<T>? order = null)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(keys);
        var found = new Dictionary<T, int>();
        var ofRow = new int[keys.Count];
        int row = 0;
        foreach (var key in keys)
        {
            if (!found.TryGetValue(key, out int group))
            {
                group = found.Count;
                found.Add(key, group);
            }

            ofRow[row++] = group;
        }

        var rank = new int[found.Count];
        int next = 0;
        foreach (var entry in found.OrderBy(entry => entry.Key, order))
        {
            rank[entry.Value] = next++;
        }

        for (row = 0; row < ofRow.Length; row++)
        {
            ofRow[row] = rank[ofRow[row]];
        }

        return new(name, ofRow, found.Count);
    }

    /// <summary>Groups that count: those with a row that weighs something.</summary>
    /// <param name="weights">Weights of the rows, or null: all count the same.</param>
    internal int CountOf(RowWeights? weights)
    {
        if (weights is null)
        {
            return Count;
        }

        var counts = new bool[Count];
        for (int row = 0; row < OfRow.Length; row++)
        {
            counts[OfRow[row]] |= weights.OfRow[row] > 0;
        }

        return counts.AsSpan().Count(true);
    }

    /// <summary>Sums of values by group [G].</summary>
    /// <param name="values">Value of each row [N].</param>
    internal double[] Sums(ReadOnlySpan<double> values)
    {
        var sums = new double[Count];
        for (int row = 0; row < values.Length; row++)
        {
            sums[OfRow[row]] += values[row];
        }

        return sums;
    }
}
