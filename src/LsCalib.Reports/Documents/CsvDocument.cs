using System.Globalization;
using System.Text;

namespace LsCalib.Reports.Documents;

/// <summary>A small CSV file: comma, LF, numbers that round-trip, empty cells for what is undefined.</summary>
internal sealed class CsvDocument
{
    private readonly StringBuilder _text = new();

    public CsvDocument(string header) => _text.Append(header).Append('\n');

    public void Row(params object?[] cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            _text.Append(i == 0 ? "" : ",").Append(Cell(cells[i]));
        }

        _text.Append('\n');
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    private static string Cell(object? value) => value switch
    {
        null => "",
        double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "",
        int number => number.ToString(CultureInfo.InvariantCulture),
        string text => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => throw new ArgumentException($"{value.GetType()} is no cell.", nameof(value)),
    };
}
