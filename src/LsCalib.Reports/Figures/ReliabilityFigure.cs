using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>The reliability diagram (Guo et al. 2017, figure 4): accuracy against confidence, and how many rows claim what.</summary>
public static class ReliabilityFigure
{
    private const double DiagramHeight = 250;
    private const double HistogramHeight = 80;
    private const int FewRows = 10;

    /// <summary>Bins narrower than this, in points, leave no room for a box and an interval each.</summary>
    private const double NarrowBin = 8;

    /// <summary>The stages of a run or the models side by side.</summary>
    public static Figure From(FigureSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var stages = source.Stages;
        var grid = new PanelGrid(stages.Count);
        bool crowded = IsCrowded(source, grid);
        double most = stages.Max(stage => stage.Evaluation.Reliability.Bins.Max(bin => bin.Weight / stage.Evaluation.Reliability.TotalWeight));
        return new Figure(
            $"Reliability of {source.Name}",
            AltText(source),
            grid.Rows(
                (i, first) => Diagram(stages[i], source, grid, first, crowded),
                (i, first) => Histogram(stages[i], Math.Min(1, most * 1.7), grid, first)),
            grid.Heights(DiagramHeight, HistogramHeight),
            [
                new("accuracy", LegendKey.Bar),
                new("gap to mean confidence", LegendKey.Bar, MarkStyle.Gap),
                .. crowded || stages.All(stage => stage.IsGrouped)
                    ? Array.Empty<LegendEntry>()
                    : [new LegendEntry(FormattableString.Invariant($"{source.Level:0.###%} interval of accuracy"), LegendKey.Interval)],
                new("calibrated model, 5–95%", crowded ? LegendKey.Band : LegendKey.Interval, MarkStyle.Noise),
                new("perfect calibration", LegendKey.Line, MarkStyle.Reference),
            ],
            Caption(source, grid))
        {
            PlotWidth = grid.PlotWidth,
            BreaksTitles = source.IsOfModels,
        };
    }

    private static bool IsCrowded(FigureSource source, PanelGrid grid) =>
        grid.PlotWidth < NarrowBin * source.Stages.Max(stage => stage.Evaluation.Reliability.Bins.Length);

    private static Panel Diagram(FigureStage stage, FigureSource source, PanelGrid grid, bool first, bool crowded)
    {
        var table = stage.Evaluation.Reliability;
        var bins = table.Bins.Where(bin => bin.Weight > 0).ToList();
        var boxes = table.Bins.Zip(stage.Evaluation.ConsistencyBars).Where(pair => pair.Second is not null).ToList();
        var ece = stage.Evaluation[source.EceKey];
        string noise = FormattableString.Invariant($"noise floor {ece.NoiseFloor!.Mean:0.0000}, 95% below {ece.NoiseFloor.Q95:0.0000}");
        return new Panel(
            FormattableString.Invariant($"{stage.Title}\nECE {ece.Value:0.0000}{(grid.IsNarrow ? $"\n{noise}" : $"   ({noise})")}"),
            new Axis("", 0, 1),
            new Axis(first ? "accuracy" : "", 0, 1),
            [
                new Mark.Bars([.. bins.Select(bin => new Bar(bin.Lower, bin.Upper, 0, bin.Accuracy, bin.EffectiveCount < FewRows))], MarkStyle.Measured),
                new Mark.Bars([.. bins.Select(bin => new Bar(bin.Lower, bin.Upper, Math.Min(bin.Accuracy, bin.MeanConfidence), Math.Max(bin.Accuracy, bin.MeanConfidence), bin.EffectiveCount < FewRows))], MarkStyle.Gap),
                .. crowded
                    ? [new Mark.Band([.. boxes.Select(pair => (pair.First.MeanConfidence, pair.Second!.Lower, pair.Second.Upper))], MarkStyle.Noise)]
                    : new Mark[] { Boxes(boxes, isPale: true), Boxes(boxes, isPale: false) },
                new Mark.Line([(0, 0), (1, 1)], MarkStyle.Reference),

                // Wilson's intervals take rows as independent, which grouped rows are not.
                Wilson(crowded || stage.IsGrouped ? [] : bins, source.Level, isPale: true),
                Wilson(crowded || stage.IsGrouped ? [] : bins, source.Level, isPale: false),
            ]);
    }

