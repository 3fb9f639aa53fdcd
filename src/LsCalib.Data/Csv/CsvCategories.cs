using System.Text;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Csv;

/// <summary>Groups of the rows of a table, by the text of a column.</summary>
internal sealed class CsvGroups
{
    private readonly CsvTable _table;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<string> _names = [];
    private readonly List<int> _rows = [];

    private CsvGroups(CsvTable table, int column)
    {
        _table = table;
        Column = column;
        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Index of the column.</summary>
    public int Column { get; }

    /// <summary>The groups of a table, or null where no column is named.</summary>
    public static CsvGroups? Open(CsvTable table, CsvOptions options) =>
        options.GroupColumn is { } name ? new(table, table.Columns.Single(name, "--group-column")) : null;

    /// <summary>Takes the group of the row just read.</summary>
    /// <exception cref="DataException">Its cell is empty.</exception>
    public void Add()
    {
        var cell = _table.Cell(Column).Trim(" \t"u8);
        if (cell.IsEmpty)
        {
            throw new DataException($"{_table.Locate(_table.RowsRead - 1)}, column \"{_table.Header[Column]}\": the group is empty.");
        }

        Span<char> buffer = stackalloc char[128];
        ReadOnlySpan<char> text = cell.Length <= buffer.Length ? buffer[..Encoding.UTF8.GetChars(cell, buffer)] : Encoding.UTF8.GetString(cell);
        if (!_lookup.TryGetValue(text, out int number))
        {
            number = _names.Count;
            _names.Add(text.ToString());
            _lookup[text] = number;
        }

        _rows.Add(number);
    }

    /// <summary>The groups of the rows read, or of those of them that were kept.</summary>
    public RowGroups Of(KeptRows? kept)
    {
        var rows = kept is null ? _rows : (IReadOnlyCollection<int>)kept.Select(_rows.ToArray());
        return RowGroups.From(_table.Header[Column], rows, Comparer<int>.Create((a, b) => string.CompareOrdinal(_names[a], _names[b])));
    }
}
