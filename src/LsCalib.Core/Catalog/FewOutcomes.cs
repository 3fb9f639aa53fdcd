using System.Runtime.CompilerServices;
using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>
/// Intervals where hardly a row is wrong, or hardly one right: neither the scatter of the rows nor resamples show then how
/// accuracy could have come out, and intervals that rest on them are far too short. Wilson's interval of the accuracy knows.
/// </summary>
internal static class FewOutcomes
{
    /// <summary>Fewer rows right, or wrong, than this are few.</summary>
    private const double Few = 10;

    /// <summary>The interval of the gap, at least as wide as that of the accuracy less the mean confidence.</summary>
    public static Interval Widened(MetricContext context, Interval gap) =>
        Gap(context) is { } wilson ? gap with { Lower = Math.Min(gap.Lower, wilson.Lower), Upper = Math.Max(gap.Upper, wilson.Upper) } : gap;

    /// <summary>
    /// The interval of an error. It reaches down to 0 where a calibrated model shows as much in one sample of twenty, and,
    /// where outcomes are few, up to the largest gap that they allow, which the error is at least as large as.
    /// </summary>
    /// <param name="context">The predictions.</param>
    /// <param name="error">The interval as resamples have it.</param>
    /// <param name="value">The error.</param>
    /// <param name="floor">Its level under calibration.</param>
    public static Interval OfError(MetricContext context, Interval error, double value, NoiseFloor floor)
    {
        double lower = context.Groups is null && value <= floor.Q95 ? 0 : error.Lower;
        double upper = Gap(context) is { } gap ? Math.Max(error.Upper, Math.Max(-gap.Lower, gap.Upper)) : error.Upper;
        return error with { Lower = Math.Min(lower, error.Lower), Upper = upper };
    }

    /// <summary>Wilson's interval of the accuracy less the mean confidence where outcomes are few, else null.</summary>
    private static Interval? Gap(MetricContext context) =>
        context.Once("gap of few outcomes", () => new StrongBox<Interval?>(Compute(context))).Value;

    private static Interval? Compute(MetricContext context)
    {
        double total = 0;
        double right = 0;
        double claimed = 0;
        var order = context.Order;
        for (int place = 0; place < order.RowCount; place++)
        {
            double weight = order.Weight?[place] ?? 1;
            total += weight;
            right += order.Correct[place] ? weight : 0;
            claimed += weight * order.Confidence[place];
        }

        double accuracy = right / total;
        double rarer = Math.Min(accuracy, 1 - accuracy);
        double count = context.Weights?.EffectiveCount ?? order.RowCount;
        bool isFew = rarer * count < Few;
        if (context.Groups is { } groups)
        {
            // Groups scatter by how the rarer outcomes are spread over them; a few groups of many rows may well show that.
            double all = groups.CountOf(context.Weights);
            double seen = Seen(context, groups, ofRight: accuracy <= 0.5);
            isFew = seen < Math.Min(Few, all / 2);
            count = seen > 0 ? seen / rarer : all;
        }

        if (!isFew)
        {
            return null;
        }

        var wilson = Intervals.Wilson(Math.Clamp(accuracy, 0, 1), count, context.Level);
        return wilson with { Lower = wilson.Lower - (claimed / total), Upper = wilson.Upper - (claimed / total) };
    }

    /// <summary>Groups of equal numbers of right, or wrong, rows that would scatter as much as these do.</summary>
    private static double Seen(MetricContext context, RowGroups groups, bool ofRight)
    {
        var order = context.Order;
        var sums = new double[groups.Count];
        for (int place = 0; place < order.RowCount; place++)
        {
            sums[groups.OfRow[order.Row[place]]] += order.Correct[place] == ofRight ? order.Weight?[place] ?? 1 : 0;
        }

        double sum = 0;
        double squares = 0;
        foreach (double value in sums)
        {
            sum += value;
            squares += value * value;
        }

        return squares > 0 ? sum * sum / squares : 0;
    }
}