    private static Mark.Intervals Boxes(IEnumerable<(ReliabilityBin Bin, Interval? Bar)> boxes, bool isPale) => new(
        [.. boxes.Where(pair => pair.Bin.EffectiveCount < FewRows == isPale).Select(pair => (pair.Bin.MeanConfidence, pair.Bar!.Lower, pair.Bar.Upper))], MarkStyle.Noise, isPale);

    private static Mark.Intervals Wilson(IEnumerable<ReliabilityBin> bins, double level, bool isPale) => new(
        [.. bins.Where(bin => bin.EffectiveCount < FewRows == isPale).Select(bin => (bin.MeanConfidence, RunTables.Interval(bin, level)!)).Select(pair => (pair.MeanConfidence, pair.Item2.Lower, pair.Item2.Upper))],
        IsPale: isPale);

    private static Panel Histogram(FigureStage stage, double top, PanelGrid grid, bool first)
    {
        var table = stage.Evaluation.Reliability;
        double accuracy = stage.Evaluation["accuracy"].Value;
        double confidence = stage.Evaluation["mean-confidence"].Value;
        string words = grid.IsNarrow ? "acc." : "accuracy";
        string claims = grid.IsNarrow ? "conf." : "mean confidence";
        return new Panel(
            "",
            new Axis("confidence", 0, 1),
            new Axis(!first ? "" : stage.IsWeighted ? "share of weight" : "share of rows", 0, top, Percent: true),
            [
                new Mark.Bars([.. table.Bins.Where(bin => bin.Weight > 0).Select(bin => new Bar(bin.Lower, bin.Upper, 0, bin.Weight / table.TotalWeight))], MarkStyle.Measured),
                new Mark.Upright(accuracy, FormattableString.Invariant($"{words} {accuracy:0.000}"), accuracy <= confidence, MarkStyle.Measured),
                new Mark.Upright(confidence, FormattableString.Invariant($"{claims} {confidence:0.000}"), accuracy > confidence, MarkStyle.Claimed),
            ]);
    }

    private static string Caption(FigureSource source, PanelGrid grid)
    {
        // Of models as they are: a temperature can part tied rows, and so the bins of equal mass.
        var tables = source.Stages.Where(stage => stage.Scaling == RowScaling.None).Select(stage => stage.Evaluation.Reliability).ToList();
        int fewest = tables.Min(table => table.Bins.Length);
        int most = tables.Max(table => table.Bins.Length);
        string bins = FormattableString.Invariant($"{(fewest == most ? "" : $"{fewest} to ")}{most}");
        bool mixed = source.Stages.Any(stage => stage.IsGrouped) && !source.Stages.All(stage => stage.IsGrouped);
        string kind = tables[0].Binning == Binning.EqualWidth ? "equal width" : "equal mass";
        return FormattableString.Invariant($"{source.Size} {bins} bins (lower, upper] of {kind} of the top-label confidence. ECE = Σ n_m/N |accuracy_m − mean confidence_m|; noise floor: what a perfectly calibrated model with the same confidences would show. {(IsCrowded(source, grid) ? "Band" : "Boxes")}: 5% to 95% points of a bin's accuracy for such a model: of its bins, at most one in ten would lie outside. Pale: fewer than {FewRows} {(source.Stages.Any(stage => stage.IsWeighted) ? "effective " : "")}rows.{(IsCrowded(source, grid) ? " Intervals of accuracy are in the CSV file." : mixed ? " Rows in groups have no interval of accuracy." : "")}{(grid.IsNarrow ? " Acc., conf.: accuracy and mean confidence." : "")}{source.Fits}");
    }

    private static string AltText(FigureSource source)
    {
        var parts = source.Stages.Select(stage => FormattableString.Invariant(
            $"{stage.Title}: ECE {stage.Evaluation[source.EceKey].Value:0.0000}, accuracy {stage.Evaluation["accuracy"].Value:0.000}, mean confidence {stage.Evaluation["mean-confidence"].Value:0.000}"));
        return $"Reliability diagrams of {source.Name}: accuracy against confidence by bin, and the share of rows in each bin. {string.Join("; ", parts)}.";
    }
}
