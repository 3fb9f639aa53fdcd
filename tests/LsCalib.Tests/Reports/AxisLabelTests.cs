using System.Globalization;
using System.Text.RegularExpressions;
using LsCalib.Reports;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;

namespace LsCalib.Tests.Reports;

/// <summary>Labels along the horizontal axes of panels side by side: all of them on the page, none in another.</summary>
public sealed partial class AxisLabelTests
{
    [Fact]
    public void Long_labels_are_neither_clipped_nor_meet()
    {
        static Panel Of(string title) => new(title, new Axis("difference", -0.0200001, 0.0000001), new Axis("", 0, 1), []);
        var figure = new Figure("t", "a", [[Of("one"), Of("two"), Of("three")]], [60], [], "c") { PlotWidth = 210, ColumnGap = 10, LabelSpace = 30 };
        string svg = FigureRenderer.ToSvg(figure, outlines: false);
        double width = double.Parse(Width().Match(svg).Groups[1].Value, CultureInfo.InvariantCulture);
        var labels = Label().Matches(svg).Select(match =>
        {
            double half = FigureFonts.Shipped.Regular.Width(match.Groups[2].Value, Theme.SmallSize) / 2;
            double x = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            return (Left: x - half, Right: x + half);
        }).OrderBy(label => label.Left).ToList();
        Assert.True(labels.Count >= 6, svg);
        Assert.All(labels, label => Assert.True(label.Left >= 0 && label.Right <= width, svg));
        Assert.All(labels.Zip(labels.Skip(1)), pair => Assert.True(pair.First.Right + 4 < pair.Second.Left, svg));
        Assert.DoesNotContain(">-0", svg, StringComparison.Ordinal);
    }

    [GeneratedRegex("<svg[^>]* width=\"([0-9.]+)")]
    private static partial Regex Width();

    [GeneratedRegex("<text x=\"([0-9.]+)\"[^>]*>(−?0\\.[0-9]+)</text>")]
    private static partial Regex Label();
}
