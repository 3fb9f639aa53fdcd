using LsCalib.Core.Scores;

namespace LsCalib.Data.Rows;

/// <summary>Labelled examples, read one row after the other and kept nowhere.</summary>
public interface IRowSource : IDisposable
{
    /// <summary>The file as the user typed it.</summary>
    public string Path { get; }

    /// <summary>Features of each row.</summary>
    public int FeatureCount { get; }

    /// <summary>Reads the next row.</summary>
    /// <param name="features">Receives <see cref="FeatureCount"/> numbers, all finite.</param>
    /// <param name="label">Receives the row's class index.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="DataException">The row cannot be read.</exception>
    public bool Read(Span<double> features, out int label);

    /// <summary>Groups, slices and weights of the rows read.</summary>
    /// <param name="kept">Which rows of the source were kept; null: all.</param>
    /// <exception cref="DataException">They do not fit the rows.</exception>
    public RowAttributes Attributes(KeptRows? kept);

    /// <summary>Where a row stands, for messages: "test.csv, line 7".</summary>
    /// <param name="row">Row index from 0.</param>
    public string Locate(long row);
}
