using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>Accuracy, proper scores, and the direction of the error.</summary>
internal static class ProperScoreMetrics
{
    public static IEnumerable<MetricFamily> Scores =>
    [
        new()
        {
            Pattern = "accuracy",
            Title = "accuracy",
            Better = Better.Higher,
            Definition = "fraction of rows whose largest score is that of the label; the lowest index wins a tie; Wilson's interval, which holds for 0 and 1 too",
            Measure = (context, _) => Proportion(context, context.Order.RightBefore()[^1]),
        },
        new()
        {
            Pattern = "top5-accuracy",
            Title = "top-5 accuracy",
            Better = Better.Higher,
            Needs = MetricNeeds.SixClasses,
            Definition = "fraction of rows whose label is among the five largest scores; lower indices come first in a tie",
            Measure = (context, _) => Proportion(context, context.Statistics.TopFiveCount),
        },
        new()
        {
            Pattern = "nll",
            Title = "NLL",
            Unit = MetricFamily.Units.Nats,
            Needs = MetricNeeds.Scores,
            Definition = "mean of −ln p(label), by log-sum-exp of the logits without clipping; a true-class probability of exactly 0 read from a file of probabilities is replaced by the epsilon of its type and counted",
            Measure = (context, _) => Mean(context, context.Statistics.Nll, MetricContext.NllColumn),
        },
        new()
        {
            Pattern = "brier",
            Title = "Brier",
            Unit = MetricFamily.Units.Brier,
            Needs = MetricNeeds.Scores,
            Definition = "mean over rows of the sum over classes of (p − 1[label])²",
            Source = "Brier 1950",
            Measure = (context, _) => Mean(context, context.Statistics.Brier, MetricContext.BrierColumn),
        },
    ];

    public static IEnumerable<MetricFamily> Direction =>
    [
        new()
        {
            Pattern = "mean-confidence",
            Title = "mean confidence",
            Better = Better.None,
            Definition = "mean probability of the predicted class",
            Measure = (context, _) => Intervals.OfMean(context.Order.Confidence, context.Level),
        },
        new()
        {
            Pattern = "gap",
            Title = "gap",
            Better = Better.Zero,
            Definition = "accuracy − mean confidence; negative is over-confident",
            Measure = (context, _) =>
            {
                var gaps = new double[context.RowCount];
                for (int i = 0; i < gaps.Length; i++)
                {
                    gaps[i] = (context.Order.Correct[i] ? 1 : 0) - context.Order.Confidence[i];
                }

                return Intervals.OfMean(gaps, context.Level);
            },
        },
    ];

    private static Measurement Proportion(MetricContext context, int successes) =>
        new((double)successes / context.RowCount, Intervals.Wilson(successes, context.RowCount, context.Level));

    private static Measurement Mean(MetricContext context, double[] values, int column)
    {
        var measured = Intervals.OfMean(values, context.Level);
        return context.Bootstrap is { } sums
            ? measured with { Interval = ResampleIntervals.OfMean(sums.Means[column], values, context.Level) }
            : measured;
    }
}
