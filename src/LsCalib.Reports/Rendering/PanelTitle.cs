namespace LsCalib.Reports.Rendering;

/// <summary>The lines over a panel as they are drawn; the first of its title is bold.</summary>
internal sealed class PanelTitle
{
    /// <summary>How much wider than the panel its title may be.</summary>
    private const double Overhang = 14;

    /// <param name="title">Lines of the title; empty: none.</param>
    /// <param name="plotWidth">Width of the panel, in points.</param>
    /// <param name="isBroken">Whether the first line may be broken in two.</param>
    public PanelTitle(string title, double plotWidth, bool isBroken)
    {
        double width = plotWidth + Overhang;
        var lines = title.Split('\n');
        Name = title.Length == 0 ? []
            : isBroken ? TextLines.InTwo(lines[0], width, Theme.TextSize, FigureFonts.Shipped.Bold)
            : [TextLines.Shortened(lines[0], width, Theme.TextSize, FigureFonts.Shipped.Bold)];
        Numbers = [.. lines.Skip(1).Select(line => TextLines.Shortened(line, width, Theme.SmallSize, FigureFonts.Shipped.Regular))];
    }

    /// <summary>Lines of all.</summary>
    public int LineCount => Name.Count + Numbers.Count;

    private IReadOnlyList<string> Name { get; }

    private IReadOnlyList<string> Numbers { get; }

    /// <summary>Draws the lines, the last of them just above the panel.</summary>
    public void Draw(SvgCanvas canvas, PlotArea area)
    {
        for (int i = 0; i < LineCount; i++)
        {
            double y = area.Top - 7 - ((LineCount - 1 - i) * Theme.TextSize * 1.35);
            bool isName = i < Name.Count;
            canvas.Text(
                isName ? Name[i] : Numbers[i - Name.Count], area.Left + (area.Width / 2), y, isName ? Theme.TextSize : Theme.SmallSize, TextAnchor.Middle, bold: isName);
        }
    }
}
