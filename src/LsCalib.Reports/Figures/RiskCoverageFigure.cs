using LsCalib.Core.Ordering;
using LsCalib.Core.Ranking;
using LsCalib.Core.Scores;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>Error rate against the share of rows accepted, most confident first (El-Yaniv and Wiener 2010), by four confidence scores.</summary>
public static class RiskCoverageFigure
{
    private const int Points = 200;
    private static readonly MarkStyle[] Styles = [MarkStyle.Measured, MarkStyle.Second, MarkStyle.Third, MarkStyle.Fourth];

    /// <summary>The figure; its data are the points drawn. A recalibration that changes no curve has no panel.</summary>
    /// <param name="report">The run.</param>
    /// <param name="cancel">Stops between passes over the scores.</param>
    public static FigureData From(RunReport report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(report);
        var all = FigureStage.Of(report).Where(stage => stage.Scaling is not null).Select(stage => new StageCurves(stage, report, cancel)).ToList();
        var shown = all.Where((curves, i) => i == 0 || !curves.SameAs(all[0])).ToList();
        var csv = new CsvDocument("stage,score,coverage,risk,aurc");
        foreach (var stage in shown)
        {
            stage.WriteTo(csv);
        }

        double top = Math.Min(1, 1.08 * shown.Max(stage => stage.HighestRisk));
        top = top > 0 ? top : 0.01;
        var first = shown[0];
        string AurcOf(int i) => string.Join(" → ", shown.Select(stage => FormattableString.Invariant($"{stage.Curves[i].Risk.Aurc:0.0000}")).Distinct());
        string stages = shown.Count > 1 ? "AURC: area under the curve, as the model is → after scaling where that changes it." : "AURC: area under the curve.";
        string scores = report.Scored is null ? "" : " Margin: largest less second largest probability. Normalised logit: (z − mean z)/‖z − mean z‖₂; neither logit score depends on a temperature.";
        string same = all.Count > shown.Count ? " Temperature scaling leaves every curve as it is." : "";
        var figure = new Figure(
            $"Risk and coverage of {report.Name}",
            $"Error rate against coverage of {report.Name}, by confidence score. AURC {string.Join("; ", first.Curves.Select((curve, i) => $"{curve.Words} {AurcOf(i)}"))}.",
            [[.. shown.Select((stage, i) => stage.Panel(top, first: i == 0))]],
            [250],
            [
                .. first.Curves.Select((curve, i) => new LegendEntry($"{curve.Words}: AURC {AurcOf(i)}", LegendKey.Line, Styles[i])),
                new(FormattableString.Invariant($"optimal: AURC {first.Curves[0].Risk.OptimalAurc:0.0000}"), LegendKey.Line, MarkStyle.Reference),
            ],
            FormattableString.Invariant($"{FigureStage.Size(report)} Rows are accepted most confident first; risk is the error rate of those accepted, tied rows in expectation. {stages} Optimal: all right rows before all wrong ones.{scores}{same}{FigureStage.Fits(report)}"));
        return new(figure, csv.ToBytes());
    }

    private sealed class StageCurves
    {
        private readonly FigureStage _stage;

        public StageCurves(FigureStage stage, RunReport report, CancellationToken cancel)
        {
            _stage = stage;
            var order = stage.Evaluation.Order;
            var right = order.CorrectByRow();
            var maximum = new Curve("maximum-probability", "maximum probability", RiskCoverage.From(order));
            if (report.Scored is not { } scored)
            {
                Curves = [maximum];
                return;
            }

            var scores = ConfidenceScores.Compute(stage.Scaling == RowScaling.None ? scored.Scores : scored.Scores.ToLogits(), stage.Scaling!, cancel: cancel);
            Curves =
            [
                maximum,
                new("maximum-logit", "maximum logit", RiskCoverage.From(ConfidenceOrder.From(scores.MaximumLogit, right))),
                new("margin", "margin", RiskCoverage.From(ConfidenceOrder.From(scores.Margin, right))),
                new("normalized-logit", "normalised maximum logit", RiskCoverage.From(ConfidenceOrder.From(scores.NormalizedLogit, right))),
            ];
        }

        public IReadOnlyList<Curve> Curves { get; }

        public double HighestRisk => Curves.Max(curve => curve.Points.Max(point => point.Risk));

        public bool SameAs(StageCurves other) => Curves.Zip(other.Curves).All(pair => pair.First.Points.SequenceEqual(pair.Second.Points));

        public void WriteTo(CsvDocument csv)
        {
            foreach (var curve in Curves)
            {
                Write(csv, curve.Key, curve.Points, curve.Risk.Aurc);
            }

            Write(csv, "optimal", Curves[0].Risk.OptimalCurve(Points), Curves[0].Risk.OptimalAurc);
        }

        public Panel Panel(double top, bool first) => new(
            _stage.Title,
            new Axis("coverage", 0, 1),
            new Axis(first ? "risk (error rate)" : "", 0, top),
            [
                new Mark.Line(Line(Curves[0].Risk.OptimalCurve(Points)), MarkStyle.Reference),
                .. Curves.Select((curve, i) => new Mark.Line(Line(curve.Points), Styles[i])),
            ]);

        private static List<(double X, double Y)> Line(IEnumerable<RiskCoveragePoint> points) => [.. points.Select(point => (point.Coverage, point.Risk))];

        private void Write(CsvDocument csv, string score, IEnumerable<RiskCoveragePoint> points, double aurc)
        {
            foreach (var point in points)
            {
                csv.Row(_stage.Key, score, point.Coverage, point.Risk, aurc);
            }
        }
    }

    private sealed record Curve(string Key, string Words, RiskCoverage Risk)
    {
        public IReadOnlyList<RiskCoveragePoint> Points { get; } = Risk.Curve(RiskCoverageFigure.Points);
    }
}
