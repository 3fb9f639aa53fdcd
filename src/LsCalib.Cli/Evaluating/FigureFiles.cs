using System.Text;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;

namespace LsCalib.Cli.Evaluating;

/// <summary>The files of a figure: SVG, PNG where it can be drawn, and its numbers.</summary>
internal static class FigureFiles
{
    public static void Write(string name, FigureData data, OutputFolder folder)
    {
        folder.Write($"{name}.svg", Encoding.UTF8.GetBytes(FigureRenderer.ToSvg(data.Figure, outlines: false)));
        if (data.Csv is { } csv)
        {
            folder.Write($"{name}.csv", csv);
        }

        if (Png.Problem is null)
        {
            folder.Write($"{name}.png", stream => stream.Write(Png.FromSvg(FigureRenderer.ToSvg(data.Figure, outlines: true))));
        }
    }
}
