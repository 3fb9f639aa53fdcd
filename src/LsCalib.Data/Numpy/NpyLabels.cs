using System.Globalization;
using LsCalib.Data.Rows;

namespace LsCalib.Data.Numpy;

/// <summary>Class labels in an array.</summary>
public static class NpyLabels
{
    /// <summary>Reads labels [N] (or [N,1]) of any number type; fractional ones are refused.</summary>
    public static int[] Read(NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return array.Header.Shape.Length > 0 && array.RowLength > 1
            ? throw new DataException($"{array.Name}: labels are [N], one class index for each row, not {array.Header.ShapeText}.")
            : ReadAll(array);
    }

    /// <summary>Reads labels [N,d1..dn], one for each position, in row-major order.</summary>
    public static int[] ReadAll(NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (array.Header.Shape.Length == 0)
        {
            throw new DataException($"{array.Name}: labels are [N], one class index for each row, not a single number.");
        }

        if (array.Header.ElementCount > Array.MaxLength)
        {
            throw new DataException($"{array.Name}: {array.Header.ShapeText} are more labels than {Array.MaxLength}. Evaluate the data in parts.");
        }

        var labels = new int[array.Header.ElementCount];
        array.Read((first, piece) =>
        {
            for (int i = 0; i < piece.Length; i++)
            {
                if (piece[i] != Math.Floor(piece[i]) || !(Math.Abs(piece[i]) <= int.MaxValue))
                {
                    throw new DataException(string.Create(
                        CultureInfo.InvariantCulture, $"{array.Name}, {RowPlace.Text(first + i, array.Header.Shape[1..])}: label {piece[i]:R} is not a class index."));
                }

                labels[first + i] = (int)piece[i];
            }
        });
        return labels;
    }
}
