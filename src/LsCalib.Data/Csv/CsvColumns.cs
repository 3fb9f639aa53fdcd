using System.Globalization;
using System.IO.Enumeration;

namespace LsCalib.Data.Csv;

/// <summary>Finds columns by name or pattern in a header.</summary>
internal sealed class CsvColumns
{
    private readonly string _path;
    private readonly IReadOnlyList<string> _header;

    public CsvColumns(string path, IReadOnlyList<string> header)
    {
        _path = path;
        _header = header;
    }

    /// <summary>Index of the one column of a name.</summary>
    public int Single(string name, string option)
    {
        for (int i = 0; i < _header.Count; i++)
        {
            if (_header[i] == name)
            {
                return i;
            }
        }

        // One column only, with another sign in it: the delimiter was not found.
        string hint = _header.Count == 1 && _header[0].AsSpan().IndexOfAny("|:~ ") >= 0
            ? " If another sign separates them, name it with --delimiter."
            : "";
        throw new DataException($"{_path}, line 1: no column \"{name}\". {Have()} Name the column with {option}.{hint}");
    }

    /// <summary>Indices of all columns that the names and patterns take, in the order of the patterns, then of the file.</summary>
    public List<int> Matching(IReadOnlyList<string> patterns, string option)
    {
        var found = new List<int>();
        foreach (string pattern in patterns)
        {
            if (!pattern.Contains('*', StringComparison.Ordinal) && !pattern.Contains('?', StringComparison.Ordinal))
            {
                found.Add(Single(pattern, option));
                continue;
            }

            int before = found.Count;
            for (int i = 0; i < _header.Count; i++)
            {
                if (FileSystemName.MatchesSimpleExpression(pattern, _header[i], ignoreCase: false) && !found.Contains(i))
                {
                    found.Add(i);
                }
            }

            if (found.Count == before)
            {
                throw new DataException($"{_path}, line 1: no column matches \"{pattern}\" of {option}. {Have()}");
            }
        }

        return found;
    }

    /// <summary>The columns of a header, shortened when there are many.</summary>
    private string Have()
    {
        const int Most = 8;
        string names = string.Join(", ", _header.Take(Most).Select(name => $"\"{name}\""));
        return _header.Count <= Most
            ? $"The columns are {names}."
            : string.Create(CultureInfo.InvariantCulture, $"The {_header.Count} columns begin {names}.");
    }
}
