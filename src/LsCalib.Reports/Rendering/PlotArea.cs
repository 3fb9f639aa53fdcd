using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Rendering;

/// <summary>Where a panel lies on the page, in points, and how its data is mapped there.</summary>
internal sealed record PlotArea(Panel Panel, double Left, double Top, double Width, double Height)
{
    /// <summary>Place of a value along the horizontal axis; values beyond its ends lie on them.</summary>
    public double X(double value) => Left + (Share(value, Panel.X) * Width);

    /// <summary>The same along the vertical axis, which runs upwards.</summary>
    public double Y(double value) => Top + Height - (Share(value, Panel.Y) * Height);

    private static double Share(double value, Axis axis)
    {
        double inside = Math.Clamp(value, axis.Min, axis.Max);
        return axis.IsLogarithmic ? Math.Log(inside / axis.Min) / Math.Log(axis.Max / axis.Min) : (inside - axis.Min) / (axis.Max - axis.Min);
    }
}
