using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Statistics;
using LsCalib.Data.Baselines;

namespace LsCalib.Reports.Documents;

/// <summary>Everything that is said of a baseline.</summary>
/// <param name="Tool">Tool and version that say it.</param>
/// <param name="File">Its file.</param>
/// <param name="ByteCount">Bytes of the file.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="Metrics">Headline metrics of its rows, each counting the same.</param>
public sealed record BaselineReport(string Tool, SourceFile File, long ByteCount, Baseline Baseline, IReadOnlyList<MetricResult> Metrics)
{
    /// <summary>Accuracy, NLL, Brier score and ECE of rows that count alike, without intervals.</summary>
    public static IReadOnlyList<MetricResult> Headline(RowResults rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        string ece = new MetricSet().DiagramEceKey;
        var evaluation = new MetricSet { Keys = ["accuracy", ece] }.Compute(rows.ToOrder());
        double[] nll = [.. Enumerable.Range(0, rows.RowCount).Select(rows.Nll)];
        return
        [
            evaluation.Metrics[0] with { Measurement = new(evaluation["accuracy"].Value) },
            new(MetricCatalog.Find("nll")!, new(Intervals.Mean(nll))),
            new(MetricCatalog.Find("brier")!, new(Intervals.Mean(rows.Brier))),
            evaluation.Metrics[1] with { Measurement = evaluation[ece] with { Interval = null } },
        ];
    }
}
