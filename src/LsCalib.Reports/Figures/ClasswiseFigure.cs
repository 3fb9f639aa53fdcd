using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>One small reliability diagram for each of the classes that are calibrated worst: frequency of the class against its probability (Nixon et al. 2019).</summary>
public static class ClasswiseFigure
{
    private const int MostClasses = 9;
    private const int FewRows = 10;

    /// <summary>Room for markers at 0 and 1.</summary>
    private const double Room = 0.04;

    /// <summary>The figure; its data are the bins of the classes drawn.</summary>
    public static FigureData From(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var csv = new CsvDocument("stage,class,name,bin,lower,upper,count,mean_probability,frequency,frequency_lower,frequency_upper");
        var source = FigureSource.Of(report);
        var stages = source.Stages.Where(stage => stage.Evaluation.Classwise is not null).Take(2).ToList();
        var worst = report.Evaluation.Classes.OrderByDescending(summary => summary.Ece).ThenBy(summary => summary.Class).Take(MostClasses).ToList();
        int columns = worst.Count == 4 ? 2 : Math.Min(worst.Count, 3);
        var rows = worst.Chunk(columns).ToList();
        var panels = rows.Select((row, r) => row.Select((summary, c) => Panel(
            report, stages, summary, csv, first: c == 0, last: r == rows.Count - 1 || c >= rows[r + 1].Length)).ToList()).ToList();
        var figure = new Figure(
            $"Classwise reliability of {report.Name}",
            $"Frequency against probability of the {worst.Count} classes of {report.Name} with the largest classwise ECE: {string.Join("; ", worst.Select(summary => FormattableString.Invariant($"{report.ClassName(summary.Class)} {summary.Ece:0.0000}")))}.",
            panels,
            [.. rows.Select(_ => 150.0)],
            [
                new("as the model is", LegendKey.Dot),
                .. stages.Count > 1 ? [new LegendEntry($"after {stages[1].Title}", LegendKey.Dot, MarkStyle.Second)] : Array.Empty<LegendEntry>(),
                new(FormattableString.Invariant($"{report.Level:0.###%} interval of frequency"), LegendKey.Interval),
                new("perfect calibration", LegendKey.Line, MarkStyle.Reference),
            ],
            FormattableString.Invariant($"{source.Size} The {worst.Count} classes of largest classwise ECE, Σ n_b/N |mean p_k − frequency of k| over {report.Evaluation.Classwise!.BinCount} bins of equal width of p_k, every row in every class. n: rows of the class.{(stages.Count > 1 ? " →: ECE after scaling." : "")} Pale: fewer than {FewRows} rows, without interval.{source.Fits}"))
        {
            PlotWidth = columns == 3 ? 186 : 220,
        };
        return new(figure, csv.ToBytes());
    }

    private static Panel Panel(RunReport report, List<FigureStage> stages, ClassSummary summary, CsvDocument csv, bool first, bool last)
    {
        var tables = stages.Select(stage => ReliabilityTable.OfClass(stage.Evaluation.Classwise!, summary.Class)).ToList();
        for (int s = 0; s < stages.Count; s++)
        {
            for (int m = 0; m < tables[s].Bins.Length; m++)
            {
                var bin = tables[s].Bins[m];
                var interval = RunTables.Interval(bin, report.Level);
                csv.Row(stages[s].Key, summary.Class, report.ClassName(summary.Class), m + 1, bin.Lower, bin.Upper, bin.Count, bin.MeanConfidence, bin.Accuracy, interval?.Lower, interval?.Upper);
            }
        }

        var bins = tables[0].Bins.Where(bin => bin.Weight > 0).ToList();
        string after = tables.Count > 1 ? FormattableString.Invariant($" → {CalibrationError.Expected(tables[1]):0.0000}") : "";
        string name = report.ClassNames is null ? FormattableString.Invariant($"class {summary.Class}") : FormattableString.Invariant($"{summary.Class}: {report.ClassName(summary.Class)}");
        return new Panel(
            FormattableString.Invariant($"{name}\nn = {summary.Count:N0}, ECE {summary.Ece:0.0000}{after}"),
            new Axis(last ? "probability" : "", -Room, 1 + Room),
            new Axis(first ? "frequency" : "", -Room, 1 + Room),
            [
                new Mark.Line([(0, 0), (1, 1)], MarkStyle.Reference),
                .. tables.Skip(1).Select(table => Dots(table, MarkStyle.Second, isPale: true)),
                Dots(tables[0], MarkStyle.Measured, isPale: true),
                new Mark.Intervals([.. bins.Where(bin => bin.EffectiveCount >= FewRows).Select(bin => (bin.MeanConfidence, RunTables.Interval(bin, report.Level)!)).Select(pair => (pair.MeanConfidence, pair.Item2.Lower, pair.Item2.Upper))]),
                .. tables.Skip(1).Select(table => Dots(table, MarkStyle.Second, isPale: false)),
                Dots(tables[0], MarkStyle.Measured, isPale: false),
            ]);
    }

    private static Mark.Dots Dots(ReliabilityTable table, MarkStyle style, bool isPale) => new(
        [.. table.Bins.Where(bin => bin.Weight > 0 && bin.EffectiveCount < FewRows == isPale).Select(bin => (bin.MeanConfidence, bin.Accuracy))], style, isPale);
}
