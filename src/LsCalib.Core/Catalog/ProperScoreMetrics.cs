using System.Runtime.CompilerServices;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
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
            IsResampled = true,
            TakesWeights = true,
            Paired = new PairedMeanMeasure((results, row) => results.IsCorrect(row) ? 1 : 0),
            Measure = (context, _) => Proportion(context, context.Order.CorrectCount, sums => sums.Accuracy, () => ByRow(context, right: 1, claimed: 0)),
        },
        new()
        {
            Pattern = "top5-accuracy",
            Title = "top-5 accuracy",
            Better = Better.Higher,
            Needs = MetricNeeds.SixClasses,
            Definition = "fraction of rows whose label is among the five largest scores; lower indices come first in a tie",
            IsResampled = true,
            TakesWeights = true,
            Paired = new PairedTopMeasure(5),
            Measure = (context, _) => Proportion(
                context, context.Statistics.TopFiveCount, sums => sums.Means[MetricContext.TopFiveColumn], () => Array.ConvertAll(context.Statistics.IsInTopFive, inside => inside ? 1.0 : 0)),
        },
        new()
        {
            Pattern = "nll",
            Title = "NLL",
            Unit = MetricFamily.Units.Nats,
            Needs = MetricNeeds.Scores,
            Definition = "mean of −ln p(label), by log-sum-exp of the logits without clipping; a true-class probability of exactly 0 read from a file of probabilities is replaced by the epsilon of its type and counted",
            IsResampled = true,
            TakesWeights = true,
            Paired = new PairedMeanMeasure((results, row) => results.Nll(row)),
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
            IsResampled = true,
            TakesWeights = true,
            Paired = new PairedMeanMeasure((results, row) => results.Brier[row]),
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
            IsResampled = true,
            TakesWeights = true,
            Measure = (context, _) => Plain(context, 0, 1, sums => Difference(sums.Accuracy, sums.Gap)),
        },
        new()
        {
            Pattern = "gap",
            Title = "gap",
            Better = Better.Zero,
            Definition = "accuracy − mean confidence; negative is over-confident",
            IsResampled = true,
            TakesWeights = true,
            Measure = (context, _) =>
            {
                var gap = Plain(context, 1, -1, sums => sums.Gap);
                return gap.Interval is { } interval ? gap with { Interval = FewOutcomes.Widened(context, interval) } : gap;
            },
        },
    ];

    private static Measurement Proportion(MetricContext context, int successes, Func<BootstrapSums, double[]> draws, Func<double[]> values)
    {
        if (context.Groups is null && context.Weights is null)
        {
            return new((double)successes / context.RowCount, Intervals.Wilson(successes, context.RowCount, context.Level));
        }

        var byRow = values();
        if (context.Groups is not { } groups)
        {
            return WeightedMeans.OfShare(byRow, context.Weights!, context.Level);
        }

        double share = Mean(byRow, context.Weights);
        if (context.Bootstrap is not { } sums)
        {
            return new(share);
        }

        // All right or all wrong: resamples show no scatter. The least that the data can say is that of one row a group.
        return new(share, WeightedMeans.IsExtreme(share)
            ? Intervals.Wilson(Math.Round(share), groups.CountOf(context.Weights), context.Level) with { Method = "Wilson, as if of one row a group" }
            : ResampleIntervals.OfMean(draws(sums), byRow, context.Level, groups, context.Weights));
    }

    private static Measurement Mean(MetricContext context, double[] values, int column)
    {
        if (context.Bootstrap is { } sums)
        {
            return new(Mean(values, context.Weights), ResampleIntervals.OfMean(sums.Means[column], values, context.Level, context.Groups, context.Weights));
        }

        return WithoutResamples(context, context.Weights is { } weights ? WeightedMeans.OfMean(values, weights, context.Level) : Intervals.OfMean(values, context.Level));
    }

    /// <summary>A mean of right·correct + claimed·confidence; its normal interval is as good as a bootstrap where rows are independent.</summary>
    private static Measurement Plain(MetricContext context, double right, double claimed, Func<BootstrapSums, double[]> draws)
    {
        if (context.Groups is { } groups && context.Bootstrap is { } sums)
        {
            var values = ByRow(context, right, claimed);
            return new(Mean(values, context.Weights), ResampleIntervals.OfMean(draws(sums), values, context.Level, groups, context.Weights));
        }

        var measured = WithoutResamples(context, context.Weights is { } weights
            ? WeightedMeans.OfMean(ByRow(context, right, claimed), weights, context.Level)
            : Normal(context.Order, right, claimed, context.Level));

        // Rows add no less and no more than this; the normal law of few rows does not know it.
        return measured.Interval is not { } interval ? measured : measured with
        {
            Interval = interval with { Lower = Math.Max(interval.Lower, Math.Min(0, claimed)), Upper = Math.Min(interval.Upper, Math.Max(claimed, right)) },
        };
    }

    private static double Mean(double[] values, RowWeights? weights) => weights is null ? Intervals.Mean(values) : WeightedMeans.Mean(values, weights);

    /// <summary>An interval that takes rows as independent says nothing of grouped ones.</summary>
    private static Measurement WithoutResamples(MetricContext context, Measurement measured) =>
        context.Groups is null ? measured : measured with { Interval = null };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Measurement Normal(ConfidenceOrder order, double right, double claimed, double level)
    {
        double sum = 0;
        for (int i = 0; i < order.Confidence.Length; i++)
        {
            sum += (order.Correct[i] ? right : 0) + (claimed * order.Confidence[i]);
        }

        double mean = sum / order.RowCount;
        double squares = 0;
        for (int i = 0; i < order.Confidence.Length; i++)
        {
            double difference = (order.Correct[i] ? right : 0) + (claimed * order.Confidence[i]) - mean;
            squares += difference * difference;
        }

        return Intervals.OfMean(mean, squares, order.RowCount, level);
    }

    private static double[] ByRow(MetricContext context, double right, double claimed)
    {
        var order = context.Order;
        var values = new double[order.RowCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[order.Row[i]] = (order.Correct[i] ? right : 0) + (claimed * order.Confidence[i]);
        }

        return values;
    }

    private static double[] Difference(double[] a, double[] b)
    {
        var differences = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            differences[i] = a[i] - b[i];
        }

        return differences;
    }
}
