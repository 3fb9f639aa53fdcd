using System.Globalization;

namespace LsCalib.Core.Catalog;

/// <summary>
/// The one list of metrics. Options, JSON, CSV, help and reports read it; a metric that is not here does not exist.
/// </summary>
public static class MetricCatalog
{
    /// <summary>M of binned metrics where no other is given.</summary>
    public const int DefaultBinCount = 15;

    private static readonly MetricFamily[] Families =
    [
        .. ProperScoreMetrics.Scores,
        .. SplitMetrics.Families,
        .. BinnedMetrics.Expected,
        .. BinnedMetrics.Sides,
        .. BinnedMetrics.Maximum,
        .. BinnedMetrics.Debiased,
        .. BinlessMetrics.Families,
        .. KernelMetrics.Families,
        .. ClasswiseMetrics.Families,
        .. RankingMetrics.Families,
        .. TestMetrics.Families,
        .. ProperScoreMetrics.Direction,
    ];

    /// <summary>Every metric with a number of bins, in the order of tables.</summary>
    /// <param name="binCount">M of those with bins, 1 to 1000.</param>
    public static IReadOnlyList<MetricInfo> All(int binCount = DefaultBinCount) => [.. Families.Select(family => family.Info(family.Default ?? binCount))];

    /// <summary>The metric of a key, or null where there is none.</summary>
    public static MetricInfo? Find(string key) => Match(key) is ({ } family, var parameter) ? family.Info(parameter) : null;

    /// <summary>The key of a metric that is most like a word which names none.</summary>
    public static string Nearest(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        string digits = new([.. word.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
        int bins = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 1000 ? value : DefaultBinCount;
        return All(bins).Concat(All()).MinBy(info => Distance(word.ToLowerInvariant(), info.Key))!.Key;
    }

    internal static (MetricFamily Family, int Parameter) Family(string key) => Match(key) is ({ } family, var parameter)
        ? (family, parameter)
        : throw new ArgumentException($"\"{key}\" names no metric.", nameof(key));

    private static (MetricFamily? Family, int Parameter) Match(string key)
    {
        foreach (var family in Families)
        {
            if (family.Match(key) is { } parameter)
            {
                return (family, parameter);
            }
        }

        return (null, 0);
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
