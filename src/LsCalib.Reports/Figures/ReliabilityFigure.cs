using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>The reliability diagram (Guo et al. 2017, figure 4): accuracy against confidence, and how many rows claim what.</summary>
public static class ReliabilityFigure
{
    private const double DiagramHeight = 250;
    private const double HistogramHeight = 80;
    private const int FewRows = 10;

    /// <summary>Before recalibration and, where a temperature was found, after it, side by side.</summary>
    public static Figure From(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var stages = FigureStage.Of(report);
        double most = stages.Max(stage => stage.Evaluation.Reliability.Bins.Max(bin => bin.Weight / stage.Evaluation.Reliability.TotalWeight));
        return new Figure(
            $"Reliability of {report.Name}",
            AltText(report, stages),
            [
                [.. stages.Select((stage, i) => Diagram(stage, report, first: i == 0))],
                [.. stages.Select((stage, i) => Histogram(stage.Evaluation, report, Math.Min(1, most * 1.7), first: i == 0))],
            ],
            [DiagramHeight, HistogramHeight],
            [
                new("accuracy", LegendKey.Bar),
                new("gap to mean confidence", LegendKey.Bar, MarkStyle.Gap),
                .. report.Groups is null
                    ? [new LegendEntry(FormattableString.Invariant($"{report.Level:0.###%} interval of accuracy"), LegendKey.Interval)]
                    : Array.Empty<LegendEntry>(),
                new("calibrated model, 5–95%", LegendKey.Interval, MarkStyle.Noise),
                new("perfect calibration", LegendKey.Line, MarkStyle.Reference),
            ],
            Caption(report));
    }

    private static Panel Diagram(FigureStage stage, RunReport report, bool first)
    {
        var table = stage.Evaluation.Reliability;
        var bins = table.Bins.Where(bin => bin.Weight > 0).ToList();
        var boxes = table.Bins.Zip(stage.Evaluation.ConsistencyBars).Where(pair => pair.Second is not null).ToList();
        var ece = stage.Evaluation[report.DiagramEceKey];
        return new Panel(
            FormattableString.Invariant($"{stage.Title}\nECE {ece.Value:0.0000}   (noise floor {ece.NoiseFloor!.Mean:0.0000}, 95% below {ece.NoiseFloor.Q95:0.0000})"),
            new Axis("", 0, 1),
            new Axis(first ? "accuracy" : "", 0, 1),
            [
                new Mark.Bars([.. bins.Select(bin => new Bar(bin.Lower, bin.Upper, 0, bin.Accuracy, bin.EffectiveCount < FewRows))], MarkStyle.Measured),
                new Mark.Bars([.. bins.Select(bin => new Bar(bin.Lower, bin.Upper, Math.Min(bin.Accuracy, bin.MeanConfidence), Math.Max(bin.Accuracy, bin.MeanConfidence), bin.EffectiveCount < FewRows))], MarkStyle.Gap),
                Boxes(boxes, isPale: true),
                Boxes(boxes, isPale: false),
                new Mark.Line([(0, 0), (1, 1)], MarkStyle.Reference),

                // Wilson's intervals take rows as independent, which grouped rows are not.
                Wilson(report.Groups is null ? bins : [], report.Level, isPale: true),
                Wilson(report.Groups is null ? bins : [], report.Level, isPale: false),
            ]);
    }

    private static Mark.Intervals Boxes(IEnumerable<(ReliabilityBin Bin, Interval? Bar)> boxes, bool isPale) => new(
        [.. boxes.Where(pair => pair.Bin.EffectiveCount < FewRows == isPale).Select(pair => (pair.Bin.MeanConfidence, pair.Bar!.Lower, pair.Bar.Upper))], MarkStyle.Noise, isPale);

    private static Mark.Intervals Wilson(IEnumerable<ReliabilityBin> bins, double level, bool isPale) => new(
        [.. bins.Where(bin => bin.EffectiveCount < FewRows == isPale).Select(bin => (bin.MeanConfidence, RunTables.Interval(bin, level)!)).Select(pair => (pair.MeanConfidence, pair.Item2.Lower, pair.Item2.Upper))],
        IsPale: isPale);

    private static Panel Histogram(Evaluation evaluation, RunReport report, double top, bool first)
    {
        var table = evaluation.Reliability;
        double accuracy = evaluation["accuracy"].Value;
        double confidence = evaluation["mean-confidence"].Value;
        return new Panel(
            "",
            new Axis("confidence", 0, 1),
            new Axis(first ? report.Weights is null ? "share of rows" : "share of weight" : "", 0, top, Percent: true),
            [
                new Mark.Bars([.. table.Bins.Where(bin => bin.Weight > 0).Select(bin => new Bar(bin.Lower, bin.Upper, 0, bin.Weight / table.TotalWeight))], MarkStyle.Measured),
                new Mark.Upright(accuracy, FormattableString.Invariant($"accuracy {accuracy:0.000}"), accuracy <= confidence, MarkStyle.Measured),
                new Mark.Upright(confidence, FormattableString.Invariant($"mean confidence {confidence:0.000}"), accuracy > confidence, MarkStyle.Claimed),
            ]);
    }

    private static string Caption(RunReport report)
    {
        var table = report.Evaluation.Reliability;
        string kind = table.Binning == Binning.EqualWidth ? "equal width" : "equal mass";
        return FormattableString.Invariant($"{FigureStage.Size(report)} {table.Bins.Length} bins (lower, upper] of {kind} of the top-label confidence. ECE = Σ n_m/N |accuracy_m − mean confidence_m|; noise floor: what a perfectly calibrated model with the same confidences would show. Boxes: 5% to 95% points of a bin's accuracy for such a model: of its bins, at most one in ten would lie outside. Pale: fewer than {FewRows} rows.{FigureStage.Fits(report)}");
    }

    private static string AltText(RunReport report, IReadOnlyList<FigureStage> stages)
    {
        var parts = stages.Select(stage => FormattableString.Invariant(
            $"{stage.Title}: ECE {stage.Evaluation[report.DiagramEceKey].Value:0.0000}, accuracy {stage.Evaluation["accuracy"].Value:0.000}, mean confidence {stage.Evaluation["mean-confidence"].Value:0.000}"));
        return $"Reliability diagrams of {report.Name}: accuracy against confidence by bin, and the share of rows in each bin. {string.Join("; ", parts)}.";
    }
}
