using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LsCalib.Reports.Rendering;

namespace LsCalib.Tests.Reports;

/// <summary>What holds of every SVG document of a figure.</summary>
internal static class FigureChecks
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static IReadOnlyList<string> Texts(string svg) => [.. XDocument.Parse(svg).Descendants(Svg + "text").Select(element => element.Value)];

    public static void AllNumbersAreFinite(string svg)
    {
        string[] numeric = ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "points", "viewBox"];
        var numbers = XDocument.Parse(svg).Descendants().Attributes().Where(attribute => numeric.Contains(attribute.Name.LocalName)).ToList();
        Assert.NotEmpty(numbers);
        Assert.All(numbers, attribute => Assert.Matches(new Regex(@"^(-?\d+(\.\d+)?[ ,]?)+$"), attribute.Value));
        Assert.All(numbers.Where(attribute => attribute.Name.LocalName is "width" or "height"), attribute => Assert.False(attribute.Value.StartsWith('-'), attribute.Parent!.ToString()));
    }

    /// <summary>Texts lie on the page, and no two of them on each other.</summary>
    public static void TextsLieInside(string svg)
    {
        var root = XDocument.Parse(svg).Root!;
        double width = Number(root, "width");
        double height = Number(root, "height");
        var boxes = new List<(double Left, double Right, double Top, double Bottom, string Text)>();
        foreach (var element in root.Descendants(Svg + "text"))
        {
            double size = Number(element, "font-size");
            var font = element.Attribute("font-weight") is null ? FigureFonts.Shipped.Regular : FigureFonts.Shipped.Bold;
            double length = font.Width(element.Value, size);
            double x = Number(element, "x");
            double y = Number(element, "y");
            double before = element.Attribute("text-anchor")?.Value switch { "middle" => length / 2, "end" => length, _ => 0 };
            var box = element.Attribute("transform") is null
                ? (x - before, x - before + length, y - (0.75 * size), y, element.Value)
                : (x - (0.75 * size), x, y + before - length, y + before, element.Value);
            Assert.InRange(box.Item1, 0, width);
            Assert.InRange(box.Item2, 0, width);
            Assert.InRange(box.Item3, 0, height);
            Assert.InRange(box.Item4, 0, height);
            boxes.Add(box);
        }

        for (int i = 0; i < boxes.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                bool apart = boxes[i].Left >= boxes[j].Right || boxes[j].Left >= boxes[i].Right || boxes[i].Top >= boxes[j].Bottom || boxes[j].Top >= boxes[i].Bottom;
                Assert.True(apart, $"\"{boxes[i].Text}\" lies on \"{boxes[j].Text}\"");
            }
        }
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
