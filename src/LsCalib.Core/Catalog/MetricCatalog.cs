using System.Globalization;

namespace LsCalib.Core.Catalog;

/// <summary>
/// The one list of metrics. Options, JSON, CSV, help and reports read it; a metric that is not here does not exist.
/// </summary>
public static class MetricCatalog
{
    /// <summary>M of binned metrics where no other is given.</summary>
    public const int DefaultBinCount = 15;

    internal static readonly MetricFamily[] Families =
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
        .. CompatMetrics.Families,
    ];

    /// <summary>Libraries whose numbers can be reproduced.</summary>
    public static IReadOnlyList<string> Libraries => CompatMetrics.Libraries;

    /// <summary>Every metric of ours with a number of bins, in the order of tables.</summary>
    /// <param name="binCount">M of those with bins, 1 to 1000.</param>
    public static IReadOnlyList<MetricInfo> All(int binCount = DefaultBinCount) =>
        [.. Families.Where(family => family.Library is null).Select(family => family.Info(family.Default ?? binCount))];

    /// <summary>The numbers of a library, with the number of bins that it takes by default.</summary>
    /// <param name="library">One of <see cref="Libraries"/>.</param>
    public static IReadOnlyList<MetricInfo> OfLibrary(string library) =>
        [.. Families.Where(family => family.Library == library).Select(family => family.Info(family.Default ?? 0))];

    /// <summary>The metric of a key, or null where there is none.</summary>
    public static MetricInfo? Find(string key) => Match(key) is ({ } family, var parameter) ? family.Info(parameter) : null;

    /// <summary>The key of a metric that is most like a word which names none; null where none is near.</summary>
    public static string? Nearest(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        string digits = new([.. word.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
        int bins = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 1000 ? value : DefaultBinCount;
        if (Find(word.ToLowerInvariant()) is null && All(bins).FirstOrDefault(info => info.Key.StartsWith(word + "-", StringComparison.OrdinalIgnoreCase)) is { } longer)
        {
            return longer.Key;
        }

        var others = Families.Where(family => family.Library is not null).Select(family => family.Info(digits.Length > 0 ? bins : family.Default ?? 0));
        return Spelling.Near(word, All(bins).Concat(All()).Concat(others).Select(info => info.Key).ToList());
    }

    internal static (MetricFamily Family, int Parameter) Family(string key) => Match(key) is ({ } family, var parameter)
        ? (family, parameter)
        : throw new ArgumentException($"\"{key}\" names no metric.", nameof(key));

    /// <summary>Other definitions of what a family measures: other libraries' for one of ours, ours for another library's.</summary>
    internal static IEnumerable<MetricFamily> Related(MetricFamily family) => family.Quantity.Length == 0 ? []
        : family.Library is null ? Families.Where(other => other.Library is not null && other.Quantity == family.Quantity)
        : Families.Where(other => other.Library is null && other.Quantity == family.Quantity)
            .OrderBy(other => other.IsEqualMass == family.IsEqualMass ? 0 : 1).Take(1);

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
