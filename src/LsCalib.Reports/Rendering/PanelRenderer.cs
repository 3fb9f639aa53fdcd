using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Rendering;

/// <summary>Draws one panel: title, grid, marks, axes.</summary>
internal sealed class PanelRenderer(SvgCanvas canvas, PlotArea area, PanelTitle title)
{
    /// <summary>Points between labels of an axis, so that they are read as two.</summary>
    public const double Between = 8;

    private const double TickLength = 4;

    /// <summary>How far the labels of the horizontal axis reach beyond the sides of the plot area, in points.</summary>
    public static (double Left, double Right) Overhang(PlotArea area)
    {
        if (area.Panel.X.Label.Length == 0)
        {
            return (0, 0);
        }

        var ticks = XTicks(area);
        var ends = ticks.Zip(TickScale.Labels(area.Panel.X, ticks), (tick, label) =>
            (Middle: area.X(tick), Half: FigureFonts.Shipped.Regular.Width(label, Theme.SmallSize) / 2)).ToList();
        return (
            Math.Max(0, ends.Max(end => area.Left - end.Middle + end.Half)),
            Math.Max(0, ends.Max(end => end.Middle + end.Half - area.Left - area.Width)));
    }

    public void Draw()
    {
        title.Draw(canvas, area);
        var xTicks = XTicks(area);
        var yTicks = area.Panel.Y.Names is not null ? [] : TickScale.Ticks(area.Panel.Y, (int)Math.Clamp(area.Height / 40, 2, 6));
        foreach (double tick in yTicks)
        {
            canvas.Line(area.Left, area.Y(tick), area.Left + area.Width, area.Y(tick), Theme.Grid, 0.8);
        }

        foreach (double tick in xTicks)
        {
            canvas.Line(area.X(tick), area.Top, area.X(tick), area.Top + area.Height, Theme.Grid, 0.8);
        }

        var marks = new MarkRenderer(canvas, area);
        foreach (var mark in area.Panel.Marks)
        {
            marks.Draw(mark);
        }

        // Labels last, so that no line runs through one.
        foreach (var upright in area.Panel.Marks.OfType<Mark.Upright>())
        {
            Label(upright);
        }

        canvas.Line(area.Left, area.Top + area.Height, area.Left + area.Width, area.Top + area.Height, Theme.Ink, 1);
        canvas.Line(area.Left, area.Top, area.Left, area.Top + area.Height, Theme.Ink, 1);
        XAxis(xTicks);
        YAxis(yTicks);
    }

    /// <summary>About five ticks, fewer where their labels are too long for that.</summary>
    private static IReadOnlyList<double> XTicks(PlotArea area)
    {
        for (int wanted = 5; ; wanted--)
        {
            var ticks = TickScale.Ticks(area.Panel.X, wanted);
            var widths = TickScale.Labels(area.Panel.X, ticks).Select(label => FigureFonts.Shipped.Regular.Width(label, Theme.SmallSize)).ToList();
            if (wanted == 2 || area.Panel.X.Label.Length == 0
                || Enumerable.Range(1, Math.Max(0, ticks.Count - 1)).All(i => area.X(ticks[i]) - area.X(ticks[i - 1]) >= ((widths[i] + widths[i - 1]) / 2) + Between))
            {
                return ticks;
            }
        }
    }

    private void XAxis(IReadOnlyList<double> ticks)
    {
        var labels = TickScale.Labels(area.Panel.X, ticks);
        for (int i = 0; i < ticks.Count; i++)
        {
            canvas.Line(area.X(ticks[i]), area.Top + area.Height, area.X(ticks[i]), area.Top + area.Height + TickLength, Theme.Ink, 1);
            if (area.Panel.X.Label.Length > 0)
            {
                canvas.Text(labels[i], area.X(ticks[i]), area.Top + area.Height + 15, Theme.SmallSize, TextAnchor.Middle);
            }
        }

        if (area.Panel.X.Label.Length > 0)
        {
            canvas.Text(area.Panel.X.Label, area.Left + (area.Width / 2), area.Top + area.Height + 31, Theme.TextSize, TextAnchor.Middle);
        }
    }

    private void YAxis(IReadOnlyList<double> ticks)
    {
        if (area.Panel.Y.Names is { } names)
        {
            for (int i = 0; i < names.Count; i++)
            {
                canvas.Text(names[i], area.Left - TickLength - 3, area.Y(names.Count - i - 0.5) + 3.6, Theme.SmallSize, TextAnchor.End);
            }

            return;
        }

        var labels = TickScale.Labels(area.Panel.Y, ticks);
        for (int i = 0; i < ticks.Count; i++)
        {
            canvas.Line(area.Left - TickLength, area.Y(ticks[i]), area.Left, area.Y(ticks[i]), Theme.Ink, 1);
            if (area.Panel.Y.Label.Length > 0)
            {
                canvas.Text(labels[i], area.Left - TickLength - 3, area.Y(ticks[i]) + 3.6, Theme.SmallSize, TextAnchor.End);
            }
        }

        if (area.Panel.Y.Label.Length > 0)
        {
            double widest = labels.Select(label => FigureFonts.Shipped.Regular.Width(label, Theme.SmallSize)).DefaultIfEmpty().Max();
            canvas.Text(area.Panel.Y.Label, area.Left - Math.Max(40, TickLength + 3 + widest + 7), area.Top + (area.Height / 2), Theme.TextSize, TextAnchor.Middle, upright: true);
        }
    }

    /// <summary>The label of a vertical line, beside its top, on the side where there is room.</summary>
    private void Label(Mark.Upright upright)
    {
        double x = area.X(upright.X);
        double length = FigureFonts.Shipped.Regular.Width(upright.Label, Theme.SmallSize) + 5;
        bool onLeft = upright.LabelOnLeft;
        if (onLeft && x - length < area.Left)
        {
            onLeft = false;
        }
        else if (!onLeft && x + length > area.Left + area.Width)
        {
            onLeft = true;
        }

        // Both labels can end on one side: the second stands a line lower.
        double y = area.Top + 10 + (onLeft == upright.LabelOnLeft ? 0 : Theme.SmallSize * 1.3);
        double start = onLeft ? x - length : x + 5;

        // Nor may its paper hide the line of another: rather some of its own, or it stands on the other's far side.
        foreach (var other in area.Panel.Marks.OfType<Mark.Upright>().Where(other => other != upright))
        {
            double line = area.X(other.X);
            double atEdge = upright.LabelOnLeft ? area.Left + 2 : area.Left + area.Width - length + 3;
            double past = onLeft ? line - length : line + 5;
            if (Hides(start, line))
            {
                start = !Hides(atEdge, line) ? atEdge : past >= area.Left && past + length - 5 <= area.Left + area.Width ? past : start;
            }
        }

        canvas.Rectangle(start - 1, y - 9, length - 3, 12, Theme.Paper);
        canvas.Text(upright.Label, start, y, Theme.SmallSize);

        bool Hides(double from, double line) => line >= from - 2 && line <= from + length - 3;
    }
}
