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
