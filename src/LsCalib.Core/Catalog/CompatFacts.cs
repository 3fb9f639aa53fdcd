using System.Globalization;
using LsCalib.Core.Compat;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>What a library's bins do with the rows at hand, in words.</summary>
internal static class CompatFacts
{
    private const string Single = "sums in single precision: right to about seven digits";

    public static IEnumerable<string> Guo(MetricContext context, int bins)
    {
        int zero = context.Order.PlacesUpTo(0);
        if (zero > 0)
        {
            yield return $"{Rows(zero, "has", "have")} confidence exactly 0: in no bin";
        }

        yield return Moved(context, Compat.Guo.Bins(bins), bins, c => c == 0);
        yield return Single;
    }

    public static IEnumerable<string> Torchmetrics(MetricContext context, int bins)
    {
        yield return Ones(context, c => (float)c == 1, "confidence 1 in single precision", bins);
        yield return Moved(context, Compat.Torchmetrics.Bins(bins), bins, c => (float)c == 1);
        yield return Single;
    }

    public static IEnumerable<string> Netcal(MetricContext context, int bins) => [Moved(context, Compat.Netcal.Bins(bins), bins, _ => false)];

    public static IEnumerable<string> Relplot(MetricContext context, int bins)
    {
        yield return Ones(context, c => c == 1, "confidence exactly 1", bins);
        yield return Moved(context, Compat.Relplot.Bins(bins), bins, c => c == 1);
    }

    public static IEnumerable<string> RelplotSmooth(MetricContext context)
    {
        const double LeastBandwidth = 1e-3;
        var smooth = context.Once(Compat.Relplot.Name, () => RelplotSmoothEce.Compute(context.Order));
        int near = context.RowCount - context.Order.PlacesUpTo(1 - LeastBandwidth);
        yield return "its reflection counts the ends of the grid once, not twice: rows at confidence 0 and 1 weigh half";
        yield return $"{Rows(near, "has", "have")} confidence within 0.001 of 1";
        yield return string.Create(CultureInfo.InvariantCulture, $"bandwidth {smooth.Bandwidth:0.0000000000}, a multiple of 1/1024, where the paper takes the fixed point");
    }

    public static IEnumerable<string> VerifiedWidth(MetricContext context, int bins) => [Moved(context, Verified.WidthBins(bins), bins, _ => false)];

    public static IEnumerable<string> Mapie(MetricContext context, int bins)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"its {bins} bins are {bins} edges: {bins - 1} intervals, and a bin for confidence 0");
    }

    public static IEnumerable<string> NetcalMass(MetricContext context, int bins)
    {
        yield return "edges are interpolated quantiles, not midway between neighbours";
        if (Compat.Netcal.QuantileBins(context.Order, bins) is null)
        {
            yield return "two quantiles are equal: netcal stops with an error";
        }
    }

    private static string Ones(MetricContext context, Func<double, bool> isOne, string words, int bins)
    {
        int count = Count(context, isOne);
        return string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? $"no row has {words}: bin {bins + 1} is empty" : $"{Rows(count, "has", "have")} {words}: bin {bins + 1}")}");
    }

    /// <summary>Rows in another bin than with ours, of the same number of equal width.</summary>
    private static string Moved(MetricContext context, LibraryBins library, int bins, Func<double, bool> except)
    {
        var edges = BinEdges.EqualWidth(bins);
        int moved = Count(context, c => !except(c) && library.IndexOf(c) != BinEdges.IndexOf(edges, c));
        return moved == 0
            ? "no row lies on an edge, so closed sides do not matter"
            : $"{Rows(moved, "lies", "lie")} on an edge, or within rounding of one, and in another bin than with ours";
    }

    private static int Count(MetricContext context, Func<double, bool> condition)
    {
        int count = 0;
        foreach (double c in context.Order.Confidence)
        {
            count += condition(c) ? 1 : 0;
        }

        return count;
    }

    private static string Rows(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? $"row {one}" : $"rows {many}")}");
}
