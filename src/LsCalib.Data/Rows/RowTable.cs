using System.Globalization;

namespace LsCalib.Data.Rows;

/// <summary>All rows of a source in memory, for training.</summary>
/// <param name="Features">[N,F], row-major.</param>
/// <param name="Labels">Class indices [N].</param>
/// <param name="FeatureCount">F.</param>
public sealed record RowTable(float[] Features, int[] Labels, int FeatureCount)
{
    /// <summary>Reads every row.</summary>
    /// <exception cref="DataException">A row cannot be read, a number does not fit float32, or there is no row.</exception>
    public static RowTable Read(IRowSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var features = new List<float>();
        var labels = new List<int>();
        var row = new double[source.FeatureCount];
        while (source.Read(row, out int label))
        {
            foreach (double value in row)
            {
                float single = (float)value;
                features.Add(float.IsFinite(single) ? single : throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"{source.Locate(labels.Count)}: {value:R} is too large for float32.")));
            }

            labels.Add(label);
        }

        return labels.Count > 0
            ? new([.. features], [.. labels], source.FeatureCount)
            : throw new DataException($"{source.Path}: holds a header but no rows.");
    }
}
