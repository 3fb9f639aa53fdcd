using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;
using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Documents;

/// <summary>The CSV tables of a run. A stage is uncalibrated or the key of a recalibration method.</summary>
public static class RunTables
{
    /// <summary>Stage before recalibration.</summary>
    public const string Uncalibrated = "uncalibrated";

    /// <summary>metrics.csv.</summary>
    public static byte[] Metrics(RunReport report)
    {
        var csv = new CsvDocument("stage,metric,value,lower,upper,interval,noise_floor_mean,noise_floor_median,noise_floor_q95,p_value,unit,better");
        foreach (var (stage, evaluation) in Stages(report))
        {
            foreach (var (info, m) in evaluation.Metrics)
            {
                csv.Row(stage, info.Key, m.Value, m.Interval?.Lower, m.Interval?.Upper, m.Interval?.Method ?? "none", m.NoiseFloor?.Mean, m.NoiseFloor?.Median, m.NoiseFloor?.Q95, m.PValue, info.Unit, info.Better.Word());
            }
        }

        return csv.ToBytes();
    }

    /// <summary>reliability.csv.</summary>
    public static byte[] Reliability(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Reliability("stage", Stages(report), report.Level);
    }

    /// <summary>The table of a reliability diagram of several models.</summary>
    internal static byte[] Reliability(FigureSource models) =>
        Reliability(models.KeyColumn, models.Stages.Select(stage => (stage.Key, stage.Evaluation)), models.Level);

    private static byte[] Reliability(string keyColumn, IEnumerable<(string Key, Evaluation Evaluation)> stages, double level)
    {
        var csv = new CsvDocument($"{keyColumn},bin,lower,upper,count,mean_confidence,accuracy,gap,accuracy_lower,accuracy_upper,consistency_lower,consistency_upper,weight");
        foreach (var (key, evaluation) in stages)
        {
            for (int m = 0; m < evaluation.Reliability.Bins.Length; m++)
            {
                var bin = evaluation.Reliability.Bins[m];
                var interval = Interval(bin, level);
                var bar = evaluation.ConsistencyBars[m];
                csv.Row(key, m + 1, bin.Lower, bin.Upper, bin.Count, bin.MeanConfidence, bin.Accuracy, bin.Gap, interval?.Lower, interval?.Upper, bar?.Lower, bar?.Upper, bin.Weight);
            }
        }

        return csv.ToBytes();
    }

    /// <summary>classes.csv, before recalibration.</summary>
    public static byte[] Classes(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var csv = new CsvDocument("class,name,count,accuracy,mean_probability,ece");
        foreach (var summary in report.Evaluation.Classes)
        {
            csv.Row(summary.Class, report.ClassName(summary.Class), summary.Count, summary.Accuracy, summary.MeanProbability, summary.Ece);
        }

        return csv.ToBytes();
    }

    /// <summary>slices.csv, the worst slice of each stage first.</summary>
    public static byte[] Slices(RunReport report)
    {
        var csv = new CsvDocument("stage,column,value,count,accuracy,accuracy_lower,accuracy_upper,mean_confidence,gap,gap_lower,gap_upper,ece,ece_lower,ece_upper,noise_floor_mean,noise_floor_median,noise_floor_q95,excess_ece,p_value,adjusted_p_value");
        foreach (var (stage, evaluation) in Stages(report))
        {
            foreach (var slice in evaluation.Slices)
            {
                csv.Row(
                    stage, slice.Column, slice.Value, slice.Count,
                    slice.Accuracy.Value, slice.Accuracy.Interval?.Lower, slice.Accuracy.Interval?.Upper, slice.MeanConfidence.Value,
                    slice.Gap.Value, slice.Gap.Interval?.Lower, slice.Gap.Interval?.Upper,
                    slice.Ece.Value, slice.Ece.Interval?.Lower, slice.Ece.Interval?.Upper, slice.Ece.NoiseFloor?.Mean, slice.Ece.NoiseFloor?.Median, slice.Ece.NoiseFloor?.Q95,
                    slice.ExcessEce, slice.PValue, slice.AdjustedPValue);
            }
        }

        return csv.ToBytes();
    }

    /// <summary>Wilson's interval of a bin's accuracy, or null of an empty bin.</summary>
    internal static Interval? Interval(ReliabilityBin bin, double level) =>
        bin.Weight == 0 ? null : Intervals.Wilson(bin.Accuracy, Math.Min(bin.EffectiveCount, bin.OutcomeCount), level);

    /// <summary>The evaluations of a run in order, each with its stage.</summary>
    public static IEnumerable<(string Stage, Evaluation Evaluation)> Stages(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        yield return (Uncalibrated, report.Evaluation);
        foreach (var calibration in report.Calibrations)
        {
            if (calibration.Evaluation is { } evaluation)
            {
                yield return (calibration.Method, evaluation);
            }
        }
    }
}
