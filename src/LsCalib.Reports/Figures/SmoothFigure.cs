using LsCalib.Core.Binless;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>The smooth reliability diagram (Błasiok and Nakkiran 2023): accuracy by kernel regression on confidence, and the density of confidences.</summary>
public static class SmoothFigure
{
    private const int FewRows = 10;
    private const int FewestPoints = 201;
    private const int MostPoints = 2001;
    private const int PointsPerBandwidth = 4;

    /// <summary>The figure; its data are the curve and the density at every point drawn.</summary>
    public static FigureData From(FigureSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var csv = new CsvDocument($"{source.KeyColumn},confidence,accuracy,density,rows_within_bandwidth");
        var curves = source.Stages.Select(stage => Compute(stage, csv)).ToList();
        var grid = new PanelGrid(curves.Count);
        double top = 1.1 * curves.Max(curve => curve.Curve.Density.Max());
        var parts = curves.Select(curve => FormattableString.Invariant($"{curve.Stage.Title}: smECE {curve.Error.Value:0.0000}"));
        var figure = new Figure(
            $"Smooth reliability of {source.Name}",
            $"Smoothed accuracy against confidence of {source.Name}, and the density of confidences. {string.Join("; ", parts)}.",
            grid.Rows(
                (i, first) => Diagram(curves[i].Stage, curves[i].Error, curves[i].Curve, first),
                (i, first) => Density(curves[i].Curve, top, first)),
            grid.Heights(250, 80),
            [
                new("accuracy, smoothed", LegendKey.Line),
                new(FormattableString.Invariant($"on fewer than {FewRows} rows"), LegendKey.Line, MarkStyle.Faint),
                new("perfect calibration", LegendKey.Line, MarkStyle.Reference),
                new("density of confidences", LegendKey.Band),
            ],
            FormattableString.Invariant($"{source.Size} Gaussian kernel reflected at 0 and 1; its bandwidth h is the one that equals smECE, the integral of |smoothed (correct − confidence)|. Thin: fewer than {FewRows} rows within one bandwidth; no curve where there is none.{source.Fits}"))
        {
            PlotWidth = grid.PlotWidth,
            BreaksTitles = source.IsOfModels,
        };
        return new(figure, csv.ToBytes());
    }

    private static (FigureStage Stage, SmoothEce Error, SmoothCurve Curve) Compute(FigureStage stage, CsvDocument csv)
    {
        var order = stage.Evaluation.Order;
        var error = SmoothEce.Compute(order);
        double bandwidth = Math.Max(error.Bandwidth, SmoothEce.SmallestBandwidth);
        int points = (int)Math.Clamp(Math.Ceiling(PointsPerBandwidth / bandwidth) + 1, FewestPoints, MostPoints);
        var curve = SmoothEce.Curve(order, bandwidth, points);
        for (int k = 0; k < points; k++)
        {
            csv.Row(stage.Key, curve.Confidence[k], Accuracy(curve, k, 1), curve.Density[k], curve.NearRows[k]);
        }

        return (stage, error, curve);
    }

    private static Panel Diagram(FigureStage stage, SmoothEce error, SmoothCurve curve, bool first) => new(
        FormattableString.Invariant($"{stage.Title}\nsmECE {error.Value:0.0000}   (bandwidth {curve.Bandwidth:0.0000})"),
        new Axis("", 0, 1),
        new Axis(first ? "accuracy" : "", 0, 1),
        [
            new Mark.Line([(0, 0), (1, 1)], MarkStyle.Reference),
            new Mark.Line([.. curve.Confidence.Select((x, k) => (x, Accuracy(curve, k, 1)))], MarkStyle.Faint),
            new Mark.Line([.. curve.Confidence.Select((x, k) => (x, Accuracy(curve, k, FewRows)))], MarkStyle.Measured),
        ]);

    /// <summary>The curve, where at least so many rows lie within one bandwidth; else NaN.</summary>
    private static double Accuracy(SmoothCurve curve, int k, int fewest) => curve.NearRows[k] < fewest ? double.NaN : curve.Accuracy[k];

    private static Panel Density(SmoothCurve curve, double top, bool first) => new(
        "",
        new Axis("confidence", 0, 1),
        new Axis(first ? "density" : "", 0, top),
        [new Mark.Band([.. curve.Confidence.Select((x, k) => (x, 0.0, curve.Density[k]))], MarkStyle.Measured)]);
}
