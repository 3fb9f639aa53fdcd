using LsCalib.Core.Numerics;

namespace LsCalib.Core.Kernels;

/// <summary>Rows drawn without replacement.</summary>
internal static class RowSample
{
    private const int Stream = 31;

    /// <summary>The first <paramref name="count"/> rows of a seeded random order; all rows as they stand where that many are asked for.</summary>
    public static int[] Draw(int rowCount, int count, long seed)
    {
        var rows = new int[rowCount];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        if (count >= rowCount)
        {
            return rows;
        }

        Shuffle(rows, count, seed);
        return rows[..count];
    }

    /// <summary>All rows in a seeded random order.</summary>
    public static int[] Permutation(int rowCount, long seed)
    {
        var rows = Draw(rowCount, rowCount, seed);
        Shuffle(rows, rowCount, seed);
        return rows;
    }

    private static void Shuffle(int[] rows, int count, long seed)
    {
        var random = new SeededRandom(seed, Stream);
        for (int i = 0; i < count; i++)
        {
            int j = i + random.NextInt(rows.Length - i);
            (rows[i], rows[j]) = (rows[j], rows[i]);
        }
    }
}
