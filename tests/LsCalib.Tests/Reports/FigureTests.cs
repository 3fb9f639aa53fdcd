using System.Xml.Linq;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;

namespace LsCalib.Tests.Reports;

public sealed class FigureTests
{
    private static readonly Figure Small = new(
        "Title with <angle> & signs", "What it shows",
        [[new Panel("a\nb", new Axis("x", 0, 1), new Axis("y", 0, 0.3, Percent: true),
            [new Mark.Bars([new Bar(0, 0.5, 0, 0.2)], MarkStyle.Measured), new Mark.Line([(0, 0), (1, 0.3)], MarkStyle.Reference), new Mark.Upright(0.9, "label", true, MarkStyle.Claimed)])]],
        [200], [new("bars", LegendKey.Bar)], "A caption that is long enough to be broken into several lines of text, as captions of figures in papers often are, or so it seems.");

    [Theory]
    [InlineData(0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0, 0.3, 3, "0.0 0.1 0.2 0.3")]
    [InlineData(0, 0.07, 3, "0.00 0.05")]
    [InlineData(-1, 1, 4, "−1.0 −0.5 0.0 0.5 1.0")]
    [InlineData(0, 12000, 3, "0 5000 10000")]
    [InlineData(0, 46, 2, "0 20 40")]
    public void Ticks_are_round_and_share_their_decimals(double min, double max, int wanted, string expected) =>
        Assert.Equal(expected, string.Join(' ', TickScale.Labels(TickScale.Ticks(min, max, wanted), percent: false)));

    [Theory]
    [InlineData(0.5, 2, "0.5 0.6 0.8 1 1.2 1.5 2")]
    [InlineData(0.5, 4.4, "0.5 0.7 1 1.5 2 3")]
    [InlineData(0.3, 9, "0.5 1 2 5")]
    [InlineData(0.02, 2, "0.02 0.05 0.1 0.2 0.5 1 2")]
    [InlineData(0.001, 10, "0.001 0.01 0.1 1 10")]
    [InlineData(1e-9, 1e9, "0.000000001 0.000001 0.001 1 1000 1000000 1000000000")]
    public void Ticks_of_a_logarithmic_axis_are_round_in_every_power_of_ten(double min, double max, string expected)
    {
        var axis = new Axis("T", min, max, IsLogarithmic: true);
        Assert.Equal(expected, string.Join(' ', TickScale.Labels(axis, TickScale.Ticks(axis, 5))));
    }

    [Fact]
    public void Equal_ratios_have_equal_lengths_on_a_logarithmic_axis()
    {
        var area = new PlotArea(new Panel("", new Axis("x", 0.5, 8, IsLogarithmic: true), new Axis("y", 0, 1), []), 10, 0, 400, 100);
        Assert.Equal([10, 110, 210, 310, 410], new[] { 0.5, 1, 2, 4, 8 }.Select(x => Math.Round(area.X(x), 9)));
        Assert.Equal([10, 410], new[] { 0.0, 9 }.Select(area.X));
    }

    [Fact]
    public void Text_is_text_for_people_and_outlines_for_pictures()
    {
        var text = XDocument.Parse(FigureRenderer.ToSvg(Small, outlines: false));
        var outlined = XDocument.Parse(FigureRenderer.ToSvg(Small, outlines: true));
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.Contains(text.Descendants(svg + "text"), element => element.Value == "Title with <angle> & signs");
        Assert.Empty(outlined.Descendants(svg + "text"));
        Assert.True(outlined.Descendants(svg + "path").Count() >= 10);
        Assert.Equal("What it shows", text.Root!.Element(svg + "desc")!.Value);
    }

    [Fact]
    public void Every_text_lies_inside_the_figure()
    {
        string svg = FigureRenderer.ToSvg(Small, outlines: false);
        FigureChecks.TextsLieInside(svg);
        FigureChecks.AllNumbersAreFinite(svg);
    }

