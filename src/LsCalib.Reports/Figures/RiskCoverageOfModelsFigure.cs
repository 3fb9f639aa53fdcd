using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>
/// Risk and coverage of several models by maximum probability: their curves in one panel, or, where they are more than
/// there are kinds of lines, each in a panel of its own.
/// </summary>
public static class RiskCoverageOfModelsFigure
{
    private static readonly MarkStyle[] Styles = [MarkStyle.Measured, MarkStyle.Second, MarkStyle.Third, MarkStyle.Fourth];

    /// <summary>The figure; its data are the curve and the optimal curve of each model.</summary>
    /// <param name="source">The models.</param>
    public static FigureData From(FigureSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var curves = source.Stages.Select(RiskCurve.OfMaximumProbability).ToList();
        var csv = new CsvDocument($"{source.KeyColumn},{RiskCurve.Columns}");
        foreach (var (stage, curve) in source.Stages.Zip(curves))
        {
            curve.WriteTo(csv, stage.Key);
            curve.WriteOptimalTo(csv, stage.Key);
        }

        double top = Math.Min(1, 1.08 * curves.Max(curve => curve.Points.Max(point => point.Risk)));
        var axis = new Axis("risk (error rate)", 0, top > 0 ? top : 0.01);
        var parts = source.Stages.Zip(curves, (stage, curve) => FormattableString.Invariant($"{stage.Title}: AURC {curve.Risk.Aurc:0.0000}")).ToList();
        bool isShared = curves.Count > 1 && curves.Count <= Styles.Length;
        var figure = new Figure(
            $"Risk and coverage of {source.Name}",
            $"Error rate against coverage of {source.Name}, by maximum probability. {string.Join("; ", parts)}.",
            [],
            [],
            [],
            FormattableString.Invariant($"{source.Size} {RiskCoverageFigure.Definition} Confidence is the maximum probability. AURC: area under the curve.{(isShared ? "" : " " + RiskCoverageFigure.Optimal)}"))
        {
            BreaksTitles = source.IsOfModels,
        };
        return new(isShared ? Shared(figure, curves, parts, axis) : Apart(figure, source.Stages, curves, axis), csv.ToBytes());
    }

    private static Figure Shared(Figure figure, List<RiskCurve> curves, List<string> parts, Axis risk) => figure with
    {
        Rows = [[new Panel("", new Axis("coverage", 0, 1), risk, [.. curves.Select((curve, i) => curve.Line(Styles[i]))])]],
        RowHeights = [250],
        PlotWidth = 380,
        Legend = [.. parts.Select((text, i) => new LegendEntry(text, LegendKey.Line, Styles[i]))],
    };

    private static Figure Apart(Figure figure, IReadOnlyList<FigureStage> stages, List<RiskCurve> curves, Axis risk)
    {
        var grid = new PanelGrid(curves.Count);
        return figure with
        {
            Rows = grid.Rows((i, first) => new Panel(
                FormattableString.Invariant($"{stages[i].Title}\nAURC {curves[i].Risk.Aurc:0.0000}   (optimal {curves[i].Risk.OptimalAurc:0.0000})"),
                new Axis("coverage", 0, 1),
                first ? risk : risk with { Label = "" },
                [curves[i].OptimalLine(), curves[i].Line(MarkStyle.Measured)])),
            RowHeights = grid.Heights(250),
            PlotWidth = grid.PlotWidth,
            Legend = [new("maximum probability", LegendKey.Line), new("optimal", LegendKey.Line, MarkStyle.Reference)],
        };
    }
}
