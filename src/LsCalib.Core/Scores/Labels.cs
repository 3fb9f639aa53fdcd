namespace LsCalib.Core.Scores;

/// <summary>Checks on true classes.</summary>
public static class Labels
{
    /// <summary>Throws unless there is one label for each row, each in 0 to K−1.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is outside 0 to K−1.</exception>
    public static void Check(ReadOnlySpan<int> labels, int rowCount, int classCount)
    {
        if (labels.Length != rowCount)
        {
            throw new ArgumentException($"{labels.Length} labels for {rowCount} rows.", nameof(labels));
        }

        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classCount)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), labels[i], $"Row {i}: a label is 0 to {classCount - 1}.");
            }
        }
    }
}
