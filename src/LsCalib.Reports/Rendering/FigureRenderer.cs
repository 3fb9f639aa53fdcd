using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Rendering;

/// <summary>Places a figure's panels, axes, legend and caption, and draws them.</summary>
public static class FigureRenderer
{
    private const double Margin = 16;
    private const double RowGap = 16;
    private const double AxisSpace = 38;
    private const double LineHeight = 1.35;
    private static readonly Panel Sample = new("", new Axis("", 0, 1), new Axis("", 0, 1), []);

    /// <summary>The figure as SVG.</summary>
    /// <param name="figure">What to draw.</param>
    /// <param name="outlines">Draw text as outlines, independent of the machine's fonts.</param>
    public static string ToSvg(Figure figure, bool outlines)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var canvas = new SvgCanvas(outlines);
        int columns = Math.Max(1, figure.Rows.Max(row => row.Count));

        var overhangs = figure.Rows.Select(row => row.Select(panel => PanelRenderer.Overhang(new(panel, 0, 0, figure.PlotWidth, 1))).ToList()).ToList();
        double gap = overhangs.SelectMany(row => row.Zip(row.Skip(1), (left, right) => left.Right + PanelRenderer.Between + right.Left)).Append(figure.ColumnGap).Max();
        double rightMargin = Math.Max(Margin, overhangs.Where(row => row.Count == columns).Max(row => row[^1].Right) + 6);

        // A single column still has room for its title, legend and caption.
        double width = Math.Max(460, Margin + rightMargin + figure.LabelSpace + (columns * figure.PlotWidth) + ((columns - 1) * gap));
        double y = Margin + Theme.TitleSize;
        foreach (string line in TextLines.Wrap(figure.Title, width - (2 * Margin), Theme.TitleSize, FigureFonts.Shipped.Bold))
        {
            canvas.Text(line, Margin, y, Theme.TitleSize, bold: true);
            y += Theme.TitleSize * LineHeight;
        }

        y = Legend(canvas, figure.Legend, y + 2, width) + 10;
        for (int r = 0; r < figure.Rows.Count; r++)
        {
            var titles = figure.Rows[r].Select(panel => new PanelTitle(panel.Title, figure.PlotWidth, figure.BreaksTitles)).ToList();
            y += titles.Max(title => title.LineCount) * Theme.TextSize * LineHeight;
            for (int c = 0; c < figure.Rows[r].Count; c++)
            {
                double x = Margin + figure.LabelSpace + (c * (figure.PlotWidth + gap));
                new PanelRenderer(canvas, new(figure.Rows[r][c], x, y, figure.PlotWidth, figure.RowHeights[r]), titles[c]).Draw();
            }

            y += figure.RowHeights[r] + (figure.Rows[r].Any(panel => panel.X.Label.Length > 0) ? AxisSpace : 4) + RowGap;
        }

        foreach (string line in TextLines.Wrap(figure.Caption, width - (2 * Margin), Theme.SmallSize, FigureFonts.Shipped.Regular))
        {
            canvas.Text(line, Margin, y, Theme.SmallSize, fill: Theme.Quiet);
            y += Theme.SmallSize * LineHeight;
        }

        return canvas.ToSvg(width, y - (Theme.SmallSize * LineHeight) + Margin, figure.Title, figure.AltText);
    }

    /// <summary>Draws the entries in lines as wide as the figure, and returns where they end.</summary>
    private static double Legend(SvgCanvas canvas, IReadOnlyList<LegendEntry> entries, double y, double width)
    {
        const double Key = 22;
        const double Gap = 18;
        double x = Margin;
        foreach (var entry in entries)
        {
            string text = TextLines.Shortened(entry.Text, width - (2 * Margin) - Key - 6, Theme.TextSize, FigureFonts.Shipped.Regular);
            double length = Key + 6 + FigureFonts.Shipped.Regular.Width(text, Theme.TextSize);
            if (x > Margin && x + length > width - Margin)
            {
                x = Margin;
                y += Theme.TextSize * 1.6;
            }

            var sample = new MarkRenderer(canvas, new(Sample, x, y - 10, Key, 11));
            sample.Draw(SampleOf(entry));
            canvas.Text(text, x + Key + 6, y, Theme.TextSize);
            x += length + Gap;
        }

        return y + 8;
    }

    /// <summary>What a legend shows of a mark, in a panel of its own from 0 to 1.</summary>
    private static Mark SampleOf(LegendEntry entry) => entry.Key switch
    {
        LegendKey.Bar => new Mark.Bars([new Bar(0, 1, 0, 1)], entry.Style),
        LegendKey.Interval => new Mark.Intervals([(0.5, 0, 1)], entry.Style),
        LegendKey.Band => new Mark.Band([(0, 0, 1), (1, 0, 1)], entry.Style),
        LegendKey.Dot => new Mark.Dots([(0.5, 0.5)], entry.Style),
        _ => new Mark.Line([(0, 0.5), (1, 0.5)], entry.Style),
    };
}
