namespace LsCalib.Reports.Documents;

/// <summary>Names for columns and labels too narrow for them, which differ where the names do.</summary>
public static class DistinctNames
{
    /// <summary>Characters that fit everywhere.</summary>
    public const int Width = 17;

    private const char Ellipsis = '…';

    /// <summary>Each name as it is where all can be told apart by their first and last characters; else without what they have in common.</summary>
    /// <param name="names">Names, all different.</param>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var shown = names.ToDictionary(name => name, name => name);
        if (names.Select(Shortened).Distinct().Count() == names.Count)
        {
            return shown;
        }

        // As much of what they have in common stays as there is room for.
        int before = Common(names, (name, i) => name[i]);
        int after = Common(names, (name, i) => name[^(i + 1)]);
        int room = Math.Max(0, Width - 2 - names.Max(name => Math.Max(0, name.Length - before - after)));
        after -= Math.Min(after, room / 2);
        before -= Math.Min(before, room - (room / 2));
        foreach (string name in names)
        {
            string own = name[before..Math.Max(before, name.Length - after)];
            shown[name] = $"{(before > 0 ? Ellipsis : "")}{own}{(after > 0 ? Ellipsis : "")}";
        }

        // A number tells apart what is left too long.
        return shown.Values.Select(Shortened).Distinct().Count() == names.Count ? shown
            : names.Select((name, i) => (name, i)).ToDictionary(one => one.name, one => FormattableString.Invariant($"{one.i + 1} {one.name}"));
    }

    /// <summary>A name cut in its middle.</summary>
    private static string Shortened(string name) => name.Length <= Width ? name : $"{name[..(Width / 2)]}{Ellipsis}{name[^(Width / 2)..]}";

    /// <summary>Characters that all names begin, or end, with; the shortest keeps one of its own.</summary>
    private static int Common(IReadOnlyList<string> names, Func<string, int, char> at)
    {
        int most = names.Min(name => name.Length) - 1;
        int count = 0;
        while (count < most && names.All(name => at(name, count) == at(names[0], count)))
        {
            count++;
        }

        return count;
    }
}
