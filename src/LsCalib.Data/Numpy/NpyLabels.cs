using System.Globalization;

namespace LsCalib.Data.Numpy;

/// <summary>Class labels in an array.</summary>
public static class NpyLabels
{
    /// <summary>Reads labels [N] (or [N,1]) of any number type; fractional ones are refused.</summary>
    public static int[] Read(NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (array.Header.Shape.Length == 0 || array.RowLength > 1)
        {
            throw new DataException($"{array.Name}: labels are [N], one class index for each row, not {array.Header.ShapeText}.");
        }

        var values = array.ToDoubles();
        var labels = new int[values.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            if (values[i] != Math.Floor(values[i]) || Math.Abs(values[i]) > int.MaxValue)
            {
                throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"{array.Name}, row {i}: label {values[i]:R} is not a class index."));
            }

            labels[i] = (int)values[i];
        }

        return labels;
    }
}
