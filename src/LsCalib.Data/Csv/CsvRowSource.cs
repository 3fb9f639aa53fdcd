using System.Runtime.CompilerServices;
using LsCalib.Core.Scores;
using LsCalib.Data.Rows;

namespace LsCalib.Data.Csv;

/// <summary>Labelled examples in a CSV file: a header, one row for each example, UTF-8.</summary>
public sealed class CsvRowSource : IRowSource
{
    private readonly CsvTable _table;
    private readonly LabelMap _labels;
    private readonly int[] _features;
    private readonly int _label;
    private readonly CsvAttributes _attributes;

    /// <exception cref="DataException">The file cannot be read, or lacks a column.</exception>
    public CsvRowSource(string path, CsvOptions options, LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(options);
        _labels = labels;
        _table = new CsvTable(path, options.Delimiter);
        try
        {
            _label = _table.Columns.Single(options.LabelColumn, "--label-column");
            _attributes = new CsvAttributes(_table, options);
            var groups = options.InputColumns is null
                ? [Features(_table, options, _label, _attributes)]
                : options.InputColumns.Select(patterns => _table.Columns.Matching(patterns, "--input")).ToList();
            _features = [.. groups.SelectMany(group => group)];
            GroupCounts = [.. groups.Select(group => group.Count)];
        }
        catch
        {
            _table.Dispose();
            throw;
        }
    }

    public string Path => _table.Path;

    public int FeatureCount => _features.Length;

    /// <summary>Features of each input of the model.</summary>
    public IReadOnlyList<int> GroupCounts { get; }

    /// <summary>Names of the feature columns, in the order that they are read.</summary>
    public IReadOnlyList<string> FeatureNames => [.. _features.Select(column => _table.Header[column])];

    public bool Read(Span<double> features, out int label)
    {
        label = 0;
        if (!_table.Read())
        {
            return false;
        }

        int bad = ReadFeatures(features);
        if (bad >= 0)
        {
            throw _table.BadNumber(bad);
        }

        _attributes.Add();
        return _labels.TryRead(_table.Cell(_label), out label, out string? problem)
            ? true
            : throw new DataException($"{_table.Place(_label)}: {problem}");
    }

    public string Locate(long row) => _table.Locate(row);

    public RowAttributes Attributes(KeptRows? kept) => _attributes.Of(kept);

    /// <summary>Reads the numbers of the row, and returns the column of a cell that is none, or −1. Most of a run is spent here, from its first row on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReadFeatures(Span<double> features)
    {
        var columns = _features;
        for (int i = 0; i < columns.Length; i++)
        {
            if (!CsvNumber.TryParse(_table.Cell(columns[i]), out features[i]))
            {
                return columns[i];
            }
        }

        return -1;
    }

    public void Dispose() => _table.Dispose();

    private static List<int> Features(CsvTable table, CsvOptions options, int label, CsvAttributes attributes)
    {
        var dropped = options.DropColumns is null ? [] : table.Columns.Matching(options.DropColumns, "--drop-columns");
        bool areNamed = options.FeatureColumns is not null;
        var chosen = areNamed
            ? table.Columns.Matching(options.FeatureColumns!, "--feature-columns")
            : Enumerable.Range(0, table.Header.Count);

        // Rows can be sliced by a feature, where it is named as one.
        var features = chosen.Where(column => column != label && !attributes.Takes(column, areNamed) && !dropped.Contains(column)).ToList();
        return features.Count > 0
            ? features
            : throw new DataException($"{table.Path}, line 1: no feature columns are left beside \"{options.LabelColumn}\".");
    }
}
