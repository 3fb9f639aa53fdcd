using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;

namespace LsCalib.Data.Csv;

/// <summary>
/// A CSV file, strictly: every row has as many cells as the header, quotes are closed, and a bad row is named by its
/// line in the file.
/// </summary>
internal sealed class CsvTable : IDisposable
{
    private readonly CsvReader _reader;
    private readonly char _delimiter;

    public CsvTable(string path, char? delimiter)
    {
        Path = path;
        _delimiter = delimiter ?? CsvDialect.Delimiter(path);
        if (delimiter is not null)
        {
            CsvDialect.Delimiter(path);
        }

        _reader = Open(path, _delimiter, trackLines: false);
        try
        {
            _reader.ReadHeader();
            Header = [.. _reader.Headers.Select(name => name.Trim().TrimStart('\uFEFF'))];
        }
        catch (CsvFormatException exception)
        {
            throw new DataException($"{path}, line 1: the header cannot be read ({exception.Message})", exception);
        }

        if (Header.Count == 0 || Header.All(name => name.Length == 0))
        {
            throw new DataException($"{path}: the file is empty.");
        }

        CheckNames();
        Columns = new CsvColumns(path, Header);
    }

    public string Path { get; }

    public IReadOnlyList<string> Header { get; }

    public CsvColumns Columns { get; }

    /// <summary>Rows read so far.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Moves to the next row.</summary>
    public bool Read()
    {
        try
        {
            if (!_reader.Read())
            {
                return false;
            }
        }
        catch (CsvFormatException exception)
        {
            throw new DataException($"{Locate(RowsRead)}: the row cannot be read: a quote is not closed, or text follows a closing quote.", exception);
        }

        RowsRead++;
        if (_reader.FieldCount != Header.Count)
        {
            throw new DataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Locate(RowsRead - 1)}: {_reader.FieldCount} cells, but the header has {Header.Count}. Look for a missing or extra delimiter \"{(_delimiter == '\t' ? "tab" : _delimiter)}\"."));
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Cell(int column) => _reader.GetSpan(column);

    /// <summary>File, line and column of a cell of the row just read.</summary>
    public string Place(int column) => $"{Locate(RowsRead - 1)}, column \"{Header[column]}\"";

    /// <summary>The error for a cell that is not a finite number.</summary>
    /// <param name="column">Index of the column.</param>
    /// <param name="ifText">What to say of text.</param>
    public DataException BadNumber(int column, string ifText = "not a number; leave the column out with --drop-columns if it is no feature")
    {
        string text = Encoding.UTF8.GetString(_reader.GetSpan(column));
        string shown = text.Length > 40 ? text[..40] + "…" : text;
        string trimmed = text.Trim();
        bool infinite = trimmed.TrimStart('+', '-').ToUpperInvariant() is "INF" or "INFINITY" or "NAN";
        string reason = infinite ? "the number is not finite; fix it or drop the row"
            : trimmed.Length == 0 ? "the cell is empty; fill it or drop the row"
            : double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? double.IsFinite(value) ? "the number is written in a way that is not read" : "the number is not finite; fix it or drop the row"
            : double.TryParse(trimmed.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                ? "numbers take a decimal point, not a comma"
            : ifText;
        return new($"{Place(column)}: \"{shown}\": {reason}.");
    }

    /// <summary>File and line of a row. The file is read again up to it: blank lines and quoted line breaks count.</summary>
    public string Locate(long row)
    {
        try
        {
            using var again = Open(Path, _delimiter, trackLines: true);
            long line = row + 2;
            for (long i = 0; i <= row && again.Read(); i++)
            {
                line = again.LineNumber;
            }

            return string.Create(CultureInfo.InvariantCulture, $"{Path}, line {line}");
        }
        catch (CsvFormatException exception) when (exception.LineNumber > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Path}, line {exception.LineNumber}");
        }
        catch (CsvFormatException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Path}, row {row + 1}");
        }
    }

    public void Dispose() => _reader.Dispose();

    private void CheckNames()
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < Header.Count; i++)
        {
            if (!first.TryAdd(Header[i], i))
            {
                _reader.Dispose();
                throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"{Path}, line 1: column \"{Header[i]}\" stands twice (columns {first[Header[i]] + 1} and {i + 1}). Give each column a name of its own."));
            }
        }
    }

    private static CsvReader Open(string path, char delimiter, bool trackLines) => CsvReader.FromFile(
        path,
        new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = true,
            DetectSeparatorHint = false,
            SkipEmptyLines = true,
            TrackLineNumbers = trackLines,
            IncludeValuesInExceptions = false,
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Allow,
            MissingField = CsvMissingFieldHandling.Throw,
            BufferSize = 1 << 18,
        },
        FileOptions.SequentialScan);
}