    [Fact]
    public void Lines_and_bands_part_where_there_are_no_numbers_and_single_points_become_dots()
    {
        var panel = Small.Rows[0][0] with
        {
            Marks =
            [
                new Mark.Line([(0, 0.1), (0.2, 0.1), (0.3, double.NaN), (0.5, 0.2), (0.6, 0.2), (0.7, double.NaN), (0.9, 0.1)], MarkStyle.Second),
                new Mark.Band([(0, 0, 0.1), (0.1, 0, 0.1), (0.2, double.NaN, double.NaN), (0.3, 0, 0.1), (0.4, 0.1, 0.2)], MarkStyle.Noise),
                new Mark.Dots([(0.5, 0.1)], MarkStyle.Second),
            ],
        };
        var figure = Small with { Rows = [[panel]], Legend = [] };
        XNamespace svg = "http://www.w3.org/2000/svg";
        var root = XDocument.Parse(FigureRenderer.ToSvg(figure, outlines: false)).Root!;
        Assert.Equal(2, root.Elements(svg + "polyline").Count());
        Assert.All(root.Elements(svg + "polyline"), line => Assert.NotNull(line.Attribute("stroke-dasharray")));
        Assert.Single(root.Elements(svg + "circle"));
        Assert.Equal(3, root.Elements(svg + "polygon").Count());
    }

    [Theory]
    [InlineData(0.966, 0.911)]
    [InlineData(0.641, 0.522)]
    [InlineData(0.03, 0.01)]
    [InlineData(0.915, 0.911)]
    public void The_label_of_a_line_hides_no_other_line(double high, double low)
    {
        var panel = Small.Rows[0][0] with
        {
            Marks = [new Mark.Upright(low, $"accuracy {low}", true, MarkStyle.Measured), new Mark.Upright(high, $"mean confidence {high}", false, MarkStyle.Claimed)],
        };
        XNamespace svg = "http://www.w3.org/2000/svg";
        string drawn = FigureRenderer.ToSvg(Small with { Rows = [[panel]], Legend = [] }, outlines: false);
        FigureChecks.TextsLieInside(drawn);
        var root = XDocument.Parse(drawn).Root!;
        double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
        double[] lines = [.. root.Elements(svg + "line").Where(line => Number(line, "stroke-width") == 1.4).Select(line => Number(line, "x1"))];
        var papers = root.Elements(svg + "rect").Where(rect => Number(rect, "height") == 12).ToList();
        Assert.Equal((2, 2), (lines.Length, papers.Count));
        for (int i = 0; i < 2; i++)
        {
            double left = Number(papers[i], "x");
            Assert.DoesNotContain(lines[1 - i], lines.Where(line => line != lines[i] && line > left && line < left + Number(papers[i], "width")));
        }
    }

    [Fact]
    public void A_title_too_long_for_its_panel_loses_its_middle()
    {
        string name = string.Concat(Enumerable.Repeat("very ", 30)) + "long";
        var figure = Small with { Rows = [[Small.Rows[0][0] with { Title = name }]] };
        var shown = FigureChecks.Texts(FigureRenderer.ToSvg(figure, outlines: false)).Single(text => text.Contains('…', StringComparison.Ordinal));
        Assert.StartsWith("very very", shown, StringComparison.Ordinal);
        Assert.EndsWith("very long", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_font_knows_the_signs_that_figures_use() =>
        Assert.True(FigureFonts.Shipped.Regular.Covers("Σ − – √ ≤ ≥ α β é ü |x| … → ‖z‖₂") && FigureFonts.Shipped.Bold.Covers("T = 1.5"));

    [Fact]
    public void A_picture_does_not_need_the_fonts_of_the_machine()
    {
        if (Png.Problem is not null)
        {
            return;
        }

        // Text goes to the renderer as outlines, so a program that can find no font at all draws the same picture.
        string empty = Path.GetTempFileName();
        File.WriteAllText(empty, "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig></fontconfig>");
        string program = Path.Combine(AppContext.BaseDirectory, "ls-calib.dll");
        string folder = Directory.CreateTempSubdirectory("ls-calib-test-").FullName;
        try
        {
            string csv = Path.Combine(folder, "p.csv");
            File.WriteAllText(csv, "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat(".2,.8,1\n.3,.7,0\n.9,.1,0\n", 30)));
            byte[] Picture(string name, string? fonts)
            {
                var start = new System.Diagnostics.ProcessStartInfo("dotnet", [program, "evaluate", "--predictions", csv, "-o", Path.Combine(folder, name), "-q"]) { RedirectStandardOutput = true };
                if (fonts is not null)
                {
                    start.Environment["FONTCONFIG_FILE"] = fonts;
                }

                using var process = System.Diagnostics.Process.Start(start)!;
                process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                Assert.Equal(0, process.ExitCode);
                return File.ReadAllBytes(Path.Combine(folder, name, "reliability.png"));
            }

            Assert.Equal(Picture("with", null), Picture("without", empty));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            File.Delete(empty);
        }
    }
}
