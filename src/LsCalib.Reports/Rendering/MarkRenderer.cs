using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Rendering;

/// <summary>Draws marks into a plot area.</summary>
internal sealed class MarkRenderer(SvgCanvas canvas, PlotArea area)
{
    private const double CapHalf = 4;
    private const double BoxHalf = 2.5;
    private const double Thin = 3;
    private const double DotRadius = 2.6;
    private const double DiamondHalf = 3.6;

    public void Draw(Mark mark)
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
                    Interval(area.X(x), area.Y(low), area.Y(high), intervals);
                }

                break;
            case Mark.Sideways sideways:
                foreach (var (y, low, high) in sideways.Items)
                {
                    Sideways(area.Y(y), area.X(low), area.X(high));
                }

                break;
            case Mark.Band band:
                Draw(band);
                break;
            case Mark.Dots dots:
                foreach (var (x, y) in dots.Points)
                {
                    Dot(area.X(x), area.Y(y), dots);
                }

                break;
            case Mark.Line line:
                Draw(line);
                break;
            case Mark.Upright upright:
                canvas.Line(area.X(upright.X), area.Top, area.X(upright.X), area.Top + area.Height, Theme.Ink, 1.4, LineLook.Of(upright.Style).Dashes);
                break;
        }
    }

    private void Draw(Bar bar, MarkStyle style)
    {
        // Outlines of bars no wider than they would be all that is seen.
        double x = area.X(bar.Left);
        double y = area.Y(Math.Max(bar.Low, bar.High));
        double w = area.X(bar.Right) - x;
        double h = area.Y(Math.Min(bar.Low, bar.High)) - y;
        if (style == MarkStyle.Gap)
        {
            canvas.Rectangle(x, y, w, h, "url(#hatch)", w < Thin ? null : Theme.Gap, bar.IsPale ? Theme.Pale : 1);
        }
        else
        {
            canvas.Rectangle(x, y, w, h, Theme.Measured, w < Thin ? null : Theme.MeasuredEdge, bar.IsPale ? Theme.Pale : 1);
        }
    }

    private void Interval(double x, double low, double high, Mark.Intervals intervals)
    {
        if (intervals.Style == MarkStyle.Noise)
        {
            canvas.Rectangle(x - BoxHalf, high, 2 * BoxHalf, Math.Max(low - high, 0.8), Theme.Box, intervals.IsPale ? Theme.Noise : Theme.Ink, intervals.IsPale ? Theme.Pale : 1);
            return;
        }

        string colour = intervals.IsPale ? Theme.Noise : Theme.Ink;
        canvas.Line(x, low, x, high, colour, 1);
        canvas.Line(x - CapHalf, low, x + CapHalf, low, colour, 1);
        canvas.Line(x - CapHalf, high, x + CapHalf, high, colour, 1);
    }

    private void Sideways(double y, double low, double high)
    {
        canvas.Line(low, y, high, y, Theme.Ink, 1);
        canvas.Line(low, y - CapHalf, low, y + CapHalf, Theme.Ink, 1);
        canvas.Line(high, y - CapHalf, high, y + CapHalf, Theme.Ink, 1);
    }

    private void Dot(double x, double y, Mark.Dots dots)
    {
        if (dots.Style == MarkStyle.Second)
        {
            canvas.Polygon([(x - DiamondHalf, y), (x, y - DiamondHalf), (x + DiamondHalf, y), (x, y + DiamondHalf)], Theme.Paper, stroke: dots.IsPale ? Theme.PaleGap : Theme.Gap);
        }
        else
        {
            canvas.Disc(x, y, DotRadius, dots.IsPale ? Theme.PaleMeasured : LineLook.Of(dots.Style).Colour);
        }
    }

    private void Draw(Mark.Band band)
    {
        string fill = band.Style == MarkStyle.Noise ? Theme.Noise : Theme.Measured;
        foreach (var run in Runs(band.Items, item => double.IsNaN(item.Low + item.High)))
        {
            var upper = run.Select(item => (area.X(item.X), area.Y(item.High)));
            var lower = run.Select(item => (area.X(item.X), area.Y(item.Low))).Reverse();
            canvas.Polygon(upper.Concat(lower), fill, Theme.Band);
        }
    }

    /// <summary>A run of one point would be invisible: it becomes a dot as wide as the line, wider where there is no other.</summary>
    private void Draw(Mark.Line line)
    {
        var look = LineLook.Of(line.Style);
        var runs = Runs(line.Points, point => double.IsNaN(point.Y)).ToList();
        foreach (var run in runs)
        {
            if (run.All(point => point == run[0]))
            {
                canvas.Disc(area.X(run[0].X), area.Y(run[0].Y), runs.Count == 1 ? look.Width : look.Width / 2, look.Colour);
            }
            else
            {
                canvas.Polyline(run.Select(p => (area.X(p.X), area.Y(p.Y))), look.Colour, look.Width, look.Dashes);
            }
        }
    }

    /// <summary>Neighbouring items without those that have no numbers.</summary>
    private static IEnumerable<List<T>> Runs<T>(IReadOnlyList<T> items, Func<T, bool> isGap)
    {
        var run = new List<T>();
        foreach (var item in items)
        {
            if (!isGap(item))
            {
                run.Add(item);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}
