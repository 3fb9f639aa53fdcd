using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Rendering;

/// <summary>Draws one panel: title, grid, marks, axes.</summary>
internal sealed class PanelRenderer(SvgCanvas canvas, Panel panel, double left, double top, double width, double height)
{
    private const double TickLength = 4;

    public void Draw()
    {
        Title();
        var xTicks = TickScale.Ticks(panel.X.Min, panel.X.Max, 5);
        var yTicks = TickScale.Ticks(panel.Y.Min, panel.Y.Max, (int)Math.Clamp(height / 40, 2, 6));
        foreach (double tick in yTicks)
        {
            canvas.Line(left, Y(tick), left + width, Y(tick), Theme.Grid, 0.8);
        }

        foreach (double tick in xTicks)
        {
            canvas.Line(X(tick), top, X(tick), top + height, Theme.Grid, 0.8);
        }

        foreach (var mark in panel.Marks)
        {
            Draw(mark);
        }

        // Labels last, so that no line runs through one.
        foreach (var upright in panel.Marks.OfType<Mark.Upright>())
        {
            Label(upright);
        }

        canvas.Line(left, top + height, left + width, top + height, Theme.Ink, 1);
        canvas.Line(left, top, left, top + height, Theme.Ink, 1);
        XAxis(xTicks);
        YAxis(yTicks);
    }

    private void Title()
    {
        if (panel.Title.Length == 0)
        {
            return;
        }

        var lines = panel.Title.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            double y = top - 7 - ((lines.Length - 1 - i) * Theme.TextSize * 1.35);
            canvas.Text(lines[i], left + (width / 2), y, i == 0 ? Theme.TextSize : Theme.SmallSize, TextAnchor.Middle, bold: i == 0);
        }
    }

    private void XAxis(IReadOnlyList<double> ticks)
    {
        var labels = TickScale.Labels(ticks, panel.X.Percent);
        for (int i = 0; i < ticks.Count; i++)
        {
            canvas.Line(X(ticks[i]), top + height, X(ticks[i]), top + height + TickLength, Theme.Ink, 1);
            if (panel.X.Label.Length > 0)
            {
                canvas.Text(labels[i], X(ticks[i]), top + height + 15, Theme.SmallSize, TextAnchor.Middle);
            }
        }

        if (panel.X.Label.Length > 0)
        {
            canvas.Text(panel.X.Label, left + (width / 2), top + height + 31, Theme.TextSize, TextAnchor.Middle);
        }
    }

    private void YAxis(IReadOnlyList<double> ticks)
    {
        var labels = TickScale.Labels(ticks, panel.Y.Percent);
        for (int i = 0; i < ticks.Count; i++)
        {
            canvas.Line(left - TickLength, Y(ticks[i]), left, Y(ticks[i]), Theme.Ink, 1);
            if (panel.Y.Label.Length > 0)
            {
                canvas.Text(labels[i], left - TickLength - 3, Y(ticks[i]) + 3.6, Theme.SmallSize, TextAnchor.End);
            }
        }

        if (panel.Y.Label.Length > 0)
        {
            canvas.Text(panel.Y.Label, left - 40, top + (height / 2), Theme.TextSize, TextAnchor.Middle, upright: true);
        }
    }

    private void Draw(Mark mark)
    {
        switch (mark)
        {
            case Mark.Bars bars:
                foreach (var bar in bars.Items)
                {
                    Draw(bar, bars.Style);
                }

                break;
            case Mark.Intervals intervals:
                foreach (var (x, low, high) in intervals.Items)
                {
                    canvas.Line(X(x), Y(low), X(x), Y(high), Theme.Ink, 1);
                    canvas.Line(X(x) - 3, Y(low), X(x) + 3, Y(low), Theme.Ink, 1);
                    canvas.Line(X(x) - 3, Y(high), X(x) + 3, Y(high), Theme.Ink, 1);
                }

                break;
            case Mark.Line line:
                canvas.Polyline(line.Points.Select(p => (X(p.X), Y(p.Y))), Theme.Ink, 1.4, Dashes(line.Style));
                break;
            case Mark.Upright upright:
                canvas.Line(X(upright.X), top, X(upright.X), top + height, Theme.Ink, 1.4, Dashes(upright.Style));
                break;
        }
    }

    private void Draw(Bar bar, MarkStyle style)
    {
        double x = X(bar.Left);
        double y = Y(Math.Max(bar.Low, bar.High));
        double w = X(bar.Right) - x;
        double h = Y(Math.Min(bar.Low, bar.High)) - y;
        if (style == MarkStyle.Gap)
        {
            canvas.Rectangle(x, y, w, h, "url(#hatch)", Theme.Gap, bar.IsPale ? Theme.Pale : 1);
        }
        else
        {
            canvas.Rectangle(x, y, w, h, Theme.Measured, Theme.MeasuredEdge, bar.IsPale ? Theme.Pale : 1);
        }
    }

    /// <summary>The label of a vertical line, beside its top, on the side where there is room.</summary>
    private void Label(Mark.Upright upright)
    {
        double x = X(upright.X);
        double length = FigureFonts.Shipped.Regular.Width(upright.Label, Theme.SmallSize) + 5;
        bool onLeft = upright.LabelOnLeft;
        if (onLeft && x - length < left)
        {
            onLeft = false;
        }
        else if (!onLeft && x + length > left + width)
        {
            onLeft = true;
        }

        // Both labels can end on one side: the second stands a line lower.
        double y = top + 10 + (onLeft == upright.LabelOnLeft ? 0 : Theme.SmallSize * 1.3);
        double start = onLeft ? x - length : x + 5;
        canvas.Rectangle(start - 1, y - 9, length - 3, 12, Theme.Paper);
        canvas.Text(upright.Label, start, y, Theme.SmallSize);
    }

    private static string? Dashes(MarkStyle style) => style switch
    {
        MarkStyle.Measured => null,
        MarkStyle.Claimed => "1.5 2.5",
        _ => "5 3",
    };

    private double X(double value) => left + ((Math.Clamp(value, panel.X.Min, panel.X.Max) - panel.X.Min) / (panel.X.Max - panel.X.Min) * width);

    private double Y(double value) => top + height - ((Math.Clamp(value, panel.Y.Min, panel.Y.Max) - panel.Y.Min) / (panel.Y.Max - panel.Y.Min) * height);
}
