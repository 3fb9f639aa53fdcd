namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>Rows as one class's fit sees them.</summary>
internal static class ClassRows
{
    /// <summary>Whether each row is of class k [n].</summary>
    public static bool[] Of(ReadOnlySpan<int> labels, int k)
    {
        var isClass = new bool[labels.Length];
        for (int i = 0; i < isClass.Length; i++)
        {
            isClass[i] = labels[i] == k;
        }

        return isClass;
    }

    /// <summary>The rows of one part, ascending.</summary>
    /// <param name="parts">Part of each row [N].</param>
    /// <param name="part">The part.</param>
    public static int[] OfPart(byte[] parts, int part)
    {
        var rows = new List<int>();
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i] == part)
            {
                rows.Add(i);
            }
        }

        return [.. rows];
    }

    /// <summary>The values of some rows.</summary>
    public static T[] Take<T>(ReadOnlySpan<T> values, int[] rows)
    {
        var taken = new T[rows.Length];
        for (int i = 0; i < taken.Length; i++)
        {
            taken[i] = values[rows[i]];
        }

        return taken;
    }
}
