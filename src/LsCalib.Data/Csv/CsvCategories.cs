using System.Text;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Data.Rows;

namespace LsCalib.Data.Csv;

/// <summary>The categories of the rows of a table, by the text of a column: their groups, or the slices that they belong to.</summary>
internal sealed class CsvCategories
{
    private static readonly IComparer<object> Order = Comparer<object>.Create((a, b) => string.CompareOrdinal((string)a, (string)b));
    private readonly CsvTable _table;
    private readonly bool _areSlices;
    private readonly Categories _categories;
    private readonly List<int> _rows = [];

    private CsvCategories(CsvTable table, int column, bool areSlices)
    {
        _table = table;
        Column = column;
        _areSlices = areSlices;
        _categories = areSlices ? new(SliceTable.MostValues) : new();
    }

    /// <summary>Index of the column.</summary>
    public int Column { get; }

    /// <summary>The categories of a table as groups: a row without one is an error.</summary>
    public static CsvCategories Groups(CsvTable table, string name) => new(table, table.Columns.Single(name, "--group-column"), false);

    /// <summary>The categories of a table as slices: rows without one are a slice too.</summary>
    public static CsvCategories Slices(CsvTable table, string name) => new(table, table.Columns.Single(name, "--slice-column"), true);

    /// <summary>Takes the category of the row just read.</summary>
    /// <exception cref="DataException">Its cell is empty, or there are too many slices.</exception>
    public void Add()
    {
        var cell = _table.Cell(Column).Trim(" \t"u8);
        if (cell.IsEmpty && !_areSlices)
        {
            throw new DataException($"{_table.Place(Column)}: the group is empty.");
        }

        int number = _categories.Number(cell);
        _rows.Add(number >= 0 ? number : throw new DataException($"{_table.Place(Column)}: {Categories.TooMany}"));
    }

    /// <summary>The slices of the rows read, or of those of them that were kept.</summary>
    public SliceColumn Of(KeptRows? kept)
    {
        var rows = _rows.ToArray();
        return _categories.Column(_table.Header[Column], kept?.Select(rows) ?? rows, Encoding.UTF8.GetString, Order);
    }

    /// <summary>The groups of the rows read, or of those of them that were kept.</summary>
    public RowGroups GroupsOf(KeptRows? kept)
    {
        var column = Of(kept);
        return RowGroups.From(column.Name, column.OfRow);
    }
}
