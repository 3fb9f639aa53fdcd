using LsCalib.Core.Ordering;
using LsCalib.Core.Ranking;
using LsCalib.Core.Scores;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>Error rate against the share of rows accepted, most confident first (El-Yaniv and Wiener 2010), by four confidence scores.</summary>
public static class RiskCoverageFigure
{
    private static readonly MarkStyle[] Styles = [MarkStyle.Measured, MarkStyle.Second, MarkStyle.Third, MarkStyle.Fourth];

    /// <summary>The figure; its data are the points drawn. A recalibration that changes no curve has no panel.</summary>
    /// <param name="source">A run.</param>
    /// <param name="cancel">Stops between passes over the scores.</param>
    public static FigureData From(FigureSource source, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(source);
        var all = source.Stages.Where(stage => stage.Scaling is not null).Select(stage => new StageCurves(stage, cancel)).ToList();
        var shown = all.Where((curves, i) => i == 0 || !curves.SameAs(all[0])).ToList();
        var csv = new CsvDocument($"{source.KeyColumn},{RiskCurve.Columns}");
        foreach (var stage in shown)
        {
            stage.WriteTo(csv);
        }

        double top = Math.Min(1, 1.08 * shown.Max(stage => stage.HighestRisk));
        top = top > 0 ? top : 0.01;
        var first = shown[0];
        string AurcOf(int i) => string.Join(" → ", shown.Select(stage => FormattableString.Invariant($"{stage.Curves[i].Risk.Aurc:0.0000}")).Distinct());
        string stages = shown.Count > 1 ? "AURC: area under the curve, as the model is → after scaling where that changes it." : "AURC: area under the curve.";
        string scores = first.Curves.Count == 1 ? "" : " Margin: largest less second largest probability. Normalised logit: (z − mean z)/‖z − mean z‖₂; neither logit score depends on a temperature.";
        string same = all.Count > shown.Count ? " Temperature scaling leaves every curve as it is." : "";
        var figure = new Figure(
            $"Risk and coverage of {source.Name}",
            $"Error rate against coverage of {source.Name}, by confidence score. AURC {string.Join("; ", first.Curves.Select((curve, i) => $"{curve.Words} {AurcOf(i)}"))}.",
            [[.. shown.Select((stage, i) => stage.Panel(top, first: i == 0))]],
            [250],
            [
                .. first.Curves.Select((curve, i) => new LegendEntry($"{curve.Words}: AURC {AurcOf(i)}", LegendKey.Line, Styles[i])),
                new(FormattableString.Invariant($"optimal: AURC {first.Curves[0].Risk.OptimalAurc:0.0000}"), LegendKey.Line, MarkStyle.Reference),
            ],
            FormattableString.Invariant($"{source.Size} {Definition} {stages} {Optimal}{scores}{same}{source.Fits}"));
        return new(figure, csv.ToBytes());
    }

    /// <summary>What the curves are, for captions.</summary>
    internal const string Definition = "Rows are accepted most confident first; risk is the error rate of those accepted, tied rows in expectation.";

    /// <summary>What the optimal curve is, for captions.</summary>
    internal const string Optimal = "Optimal: all right rows before all wrong ones.";

    private sealed class StageCurves
    {
        private readonly FigureStage _stage;

        public StageCurves(FigureStage stage, CancellationToken cancel)
        {
            _stage = stage;
            var maximum = RiskCurve.OfMaximumProbability(stage);
            if (stage.Scored is not { } scored)
            {
                Curves = [maximum];
                return;
            }

            var right = stage.Evaluation.Order.CorrectByRow();
            var scores = ConfidenceScores.Compute(stage.Scaling == RowScaling.None ? scored.Scores : scored.Scores.ToLogits(), stage.Scaling!, cancel: cancel);
            Curves =
            [
                maximum,
                new("maximum-logit", "maximum logit", RiskCoverage.From(ConfidenceOrder.From(scores.MaximumLogit, right))),
                new("margin", "margin", RiskCoverage.From(ConfidenceOrder.From(scores.Margin, right))),
                new("normalized-logit", "normalised maximum logit", RiskCoverage.From(ConfidenceOrder.From(scores.NormalizedLogit, right))),
            ];
        }

        public IReadOnlyList<RiskCurve> Curves { get; }

        public double HighestRisk => Curves.Max(curve => curve.Points.Max(point => point.Risk));

        public bool SameAs(StageCurves other) => Curves.Zip(other.Curves).All(pair => pair.First.Points.SequenceEqual(pair.Second.Points));

        public void WriteTo(CsvDocument csv)
        {
            foreach (var curve in Curves)
            {
                curve.WriteTo(csv, _stage.Key);
            }

            Curves[0].WriteOptimalTo(csv, _stage.Key);
        }

        public Panel Panel(double top, bool first) => new(
            _stage.Title,
            new Axis("coverage", 0, 1),
            new Axis(first ? "risk (error rate)" : "", 0, top),
            [
                Curves[0].OptimalLine(),
                .. Curves.Select((curve, i) => curve.Line(Styles[i])),
            ]);
    }
}
