using System.Globalization;
using System.Text;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Gates;

/// <summary>Texts of others within Markdown: shown as they are, in one line, wherever a table or a paragraph holds them.</summary>
internal static class MarkdownText
{
    private const string Plain = " .,;()%+-=/'\"?";

    /// <summary>
    /// Running text. What Markdown, HTML or GitHub could read as a sign is a character reference, which no renderer reads
    /// as one, in tables and out of them.
    /// </summary>
    public static string Escape(string text, int most = int.MaxValue) => Referenced(text, most, Plain);

    /// <summary>A name, in the type of code, where GitHub looks for neither people nor addresses.</summary>
    public static string Code(string text, int most) => $"<code>{Referenced(text, most, "-=. ")}</code>";

    private static string Referenced(string text, int most, string plain)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in PlainText.OneLine(text, most))
        {
            if (c < 128 && !char.IsAsciiLetterOrDigit(c) && !plain.Contains(c, StringComparison.Ordinal))
            {
                escaped.Append("&#").Append(((int)c).ToString(CultureInfo.InvariantCulture)).Append(';');
            }
            else
            {
                escaped.Append(c);
            }
        }

        // GitHub links what begins like this, whatever stands before it.
        return escaped.Replace("www.", "www&#46;").Replace("WWW.", "WWW&#46;").ToString();
    }
}
