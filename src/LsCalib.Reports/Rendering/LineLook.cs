using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Rendering;

/// <summary>How a line is drawn: each by dashes or width, not by colour alone.</summary>
/// <param name="Colour">Stroke.</param>
/// <param name="Width">In points.</param>
/// <param name="Dashes">Lengths of dashes and gaps, or null.</param>
internal readonly record struct LineLook(string Colour, double Width, string? Dashes)
{
    public static LineLook Of(MarkStyle style) => style switch
    {
        MarkStyle.Measured => new(Theme.MeasuredEdge, 2, null),
        MarkStyle.Second => new(Theme.Gap, 1.7, "7 3"),
        MarkStyle.Third => new(Theme.Third, 1.9, "1.8 2.4"),
        MarkStyle.Fourth => new(Theme.Fourth, 1.7, "8 2.5 1.8 2.5"),
        MarkStyle.Noise => new(Theme.Quiet, 1.1, null),
        MarkStyle.Faint => new(Theme.MeasuredEdge, 0.7, null),
        MarkStyle.Claimed => new(Theme.Ink, 1.4, "1.5 2.5"),
        _ => new(Theme.Ink, 1.4, "5 3"),
    };
}
