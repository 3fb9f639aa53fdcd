using System.Globalization;
using System.Text;

namespace LsCalib.Reports.Documents;

/// <summary>Texts that others chose, such as names of files and columns, where they are printed.</summary>
public static class PlainText
{
    /// <summary>
    /// A text of others in one line: control characters, line breaks and marks that turn the direction of writing are
    /// spaces, halves of surrogate pairs the replacement character.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Characters kept; what is left out is told by an ellipsis.</param>
    public static string OneLine(string text, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= most && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
        {
            return text;
        }

        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > most)
            {
                return line.Append('…').ToString();
            }

            bool isSpace = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
            line.Append(isSpace ? " " : rune.ToString());
        }

        return line.ToString();
    }
}
