using System.Globalization;
using System.Text;
using LsCalib.Core.Scores;
using LsCalib.Data.Rows;

namespace LsCalib.Data.Csv;

/// <summary>What the columns of a table say of its rows beside scores and labels: groups, slices, weights and ids.</summary>
internal sealed class CsvAttributes
{
    private readonly CsvTable _table;
    private readonly CsvCategories? _groups;
    private readonly List<CsvCategories> _slices = [];
    private readonly int _weight = -1;
    private readonly int _id = -1;
    private readonly List<string> _ids = [];
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

        if (options.IdColumn is { } id && (!options.IsCalibrationData || table.Header.Contains(id)))
        {
            int column = table.Columns.Single(id, "--id-column");
            _columns.Add(column);
            _id = options.IsCalibrationData ? -1 : column;
        }

        if (!options.IsCalibrationData)
        {
            _slices.AddRange(options.SliceColumns.Select(name => CsvCategories.Slices(table, name)));
        }

        _sliced = [.. options.SliceColumns.Where(table.Header.Contains).Select(name => table.Columns.Single(name, "--slice-column"))];
    }

    /// <summary>Whether a column is no feature: it holds groups, weights, ids or, unless it is named as a feature, slices.</summary>
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

        if (_id >= 0)
        {
            _ids.Add(Id());
        }
    }

    /// <summary>What is known of the rows read, or of those of them that were kept.</summary>
    /// <exception cref="DataException">All weights are 0.</exception>
    public RowAttributes Of(KeptRows? kept)
    {
        double[] weights = [.. _weights];
        string[] ids = [.. _ids];
        var attributes = new RowAttributes
        {
            Groups = _groups?.GroupsOf(kept),
            Slices = [.. _slices.Select(slices => slices.Of(kept))],
            Ids = _id < 0 ? null : kept?.Select(ids) ?? ids,
        };
        return _weight < 0 ? attributes : attributes.WithWeights(
            _table.Header[_weight], $"{_table.Path}, column \"{_table.Header[_weight]}\"", kept?.Select(weights) ?? weights);
    }

    private string Id()
    {
        string id = Encoding.UTF8.GetString(_table.Cell(_id).Trim(" \t"u8));
        return id.Length > 0 ? id : throw new DataException($"{_table.Place(_id)}: the row id is empty; each row needs one of its own.");
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
