namespace LsCalib.Reports.Figures;

/// <summary>How the panels of several stages are laid out: in lines of at most four, each a row for every kind of panel.</summary>
/// <param name="Count">Stages, at least 1.</param>
internal sealed record PanelGrid(int Count)
{
    private const double FullWidth = 300;

    /// <summary>Stages side by side; lines are as full as can be.</summary>
    public int Columns => Count switch
    {
        <= 3 => Count,
        4 => 2,
        5 or 6 or 9 => 3,
        _ => 4,
    };

    /// <summary>Width of each plot area, in points: less where many stand side by side, so that texts stay legible on a printed page.</summary>
    public double PlotWidth => Columns switch { <= 2 => FullWidth, 3 => 240, _ => 210 };

    /// <summary>Whether panels are too narrow for long texts.</summary>
    public bool IsNarrow => PlotWidth < FullWidth;

    /// <summary>The rows of panels.</summary>
    /// <param name="kinds">Each makes one panel of a stage, given its place and whether it is the first of its row.</param>
    public IReadOnlyList<IReadOnlyList<Panel>> Rows(params IReadOnlyList<Func<int, bool, Panel>> kinds) =>
    [
        .. Enumerable.Range(0, Count).Chunk(Columns).SelectMany(line => kinds.Select(kind => line.Select(place => kind(place, place == line[0])).ToList())),
    ];

    /// <summary>The heights of those rows, in points, smaller where panels are narrower.</summary>
    /// <param name="full">Height of each kind of panel at full width.</param>
    public IReadOnlyList<double> Heights(params IReadOnlyList<double> full)
    {
        int lines = (Count + Columns - 1) / Columns;
        return [.. Enumerable.Repeat(full.Select(height => Math.Round(height * (1 + (PlotWidth / FullWidth)) / 2)), lines).SelectMany(heights => heights)];
    }
}
