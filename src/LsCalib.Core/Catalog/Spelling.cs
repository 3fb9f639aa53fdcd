namespace LsCalib.Core.Catalog;

/// <summary>Finds what a mistyped word was to be.</summary>
public static class Spelling
{
    /// <summary>The name most like a word, letters in either case; the first of equals.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="names">At least one name, in lower case.</param>
    public static string Nearest(string word, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(names);
        return names.MinBy(name => Distance(word.ToLowerInvariant(), name))!;
    }

    /// <summary>The same where it is near enough to be what was meant: at most two of five letters are others, or one of the two begins like the other.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="names">At least one name; letters count in either case.</param>
    /// <returns>The name as it is written, or null.</returns>
    public static string? Near(string word, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(names);
        const int ShortestBeginning = 3;
        string typed = word.ToLowerInvariant();
        string name = names.MinBy(name => Distance(typed, name.ToLowerInvariant()))!;
        if (5 * Distance(typed, name.ToLowerInvariant()) <= 2 * Math.Max(typed.Length, name.Length))
        {
            return name;
        }

        bool Begins(string text, string with) => with.Length >= ShortestBeginning && text.StartsWith(with, StringComparison.OrdinalIgnoreCase);
        return names.Where(name => Begins(name, typed) || Begins(typed, name)).MinBy(name => Distance(typed, name.ToLowerInvariant()));
    }

    /// <summary>A question after a word that is not known: whether another was meant; empty where none is near.</summary>
    /// <param name="near">What may have been meant, or null.</param>
    public static string Question(string? near) => near is null ? "" : $" Did you mean \"{near}\"?";

    /// <summary>Letters to insert, delete or change (Levenshtein 1966).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
