using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;

namespace LsCalib.Data.Numpy;

/// <summary>
/// What the arrays of a file say of its rows beside scores and labels: groups [N], and slices, weights and ids [N] or, for each
/// position, in the shape of the labels.
/// </summary>
internal sealed class NpyAttributes
{
    /// <summary>Name of the array of labels.</summary>
    private const string Labels = "labels";

    private readonly NpzFile _file;
    private readonly CsvOptions _names;
    private readonly long[] _labels;
    private readonly List<(string Name, NpyCategories Categories)> _slices = [];
    private readonly double[]? _weights;
    private readonly NpyCategories? _ids;

    /// <summary>Reads slices, weights and ids.</summary>
    /// <param name="file">The file; it is read again for the groups.</param>
    /// <param name="names">Names of the arrays.</param>
    /// <param name="labels">Dimensions of the labels [N,d1..dn].</param>
    /// <exception cref="DataException">An array is not there, has another shape or bad values.</exception>
    public NpyAttributes(NpzFile file, CsvOptions names, long[] labels)
    {
        _file = file;
        _names = names;
        _labels = labels;
        if (names.WeightColumn is { } weight)
        {
            if (weight == Labels)
            {
                throw new DataException($"{file.Path}: --weight-column {weight} names the labels; a class index says nothing of how much a row counts.");
            }

            if (names.IsCalibrationData && !file.Contains(weight))
            {
                throw new DataException($"{file.Path}: no array \"{weight}\". Calibration data takes the weights of --weight-column too: save that array with it, of ones if all rows count the same.");
            }

            _weights = Weights(Fitting(weight, "Weights"));
        }

        foreach (string name in names.IsCalibrationData ? [] : names.SliceColumns)
        {
            _slices.Add((name, new NpyCategories(Fitting(name, "Slices"), SliceTable.MostValues)));
        }

        if (names.IdColumn is { } id && !names.IsCalibrationData)
        {
            _ids = new NpyCategories(Fitting(id, "Row ids"));
        }
    }

    /// <summary>Reads slices and weights of predictions: of these, weights that a run saved are read unasked.</summary>
    /// <param name="file">The file; it is read again for the groups.</param>
    /// <param name="names">Names of the arrays.</param>
    /// <param name="labels">Dimensions of the labels [N,d1..dn].</param>
    /// <exception cref="DataException">An array is not there, has another shape or bad values.</exception>
    public static NpyAttributes OfPredictions(NpzFile file, CsvOptions names, long[] labels) => new(
        file, names with { WeightColumn = names.WeightColumn ?? (file.Contains(RowAttributes.DefaultWeights) ? RowAttributes.DefaultWeights : null) }, labels);

    /// <summary>What is known of the rows, or of those of them that were kept.</summary>
    /// <param name="kept">Which positions were kept; null: all.</param>
    /// <exception cref="DataException">The groups do not fit, or all weights are 0.</exception>
    public RowAttributes Of(KeptRows? kept)
    {
        int samples = checked((int)_labels[0]);
        int positions = checked((int)_labels[1..].Aggregate(1L, (product, length) => product * length));
        T[] Rows<T>(T[] values)
        {
            if (values.Length == samples && positions > 1)
            {
                var expanded = new T[samples * positions];
                for (int sample = 0; sample < samples; sample++)
                {
                    expanded.AsSpan(sample * positions, positions).Fill(values[sample]);
                }

                values = expanded;
            }

            return kept?.Select(values) ?? values;
        }

        var attributes = new RowAttributes
        {
            Groups = NpyGroups.Read(_file, _names.GroupColumn, samples, positions, kept),
            Slices = [.. _slices.Select(slice => slice.Categories.Column(slice.Name, Rows(slice.Categories.Numbers)))],
            Ids = _ids is null ? null : Ids(_ids, positions, kept),
        };
        return _weights is null ? attributes : attributes.WithWeights(
            _names.WeightColumn!, $"{_file.Path}, array \"{_names.WeightColumn}\"", Rows(_weights));
    }

    /// <summary>The ids as text. Where samples have several positions, but one id, the position tells them apart.</summary>
    private string[] Ids(NpyCategories categories, int positions, KeptRows? kept)
    {
        var column = categories.Column(_names.IdColumn!, categories.Numbers);
        if (column.Values.FirstOrDefault(value => value is Categories.Empty or "NaN") is { } none)
        {
            int element = column.OfRow.AsSpan().IndexOf(column.Values.IndexOf(none));
            throw new DataException($"{_file.Path}, array \"{_names.IdColumn}\", {RowPlace.Text(element, [])}: the row id is {(none == Categories.Empty ? "empty" : none)}; each row needs one of its own.");
        }

        var rows = new string[_labels[0] * positions];
        for (int row = 0; row < rows.Length; row++)
        {
            bool ofSample = column.OfRow.Length < rows.Length;
            string text = column.Values[column.OfRow[ofSample ? row / positions : row]];
            rows[row] = ofSample ? string.Create(CultureInfo.InvariantCulture, $"{text}, position {row % positions}") : text;
        }

        return kept?.Select(rows) ?? rows;
    }

    private NpyArray Fitting(string name, string what)
    {
        var array = _file[name];
        bool ofSamples = array.Header.Shape.Length > 0 && array.RowCount == _labels[0] && array.RowLength == 1;
        return ofSamples || array.Header.Shape.SequenceEqual(_labels) ? array : throw new DataException(
            $"{array.Name}: {array.Header.ShapeText} does not go with labels {NpyHeader.Text(_labels)}. {what} are [N], one for each {(_labels.Length == 1 ? "row" : "sample, or shaped as the labels")}.");
    }

    private static double[] Weights(NpyArray array)
    {
        var weights = new double[array.Header.ElementCount];
        array.Read((first, piece) =>
        {
            for (int i = 0; i < piece.Length; i++)
            {
                weights[first + i] = piece[i] >= 0 && double.IsFinite(piece[i]) ? piece[i] : throw new DataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{array.Name}, {RowPlace.Text(first + i, array.Header.Shape[1..])}: the weight {piece[i]:R} is {(piece[i] < 0 ? "negative" : "not finite")}; weights are finite, 0 or more."));
            }
        });
        return weights;
    }
}
