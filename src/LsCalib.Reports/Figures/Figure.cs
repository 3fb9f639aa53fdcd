namespace LsCalib.Reports.Figures;

/// <summary>A figure in the space of its data: numbers and words. How it looks is the renderer's and the theme's part.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="AltText">The same for those who cannot see it.</param>
/// <param name="Rows">Panels in rows; panels of one column share their width.</param>
/// <param name="RowHeights">Height of each row's plot areas, in points.</param>
/// <param name="Legend">What the marks mean.</param>
/// <param name="Caption">How to read it: definitions, n.</param>
public sealed record Figure(
    string Title,
    string AltText,
    IReadOnlyList<IReadOnlyList<Panel>> Rows,
    IReadOnlyList<double> RowHeights,
    IReadOnlyList<LegendEntry> Legend,
    string Caption)
{
    /// <summary>Width of each plot area, in points.</summary>
    public double PlotWidth { get; init; } = 300;

    /// <summary>Room left of the first panel of a row for its axis' labels, in points.</summary>
    public double LabelSpace { get; init; } = 52;

    /// <summary>Room between two panels of a row, in points.</summary>
    public double ColumnGap { get; init; } = 26;

    /// <summary>Whether the first line of a panel's title may be broken in two; what is longer still loses its middle.</summary>
    public bool BreaksTitles { get; init; }
}

/// <summary>One pair of axes with its marks, drawn in order.</summary>
public sealed record Panel(string Title, Axis X, Axis Y, IReadOnlyList<Mark> Marks);

/// <summary>An axis from Min to Max.</summary>
/// <param name="Label">Quantity, with its unit where it has one; empty: none, and no tick labels either.</param>
/// <param name="Min">Lower end.</param>
/// <param name="Max">Upper end.</param>
/// <param name="Percent">Tick labels are percentages of a fraction.</param>
/// <param name="IsLogarithmic">Equal ratios have equal lengths; the ends are positive.</param>
public sealed record Axis(string Label, double Min, double Max, bool Percent = false, bool IsLogarithmic = false)
{
    /// <summary>
    /// Names in place of numbers along a vertical axis from 0 to their number, the first at its top, each in the middle of its unit; an
    /// empty list: neither names nor numbers. Null: numbers.
    /// </summary>
    public IReadOnlyList<string>? Names { get; init; }
}

/// <summary>How a mark is drawn; each differs from the others by more than its colour.</summary>
public enum MarkStyle
{
    /// <summary>The measured quantity: filled.</summary>
    Measured,

    /// <summary>A difference: hatched.</summary>
    Gap,

    /// <summary>A reference: dashed line.</summary>
    Reference,

    /// <summary>A second quantity: dotted line.</summary>
    Claimed,

    /// <summary>The second of several measured quantities: long dashes.</summary>
    Second,

    /// <summary>The third of them: dots.</summary>
    Third,

    /// <summary>The fourth of them: dashes and dots.</summary>
    Fourth,

    /// <summary>What chance alone would show: grey.</summary>
    Noise,

    /// <summary>A measured quantity that rests on too little to be read: thin.</summary>
    Faint,
}

/// <summary>Something drawn in a panel; what is pale rests on too little to be read.</summary>
public abstract record Mark
{
    /// <summary>Rectangles from Low to High over the range Left to Right.</summary>
    public sealed record Bars(IReadOnlyList<Bar> Items, MarkStyle Style) : Mark;

    /// <summary>Vertical intervals: lines with end caps, or in the style of noise narrow boxes.</summary>
    public sealed record Intervals(IReadOnlyList<(double X, double Low, double High)> Items, MarkStyle Style = MarkStyle.Measured, bool IsPale = false) : Mark;

    /// <summary>Horizontal intervals: lines with end caps.</summary>
    public sealed record Sideways(IReadOnlyList<(double Y, double Low, double High)> Items) : Mark;

    /// <summary>The area between two lines; a point without numbers (NaN) parts it.</summary>
    public sealed record Band(IReadOnlyList<(double X, double Low, double High)> Items, MarkStyle Style) : Mark;

    /// <summary>Markers: discs, or in the second style open diamonds.</summary>
    public sealed record Dots(IReadOnlyList<(double X, double Y)> Points, MarkStyle Style, bool IsPale = false) : Mark;

    /// <summary>A line through points; a point without numbers (NaN) parts it.</summary>
    public sealed record Line(IReadOnlyList<(double X, double Y)> Points, MarkStyle Style) : Mark;

    /// <summary>A line over the whole height, with a label at its top.</summary>
    public sealed record Upright(double X, string Label, bool LabelOnLeft, MarkStyle Style) : Mark;
}

/// <summary>A rectangle in data space; a pale one rests on too little to be read.</summary>
public readonly record struct Bar(double Left, double Right, double Low, double High, bool IsPale = false);

/// <summary>One line of a legend.</summary>
/// <param name="Text">What the sample stands for.</param>
/// <param name="Key">Kind of the sample.</param>
/// <param name="Style">Its style, where the kind has several.</param>
public sealed record LegendEntry(string Text, LegendKey Key, MarkStyle Style = MarkStyle.Measured);

/// <summary>The sample drawn beside a legend's text.</summary>
public enum LegendKey
{
    /// <summary>A bar.</summary>
    Bar,

    /// <summary>An interval.</summary>
    Interval,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A band.</summary>
    Band,

    /// <summary>A marker.</summary>
    Dot,
}
