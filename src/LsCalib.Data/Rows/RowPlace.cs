using System.Globalization;

namespace LsCalib.Data.Rows;

/// <summary>Where a row of an array stands, in words.</summary>
public static class RowPlace
{
    /// <summary>"row 7", or "sample 3, position [12,40]" where samples have several positions.</summary>
    /// <param name="row">Index of the position, in row-major order.</param>
    /// <param name="positions">Dimensions of the positions of a sample; none, or all 1, where it has one.</param>
    public static string Text(long row, IReadOnlyList<long> positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        long count = positions.Aggregate(1L, (product, length) => product * length);
        if (count <= 1)
        {
            return string.Create(CultureInfo.InvariantCulture, $"row {row}");
        }

        long rest = row % count;
        var indices = new string[positions.Count];
        for (int i = positions.Count - 1; i >= 0; i--)
        {
            indices[i] = (rest % positions[i]).ToString(CultureInfo.InvariantCulture);
            rest /= positions[i];
        }

        return string.Create(CultureInfo.InvariantCulture, $"sample {row / count}, position [{string.Join(",", indices)}]");
    }
}
