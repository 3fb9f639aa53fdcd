using System.Text.Json;
using LsCalib.Core.Catalog;

namespace LsCalib.Cli.Gating;

/// <summary>Reads a small JSON file token by token and knows the line, which every message names.</summary>
/// <param name="bytes">UTF-8, without a byte order mark; comments and trailing commas are skipped.</param>
/// <param name="path">The file, as the user typed it.</param>
internal ref struct JsonCursor(ReadOnlySpan<byte> bytes, string path)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly string _path = path;
    private Utf8JsonReader _reader = new(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    private int _counted;
    private int _line = 1;

    public readonly JsonTokenType Token => _reader.TokenType;

    /// <summary>Line of the token, from 1.</summary>
    public int Line
    {
        get
        {
            int start = (int)_reader.TokenStartIndex;
            _line += _bytes[_counted..start].Count((byte)'\n');
            _counted = start;
            return _line;
        }
    }

    /// <summary>Goes to the next token.</summary>
    /// <returns>False after the last.</returns>
    public bool Read()
    {
        try
        {
            return _reader.Read();
        }
        catch (JsonException exception)
        {
            string reason = exception.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw new UsageException($"{_path}, line {(exception.LineNumber ?? 0) + 1}: is not JSON ({reason}).");
        }
    }

    /// <summary>Expects the beginning of an object or array.</summary>
    public void Expect(JsonTokenType token, string what)
    {
        if (_reader.TokenType != token)
        {
            throw Problem($"{what} is not {(token == JsonTokenType.StartObject ? "an object {…}" : "a list […]")}.");
        }
    }

    /// <summary>The name of the next member of an object, on whose value the cursor then stands; null at its end.</summary>
    /// <param name="known">Names that it may have.</param>
    /// <param name="seen">Names that it had.</param>
    public string? Member(string[] known, ICollection<string> seen)
    {
        Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        string name = Text();
        if (known.Length > 0 && !known.Contains(name))
        {
            throw Problem($"\"{name}\" is not known here.{Spelling.Question(Spelling.Near(name, known))} Possible are {string.Join(", ", known)}.");
        }

        if (seen.Contains(name))
        {
            throw Problem($"\"{name}\" is given twice.");
        }

        seen.Add(name);
        Read();
        return name;
    }

    /// <summary>A text.</summary>
    public string String(string what) => _reader.TokenType == JsonTokenType.String ? Text() : throw Problem($"{what} is not a text in quotes.");

    /// <summary>One of some words.</summary>
    public string Choice(string what, params string[] words)
    {
        string word = String(what);
        return words.Contains(word) ? word : throw Problem($"{what} is \"{word}\"; it is {string.Join(" or ", words)}.");
    }

    /// <summary>A finite number.</summary>
    public double Number(string what) => _reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out double value) && double.IsFinite(value)
        ? value
        : throw Problem($"{what} is not a finite number.{(_reader.TokenType == JsonTokenType.String ? " Write it without quotes." : "")}");

    /// <summary>A problem at the present token.</summary>
    public UsageException Problem(string problem) => new($"{_path}, line {Line}: {problem}");

    private string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Problem("holds a text that is not Unicode. Save the file as UTF-8.");
        }
    }
}
