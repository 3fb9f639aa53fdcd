using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Data.Rows;

namespace LsCalib.Data.Csv;

/// <summary>What the columns of a table say of its rows beside scores and labels: groups, slices and weights.</summary>
internal sealed class CsvAttributes
{
    private readonly CsvTable _table;
    private readonly CsvCategories? _groups;
    private readonly List<CsvCategories> _slices = [];
    private readonly int _weight = -1;
    private readonly List<double> _weights = [];
    private readonly HashSet<int> _columns = [];
    private readonly HashSet<int> _sliced;

    /// <param name="table">The table, before its first row.</param>
    /// <param name="options">Names of the columns.</param>
    /// <exception cref="DataException">A column is not there.</exception>
    public CsvAttributes(CsvTable table, CsvOptions options)
    {
        _table = table;
        if (options.GroupColumn is { } group)
        {
            _groups = CsvCategories.Groups(table, group);
            _columns.Add(_groups.Column);
        }

        if (options.WeightColumn is { } weight)
        {
            _weight = options.IsCalibrationData && !table.Header.Contains(weight)
                ? throw new DataException($"{table.Path}, line 1: no column \"{weight}\". Calibration data takes the weights of --weight-column too: give it that column, 1 in every row if all count the same.")
                : table.Columns.Single(weight, "--weight-column");
            _columns.Add(_weight);
        }

        if (!options.IsCalibrationData)
        {
            _slices.AddRange(options.SliceColumns.Select(name => CsvCategories.Slices(table, name)));
        }

        _sliced = [.. options.SliceColumns.Where(table.Header.Contains).Select(name => table.Columns.Single(name, "--slice-column"))];
    }

    /// <summary>Whether a column is no feature: it holds groups, weights or, unless it is named as a feature, slices.</summary>
    /// <param name="column">Index of the column.</param>
    /// <param name="isNamed">Whether it is named as a feature, by its name or by a pattern.</param>
    public bool Takes(int column, bool isNamed) => _columns.Contains(column) || (_sliced.Contains(column) && !isNamed);

    /// <summary>Takes what the row just read says.</summary>
    /// <exception cref="DataException">A cell cannot be read.</exception>
    public void Add()
    {
        _groups?.Add();
        foreach (var slices in _slices)
        {
            slices.Add();
        }

        if (_weight >= 0)
        {
            _weights.Add(Weight());
        }
    }

    /// <summary>What is known of the rows read, or of those of them that were kept.</summary>
    /// <exception cref="DataException">All weights are 0.</exception>
    public RowAttributes Of(KeptRows? kept)
    {
        double[] weights = [.. _weights];
        var attributes = new RowAttributes
        {
            Groups = _groups?.GroupsOf(kept),
            Slices = [.. _slices.Select(slices => slices.Of(kept))],
        };
        return _weight < 0 ? attributes : attributes.WithWeights(
            _table.Header[_weight], $"{_table.Path}, column \"{_table.Header[_weight]}\"", kept?.Select(weights) ?? weights);
    }

    private double Weight()
    {
        if (!CsvNumber.TryParse(_table.Cell(_weight), out double value))
        {
            throw _table.BadNumber(_weight, "not a number; weights are numbers, 0 or more");
        }

        return value >= 0 ? value : throw new DataException(string.Create(
            CultureInfo.InvariantCulture, $"{_table.Place(_weight)}: the weight {value:R} is negative; weights are 0 or more."));
    }
}
