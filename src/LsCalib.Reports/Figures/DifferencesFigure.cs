using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Rendering;

namespace LsCalib.Reports.Figures;

/// <summary>A forest plot: for each metric a panel with the differences of every other model to the first, and their intervals.</summary>
public static class DifferencesFigure
{
    private const double Line = 26;
    private const double WidestName = 130;

    /// <summary>How far the marks of a model lie from the middle of its line, where there are two.</summary>
    private const double Apart = 0.18;

    /// <summary>The figure; its data are the differences.</summary>
    /// <param name="report">The comparison.</param>
    public static FigureData From(CompareReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var metrics = report.Pairs.SelectMany(pair => pair.AsIs).Select(difference => difference.Info).DistinctBy(info => info.Key).ToList();
        if (metrics.Count == 0)
        {
            throw new ArgumentException("There are no differences to draw.", nameof(report));
        }

        var names = report.Pairs.Select(pair => TextLines.Shortened(Name(report, pair), WidestName, Theme.SmallSize, FigureFonts.Shipped.Regular)).ToList();
        var grid = new PanelGrid(metrics.Count);
        bool isScaled = report.Pairs.Any(pair => pair.Scaled is not null);
        string? against = IsToFirst(report) ? report.Models[0].Name : null;
        var figure = new Figure(
            against is null ? "Differences of each pair of models" : $"Differences to {against}",
            AltText(report),
            grid.Rows((i, first) => Panel(report, metrics[i], first ? names : [], isScaled)),
            grid.Heights(Line * report.Pairs.Count * 600 / (300 + grid.PlotWidth)),
            [
                new("as they are", LegendKey.Dot),
                .. isScaled ? [new LegendEntry("with a temperature each", LegendKey.Dot, MarkStyle.Second)] : Array.Empty<LegendEntry>(),
                new("no difference", LegendKey.Line, MarkStyle.Reference),
            ],
            Caption(report, against))
        {
            PlotWidth = grid.PlotWidth,
            BreaksTitles = true,

            // Ends of axes are of many digits, and neighbours' must not meet.
            ColumnGap = 46,
            LabelSpace = Math.Max(30, names.Max(name => FigureFonts.Shipped.Regular.Width(name, Theme.SmallSize)) + 12),
        };
        return new(figure, CompareTables.Differences(report));
    }

    private static bool IsToFirst(CompareReport report) => report.Pairs.All(pair => pair.Against == report.Models[0].Name);

    private static string Name(CompareReport report, ComparedPair pair) => IsToFirst(report) ? report.ShortNames[pair.Name] : $"{report.ShortNames[pair.Name]} − {report.ShortNames[pair.Against]}";

    private static Panel Panel(CompareReport report, MetricInfo info, IReadOnlyList<string> names, bool isScaled)
    {
        int count = report.Pairs.Count;
        var asIs = new List<(double Y, ModelDifference Difference)>();
        var scaled = new List<(double Y, ModelDifference Difference)>();
        for (int i = 0; i < count; i++)
        {
            double y = count - i - 0.5;
            IEnumerable<ModelDifference> Of(IReadOnlyList<ModelDifference>? differences) => (differences ?? []).Where(one => one.Info.Key == info.Key);
            asIs.AddRange(Of(report.Pairs[i].AsIs).Select(one => (y + (isScaled ? Apart : 0), one)));
            scaled.AddRange(Of(report.Pairs[i].Scaled).Select(one => (y - Apart, one)));
        }

        // Undefined values have no place.
        asIs.RemoveAll(one => !double.IsFinite(one.Difference.Value));
        scaled.RemoveAll(one => !double.IsFinite(one.Difference.Value));
        var ends = asIs.Concat(scaled).SelectMany(one => new[] { one.Difference.Value, one.Difference.Interval?.Lower ?? 0, one.Difference.Interval?.Upper ?? 0 }).Append(0).ToList();
        double low = ends.Min();
        double high = ends.Max();
        double margin = high > low ? 0.06 * (high - low) : 0.001;
        return new Panel(
            $"{info.Title}\n{(info.Better == Better.Higher ? "more is better" : "less is better")}",
            new Axis(info.Unit == "nats" ? "difference (nats)" : "difference", low - margin, high + margin),
            new Axis("", 0, count) { Names = names },
            [
                new Mark.Line([(0, 0), (0, count)], MarkStyle.Reference),
                Intervals(asIs),
                Intervals(scaled),
                new Mark.Dots([.. asIs.Select(one => (one.Difference.Value, one.Y))], MarkStyle.Measured),
                new Mark.Dots([.. scaled.Select(one => (one.Difference.Value, one.Y))], MarkStyle.Second),
            ]);
    }

    private static Mark.Sideways Intervals(List<(double Y, ModelDifference Difference)> items) => new(
        [.. items.Where(one => one.Difference.Interval is not null).Select(one => (one.Y, one.Difference.Interval!.Lower, one.Difference.Interval.Upper))]);

    private static string Caption(CompareReport report, string? against) => FormattableString.Invariant(
        $"n = {report.RowCount:N0} rows, {report.ClassCount} classes{(report.Groups is { } groups ? $", in {groups.Count:N0} groups ({groups.Name})" : "")}. Difference: {(against is null ? "of each model to an earlier one" : $"of each model to {against}")} on the same rows; with {100 * report.Level:0.###}% intervals, for each metric by itself. Those of binned and smoothed errors allow for what noise adds to either value, and so need not lie around it.{report.TemperaturesFrom switch { null => "", FitOrigin.CrossFitted => " With temperatures: each model scaled by a T of its own, which is refitted with the rows.", _ => " With temperatures: each model scaled by a T of its own, fitted on other rows, on which it scatters." }}");

    private static string AltText(CompareReport report)
    {
        var parts = report.Pairs.Select(pair => $"{Name(report, pair)}: {string.Join(", ", pair.AsIs.Select(one => FormattableString.Invariant($"{one.Info.Title} {one.Value:+0.0000;-0.0000;0.0000}")))}");
        return $"Differences {(IsToFirst(report) ? $"to {report.Models[0].Name}" : "of each pair of models")} by metric, with intervals. As they are: {string.Join("; ", parts)}.";
    }
}
