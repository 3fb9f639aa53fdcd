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
        return Spelling.Nearest(word, All(bins).Concat(All()).Select(info => info.Key));
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
}
