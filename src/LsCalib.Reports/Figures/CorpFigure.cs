using LsCalib.Core.Binless;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>The CORP reliability diagram (Dimitriadis, Gneiting and Jordan 2021): accuracy as the best rising function of confidence, without bins.</summary>
public static class CorpFigure
{
    private const int GridSteps = 200;
    private const int HistogramBins = 50;

    /// <summary>The figure; its data are the curve with both bands at every point drawn, and the histogram.</summary>
    /// <param name="source">A run, or several models.</param>
    /// <param name="cancel">Stops the simulation of the bands.</param>
    public static FigureData From(FigureSource source, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(source);
        var csv = new CsvDocument($"{source.KeyColumn},part,confidence,accuracy,consistency_lower,consistency_upper,interval_lower,interval_upper,count");
        var curves = source.Stages.Select(stage => new Curve(stage, source, csv, cancel)).ToList();
        var grid = new PanelGrid(curves.Count);
        double top = Math.Min(1, 1.1 * curves.Max(curve => curve.Histogram.Bins.Max(bin => (double)bin.Count / curve.Histogram.RowCount)));
        string level = FormattableString.Invariant($"{source.Level:0.###%}");
        var parts = curves.Select(curve => FormattableString.Invariant($"{curve.Stage.Title}: MCB {curve.Brier.Miscalibration:0.0000}, DSC {curve.Brier.Discrimination:0.0000}, UNC {curve.Brier.Uncertainty:0.0000}"));
        var figure = new Figure(
            $"CORP reliability of {source.Name}",
            $"Isotonic reliability curves of {source.Name}: accuracy against confidence, with a consistency band. {string.Join("; ", parts)}.",
            grid.Rows(
                (i, first) => curves[i].Diagram(first),
                (i, first) => Histogram(curves[i].Histogram, top, first)),
            grid.Heights(250, 74),
            [
                new("accuracy by isotonic regression", LegendKey.Line),
                new($"calibrated model, {level}", LegendKey.Band, MarkStyle.Noise),
                new("perfect calibration", LegendKey.Line, MarkStyle.Reference),
            ],
            FormattableString.Invariant($"{source.Size} Band: consistency band, pointwise at {level}, from {CorpBand.DefaultDrawCount} draws of a perfectly calibrated model with the same confidences. The confidence band around the curve is in the CSV file. Brier score of top-label correctness = MCB (miscalibration) − DSC (discrimination) + UNC (uncertainty).{source.Fits}"))
        {
            PlotWidth = grid.PlotWidth,
            BreaksTitles = source.IsOfModels,
        };
        return new(figure, csv.ToBytes());
    }

    private static Panel Histogram(ReliabilityTable table, double top, bool first) => new(
        "",
        new Axis("confidence", 0, 1),
        new Axis(first ? "share of rows" : "", 0, top, Percent: true),
        [new Mark.Bars([.. table.Bins.Where(bin => bin.Count > 0).Select(bin => new Bar(bin.Lower, bin.Upper, 0, (double)bin.Count / table.RowCount))], MarkStyle.Measured)]);

    private sealed class Curve
    {
        private readonly CorpBand _consistency;
        private readonly double[] _accuracy;

        public Curve(FigureStage stage, FigureSource source, CsvDocument csv, CancellationToken cancel)
        {
            Stage = stage;
            var order = stage.Evaluation.Order;
            var isotonic = IsotonicRegression.Fit(order);
            Brier = CorpDecomposition.Brier(order, isotonic);
            double[] grid = Grid(order, isotonic);
            _accuracy = Array.ConvertAll(grid, isotonic.ValueAt);
            _consistency = CorpBand.Consistency(order, grid, source.Level, source.Seed, cancel: cancel);
            var confidence = CorpBand.ForCurve(order, isotonic, grid, source.Level, source.Seed, cancel: cancel);
            for (int i = 0; i < grid.Length; i++)
            {
                csv.Row(stage.Key, "curve", grid[i], _accuracy[i], _consistency.Lower[i], _consistency.Upper[i], confidence.Lower[i], confidence.Upper[i], null);
            }

            Histogram = ReliabilityTable.From(order, Binning.EqualWidth, HistogramBins);
            foreach (var bin in Histogram.Bins)
            {
                csv.Row(stage.Key, "histogram", bin.Upper, null, null, null, null, null, bin.Count);
            }
        }

        public FigureStage Stage { get; }

        public CorpDecomposition Brier { get; }

        public ReliabilityTable Histogram { get; }

        public Panel Diagram(bool first) => new(
            FormattableString.Invariant($"{Stage.Title}\nMCB {Brier.Miscalibration:0.0000}   DSC {Brier.Discrimination:0.0000}   UNC {Brier.Uncertainty:0.0000}"),
            new Axis("", 0, 1),
            new Axis(first ? "accuracy" : "", 0, 1),
            [
                new Mark.Band([.. _consistency.Confidence.Select((x, i) => (x, _consistency.Lower[i], _consistency.Upper[i]))], MarkStyle.Noise),
                new Mark.Line([(0, 0), (1, 1)], MarkStyle.Reference),
                new Mark.Line([.. _consistency.Confidence.Select((x, i) => (x, _accuracy[i]))], MarkStyle.Measured),
            ]);

        /// <summary>Even steps between the smallest and the largest confidence, and every corner of the curve.</summary>
        private static double[] Grid(ConfidenceOrder order, IsotonicRegression isotonic)
        {
            var grid = new SortedSet<double>();
            for (int k = 0; k <= GridSteps; k++)
            {
                double x = (double)k / GridSteps;
                if (x > order.Confidence[0] && x < order.Confidence[^1])
                {
                    grid.Add(x);
                }
            }

            foreach (var block in isotonic.Blocks)
            {
                grid.Add(block.Lower);
                grid.Add(block.Upper);
            }

            return [.. grid];
        }
    }
}
