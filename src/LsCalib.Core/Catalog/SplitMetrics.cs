using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.ProperScores;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>NLL and Brier score as calibration plus refinement (Berta et al. 2025).</summary>
internal static class SplitMetrics
{
    private const string Source = "Berta, Holzmüller, Jordan and Bach 2025";

    public static IEnumerable<MetricFamily> Families
    {
        get
        {
            foreach (bool isotonic in new[] { false, true })
            {
                var splits = new Func<MetricContext, ProperScoreSplits>(context => isotonic ? context.IsotonicSplits : context.TemperatureSplits);
                string key = isotonic ? "-isotonic" : "";
                string title = isotonic ? ", isotonic" : "";
                string by = isotonic ? "isotonic regression of every class against the rest" : "temperature scaling";
                yield return Calibration("nll", key, "NLL calibration" + title, MetricFamily.Units.Nats, by, context => (splits(context), splits(context).Nll));
                yield return Refinement("nll", key, "NLL refinement" + title, MetricFamily.Units.Nats, by, context => (splits(context), splits(context).Nll));
                yield return Calibration("brier", key, "Brier calibration" + title, MetricFamily.Units.Brier, by, context => (splits(context), splits(context).Brier));
                yield return Refinement("brier", key, "Brier refinement" + title, MetricFamily.Units.Brier, by, context => (splits(context), splits(context).Brier));
            }
        }
    }

    private static MetricFamily Calibration(
        string score, string key, string title, string unit, string by, Func<MetricContext, (ProperScoreSplits All, ProperScoreSplit One)> split) => new()
        {
            Pattern = $"{score}-calibration{key}",
            Title = title,
            Unit = unit,
            Definition = $"mean {score} less its refinement, by {by}; negative where the recalibration does harm out of fold; the interval ignores the noise of the fit",
            Source = Source,
            Needs = MetricNeeds.Scores,
            Measure = (context, _) => Measure(context, split, one =>
            {
                double half = Intervals.Quantile(context.Level) * one.StandardError;
                return new(one.Calibration, double.IsFinite(half) ? new(one.Calibration - half, one.Calibration + half, "normal, of paired differences") : null);
            }),
        };

    private static MetricFamily Refinement(
        string score, string key, string title, string unit, string by, Func<MetricContext, (ProperScoreSplits All, ProperScoreSplit One)> split) => new()
        {
            Pattern = $"{score}-refinement{key}",
            Title = title,
            Unit = unit,
            Definition = $"mean {score} of rows recalibrated out of fold, by {by} fitted on the other four of five stratified folds",
            Source = Source,
            Needs = MetricNeeds.Scores,
            Measure = (context, _) => Measure(context, split, one => new(one.Refinement)),
        };

    private static Measurement Measure(
        MetricContext context, Func<MetricContext, (ProperScoreSplits All, ProperScoreSplit One)> split, Func<ProperScoreSplit, Measurement> part)
    {
        if (context.Scaling != RowScaling.None)
        {
            return new(double.NaN) { Note = "of the model as it is only" };
        }

        if (context.Groups?.Count < TemperatureScaling.FoldCount)
        {
            return new(double.NaN) { Note = "too few groups of rows to cross-fit on" };
        }

        var (all, one) = split(context);
        return part(one) with { Note = all.Reason };
    }
}
