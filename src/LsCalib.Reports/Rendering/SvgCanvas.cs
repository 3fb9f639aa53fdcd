using System.Globalization;
using System.Security;
using System.Text;

namespace LsCalib.Reports.Rendering;

/// <summary>Where a text's anchor lies.</summary>
public enum TextAnchor
{
    Start,
    Middle,
    End,
}

/// <summary>
/// Writes SVG elements in points. Text is text, for people and search; or outlines, where a picture is made of it and
/// the machine's fonts must not matter.
/// </summary>
public sealed class SvgCanvas(bool outlines)
{
    private readonly StringBuilder _body = new();

    public void Rectangle(double x, double y, double width, double height, string fill, string? stroke = null, double opacity = 1) =>
        _body.Append(CultureInfo.InvariantCulture, $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\"")
            .Append(stroke is null ? "" : $" stroke=\"{stroke}\" stroke-width=\"0.8\"")
            .Append(opacity < 1 ? $" fill-opacity=\"{N(opacity)}\"" : "").Append("/>\n");

    public void Line(double x1, double y1, double x2, double y2, string stroke, double width, string? dashes = null) =>
        _body.Append(CultureInfo.InvariantCulture, $"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{stroke}\" stroke-width=\"{N(width)}\"")
            .Append(dashes is null ? "" : $" stroke-dasharray=\"{dashes}\"").Append("/>\n");

    public void Polyline(IEnumerable<(double X, double Y)> points, string stroke, double width, string? dashes = null) =>
        _body.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"))}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{N(width)}\"")
            .Append(dashes is null ? "" : $" stroke-dasharray=\"{dashes}\"").Append("/>\n");

    public void Polygon(IEnumerable<(double X, double Y)> points, string fill, double opacity = 1, string? stroke = null) =>
        _body.Append(CultureInfo.InvariantCulture, $"<polygon points=\"{string.Join(' ', points.Select(p => $"{N(p.X)},{N(p.Y)}"))}\" fill=\"{fill}\"")
            .Append(stroke is null ? "" : $" stroke=\"{stroke}\" stroke-width=\"1.3\"")
            .Append(opacity < 1 ? $" fill-opacity=\"{N(opacity)}\"" : "").Append("/>\n");

    public void Disc(double x, double y, double radius, string fill) =>
        _body.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{fill}\"/>\n");

    public void Text(string text, double x, double y, double size, TextAnchor anchor = TextAnchor.Start, bool bold = false, string fill = Theme.Ink, bool upright = false)
    {
        var font = bold ? FigureFonts.Shipped.Bold : FigureFonts.Shipped.Regular;
        string turn = upright ? $" transform=\"rotate(-90 {N(x)} {N(y)})\"" : "";
        if (outlines)
        {
            double width = font.Width(text, size);
            double start = anchor switch { TextAnchor.Middle => x - (width / 2), TextAnchor.End => x - width, _ => x };
            _body.Append(CultureInfo.InvariantCulture, $"<path d=\"{font.Outlines(text, start, y, size)}\" fill=\"{fill}\"{turn}/>\n");
            return;
        }

        string position = anchor switch { TextAnchor.Middle => " text-anchor=\"middle\"", TextAnchor.End => " text-anchor=\"end\"", _ => "" };
        _body.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\"{position}{(bold ? " font-weight=\"bold\"" : "")} fill=\"{fill}\"{turn}>{SecurityElement.Escape(text)}</text>\n");
    }

    /// <summary>The document.</summary>
    /// <param name="width">Width in points.</param>
    /// <param name="height">Height in points.</param>
    /// <param name="title">Title for readers of the file.</param>
    /// <param name="description">Text for those who cannot see it.</param>
    public string ToSvg(double width, double height, string title, string description) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{N(width)}" height="{N(height)}" viewBox="0 0 {N(width)} {N(height)}" font-family="{Theme.FontFamily}" role="img">
        <title>{SecurityElement.Escape(title)}</title>
        <desc>{SecurityElement.Escape(description)}</desc>
        <defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="5" stroke="{Theme.Gap}" stroke-width="2.2"/></pattern></defs>
        <rect width="{N(width)}" height="{N(height)}" fill="{Theme.Paper}"/>

        """.ReplaceLineEndings("\n") + _body + "</svg>\n";

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
