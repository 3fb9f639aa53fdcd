using System.Globalization;
using System.Runtime.InteropServices;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Numpy;

/// <summary>Groups of rows: those that an array names, or the samples that positions came from.</summary>
public static class NpyGroups
{
    /// <summary>Name of the array that is read where no other is named.</summary>
    public const string DefaultName = "groups";

    /// <summary>What a group is called where it is a sample of several positions.</summary>
    public const string Sample = "sample";

    /// <summary>The groups of the rows of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">Array that was asked for, or null: "groups", if there is one.</param>
    /// <param name="sampleCount">N.</param>
    /// <param name="positionCount">Positions of a sample.</param>
    /// <param name="kept">Which positions were kept; null: all.</param>
    /// <returns>Null where rows are independent: no array, and one position a sample.</returns>
    /// <exception cref="DataException">The array is not there, or not [N].</exception>
    public static RowGroups? Read(NpzFile file, string? name, int sampleCount, int positionCount, KeptRows? kept)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (name is not null || file.Contains(DefaultName))
        {
            var array = file[name ?? DefaultName];
            if (array.RowCount != sampleCount || array.RowLength > 1 || array.Header.Shape.Length == 0)
            {
                throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"{array.Name}: {array.Header.ShapeText}, but there are {sampleCount} samples. Groups are [N], one for each."));
            }

            return Expand(name ?? DefaultName, Keys(array), positionCount, kept);
        }

        return OfSamples(sampleCount, positionCount, kept);
    }

    /// <summary>Samples as groups of their positions; null where each has one.</summary>
    /// <param name="sampleCount">N.</param>
    /// <param name="positionCount">Positions of a sample.</param>
    /// <param name="kept">Which positions were kept; null: all.</param>
    public static RowGroups? OfSamples(int sampleCount, int positionCount, KeptRows? kept) => positionCount == 1
        ? null
        : Expand(Sample, [.. Enumerable.Range(0, sampleCount).Select(sample => (long)sample)], positionCount, kept);

    private static RowGroups Expand(string name, long[] keyOfSample, int positionCount, KeptRows? kept)
    {
        var samples = RowGroups.From(name, keyOfSample);
        if (positionCount == 1 && kept is null)
        {
            return samples;
        }

        var rows = new int[samples.OfRow.Length * positionCount];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = samples.OfRow[row / positionCount];
        }

        // Numbered anew: a sample of which nothing was kept is no group.
        return RowGroups.From(name, kept?.Select(rows) ?? rows);
    }

    /// <summary>A key for each sample. Doubles would take large integers, such as hashes, for one another.</summary>
    private static long[] Keys(NpyArray array)
    {
        if (array.Header.Type.IsText())
        {
            var names = new NpyCategories(array);
            return Array.ConvertAll(names.Column("", names.Numbers).OfRow, static number => (long)number);
        }

        var keys = new long[array.Header.ElementCount];
        if (array.Header.Type is NpyType.Int64 or NpyType.UInt64)
        {
            using var reader = array.OpenRows();
            reader.ReadRaw(MemoryMarshal.AsBytes(keys.AsSpan()));
            reader.Finish();
            return keys;
        }

        array.Read((first, piece) =>
        {
            for (int i = 0; i < piece.Length; i++)
            {
                keys[first + i] = double.IsNaN(piece[i])
                    ? throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{array.Name}, row {first + i}: the group is NaN."))
                    : BitConverter.DoubleToInt64Bits(piece[i] + 0.0);
            }
        });
        return keys;
    }
}
