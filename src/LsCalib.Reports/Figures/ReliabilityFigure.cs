using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;
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
        var stages = new List<(string Title, Evaluation Evaluation)> { ("as the model is", report.Evaluation) };
        foreach (var calibration in report.Calibrations.Where(c => c.Evaluation is not null))
        {
            stages.Add((FormattableString.Invariant($"temperature scaling, T = {calibration.Parameters[0].Value:0.000}"), calibration.Evaluation!));
        }

        double most = stages.Max(stage => stage.Evaluation.Reliability.Bins.Max(bin => (double)bin.Count / stage.Evaluation.Reliability.RowCount));
        string key = report.DiagramEceKey;
        return new Figure(
            $"Reliability of {report.Name}",
            AltText(report, stages),
            [
                [.. stages.Select((stage, i) => Diagram(stage.Title, stage.Evaluation, key, first: i == 0))],
                [.. stages.Select((stage, i) => Histogram(stage.Evaluation, Math.Min(1, most * 1.3), first: i == 0))],
            ],
            [DiagramHeight, HistogramHeight],
            [
                new("accuracy", LegendKey.Measured),
                new("gap to mean confidence", LegendKey.Gap),
                new("95% interval of accuracy", LegendKey.Interval),
                new("perfect calibration", LegendKey.Reference),
            ],
            Caption(report));
    }

    private static Panel Diagram(string title, Evaluation evaluation, string eceKey, bool first)
    {
        var bins = evaluation.Reliability.Bins.Where(bin => bin.Count > 0).ToList();
        var ece = evaluation[eceKey];
        return new Panel(
            FormattableString.Invariant($"{title}\nECE {ece.Value:0.0000}   (noise floor {ece.NoiseFloor!.Mean:0.0000}, 95% below {ece.NoiseFloor.Q95:0.0000})"),
            new Axis("", 0, 1),
            new Axis(first ? "accuracy" : "", 0, 1),
            [
                new Mark.Bars([.. bins.Select(bin => new Bar(bin.Lower, bin.Upper, 0, bin.Accuracy, bin.Count < FewRows))], MarkStyle.Measured),
                new Mark.Bars([.. bins.Select(bin => new Bar(bin.Lower, bin.Upper, Math.Min(bin.Accuracy, bin.MeanConfidence), Math.Max(bin.Accuracy, bin.MeanConfidence), bin.Count < FewRows))], MarkStyle.Gap),
                new Mark.Line([(0, 0), (1, 1)], MarkStyle.Reference),
                new Mark.Intervals([.. bins.Select(Interval)]),
            ]);
    }

    private static (double X, double Low, double High) Interval(ReliabilityBin bin)
    {
        var interval = Intervals.Wilson((int)Math.Round(bin.Accuracy * bin.Count), bin.Count);
        return (bin.MeanConfidence, interval.Lower, interval.Upper);
    }

    private static Panel Histogram(Evaluation evaluation, double top, bool first)
    {
        var table = evaluation.Reliability;
        double accuracy = evaluation["accuracy"].Value;
        double confidence = evaluation["mean-confidence"].Value;
        return new Panel(
            "",
            new Axis("confidence", 0, 1),
            new Axis(first ? "share of rows" : "", 0, top, Percent: true),
            [
                new Mark.Bars([.. table.Bins.Where(bin => bin.Count > 0).Select(bin => new Bar(bin.Lower, bin.Upper, 0, (double)bin.Count / table.RowCount))], MarkStyle.Measured),
                new Mark.Upright(accuracy, FormattableString.Invariant($"accuracy {accuracy:0.000}"), accuracy <= confidence, MarkStyle.Measured),
                new Mark.Upright(confidence, FormattableString.Invariant($"mean confidence {confidence:0.000}"), accuracy > confidence, MarkStyle.Claimed),
            ]);
    }

    private static string Caption(RunReport report)
    {
        var table = report.Evaluation.Reliability;
        string kind = table.Binning == Binning.EqualWidth ? "equal width" : "equal mass";
        string text = FormattableString.Invariant($"n = {table.RowCount:N0} rows, {report.Statistics.ClassCount} classes. {table.Bins.Length} bins (lower, upper] of {kind} of the top-label confidence. ECE = Σ n_m/N |accuracy_m − mean confidence_m|; noise floor: what a perfectly calibrated model with the same confidences would show. Pale: fewer than {FewRows} rows.");
        foreach (var calibration in report.Calibrations)
        {
            text += calibration.Status == FitStatus.Converged
                ? $" Temperature fitted by NLL on {(calibration.Folds.Count > 0 ? $"the test data, {calibration.Folds.Count}-fold cross-fitted" : calibration.FitOn)}."
                : $" No temperature: {calibration.Reason}.";
        }

        return text;
    }

    private static string AltText(RunReport report, List<(string Title, Evaluation Evaluation)> stages)
    {
        var parts = stages.Select(stage => FormattableString.Invariant(
            $"{stage.Title}: ECE {stage.Evaluation[report.DiagramEceKey].Value:0.0000}, accuracy {stage.Evaluation["accuracy"].Value:0.000}, mean confidence {stage.Evaluation["mean-confidence"].Value:0.000}"));
        return $"Reliability diagrams of {report.Name}: accuracy against confidence by bin, and the share of rows in each bin. {string.Join("; ", parts)}.";
    }
}
