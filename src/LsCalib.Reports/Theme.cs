namespace LsCalib.Reports;

/// <summary>
/// How figures look. The colours are of Okabe and Ito's set for colour-blind readers, some darker; hatching, dashes and
/// shapes tell marks apart without any colour.
/// </summary>
public static class Theme
{
    public const string FontFamily = "DejaVu Sans, Verdana, sans-serif";
    public const double TitleSize = 15;
    public const double TextSize = 11;
    public const double SmallSize = 10;
    public const string Ink = "#1a1a1a";
    public const string Quiet = "#5a5a5a";
    public const string Grid = "#e3e3e3";
    public const string Paper = "#ffffff";
    public const string Measured = "#56a0d3";
    public const string MeasuredEdge = "#0b5a8a";
    public const double Pale = 0.3;
    public const string PaleMeasured = "#a9cbe3";
    public const string PaleGap = "#e6b79f";
    public const string Gap = "#b8420a";
    public const string Third = "#00785a";
    public const string Fourth = "#a8497f";
    public const string Noise = "#9c9c9c";
    public const string Box = "#f5e663";
    public const double Band = 0.4;
}
