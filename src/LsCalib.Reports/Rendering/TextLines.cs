using System.Buffers;

namespace LsCalib.Reports.Rendering;

/// <summary>Texts in lines of a given width.</summary>
internal static class TextLines
{
    private static readonly SearchValues<char> WordEnds = SearchValues.Create("-_/");

    /// <summary>Breaks a text at spaces into lines of at most a width; a longer word is cut.</summary>
    public static IReadOnlyList<string> Wrap(string text, double width, double size, TrueTypeFont font)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (font.Width(longer, size) <= width)
            {
                line = longer;
                continue;
            }

            if (line.Length > 0)
            {
                lines.Add(line);
            }

            line = word;
            while (font.Width(line, size) > width && line.Length > 1)
            {
                int cut = line.Length;
                while (cut > 1 && font.Width(line[..cut], size) > width)
                {
                    cut--;
                }

                lines.Add(line[..cut]);
                line = line[cut..];
            }
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>A text in one line or two, the first broken after a space, or else a sign that parts words, in its second half; what is longer loses its middle.</summary>
    public static IReadOnlyList<string> InTwo(string text, double width, double size, TrueTypeFont font)
    {
        if (font.Width(text, size) <= width)
        {
            return [text];
        }

        int most = text.Length;
        while (most > 1 && (font.Width(text[..most].TrimEnd(), size) > width || char.IsHighSurrogate(text[most - 1])))
        {
            most--;
        }

        int space = text.AsSpan(0, most).LastIndexOf(' ') + 1;
        int sign = text.AsSpan(0, most).LastIndexOfAny(WordEnds) + 1;
        int cut = space > most / 2 ? space : sign > most / 2 ? sign : most;
        return [text[..cut].TrimEnd(), Shortened(text[cut..].TrimStart(), width, size, font)];
    }

    /// <summary>A text that fits, its middle left out where it is too long: the ends of names differ more often.</summary>
    public static string Shortened(string text, double width, double size, TrueTypeFont font)
    {
        string shown = text;
        for (int kept = text.Length - 2; kept > 1 && font.Width(shown, size) > width; kept--)
        {
            shown = $"{text[..(kept - (kept / 2))]}…{text[^(kept / 2)..]}";
        }

        return shown;
    }
}
