using LsCalib.Core.Comparison;
using LsCalib.Core.Kernels;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Catalog;

/// <summary>Kernel calibration errors, and the test that goes with them.</summary>
internal static class KernelMetrics
{
    private const string Widmann = "Widmann, Lindsten and Zachariah 2019";

    public static IEnumerable<MetricFamily> Families =>
    [
        new()
        {
            Pattern = "skce",
            Title = "SKCE, unbiased",
            Unit = MetricFamily.Units.Square,
            Definition = "squared kernel calibration error of whole probability vectors: mean over pairs of exp(−‖p_i − p_j‖²/2γ²) (e_yi − p_i)·(e_yj − p_j), γ the median distance of 500 rows; 0 on average for a calibrated model, so it can be negative; many rows are taken in blocks",
            Source = Widmann,
            Needs = MetricNeeds.Scores,
            Paired = new PairedKernelMeasure(),
            Measure = (context, _) =>
            {
                var error = KernelCalibration.Estimate(context.Scores, context.Statistics.Labels, context.Scaling, context.Options.Seed, level: context.Level, cancel: context.Cancel);
                return new(error.Unbiased, new(error.Lower, error.Upper, "U-statistic, score interval"), Floor(context, error))
                {
                    Note = FormattableString.Invariant($"γ = {error.Bandwidth:0.0000}; {error.Estimator}"),
                };
            },
        },
        new()
        {
            Pattern = "skce-test",
            Title = "SKCE test",
            Unit = MetricFamily.Units.Statistic,
            Definition = "the unbiased squared kernel calibration error of at most 2,000 rows, with the p-value of labels drawn from the probabilities",
            Source = Widmann,
            Needs = MetricNeeds.Scores,
            Measure = (context, _) =>
            {
                var test = Consistency(context).Test;
                return new(test.Statistic) { PValue = test.PValue, Note = $"p-value: {test.Method}" };
            },
        },
        new()
        {
            Pattern = "mmce",
            Title = "MMCE",
            Definition = "maximum mean calibration error: square root of the mean over all pairs of (c_i − correct_i)(c_j − correct_j) exp(−|c_i − c_j|/0.4), top label; positive for calibrated models too; the interval is that of the error without its bias",
            Source = "Kumar, Sarawagi and Jain 2018",
            Measure = (context, _) =>
            {
                var error = Mmce.From(context.Order, level: context.Level);
                var interval = new Interval(DebiasedError.Root(error.Lower), DebiasedError.Root(error.Upper), "U-statistic, score interval, root of the square's");
                return new(error.Value, interval, NoiseFloors.Summary(context.Redraw(order => Mmce.From(order).Value)))
                {
                    Note = FormattableString.Invariant($"unbiased square {error.UnbiasedSquare:0.00000000}"),
                };
            },
        },
    ];

    private static ConsistencyDraws Consistency(MetricContext context) => context.Once("kernel test", () => ConsistencyTest.Draw(
        context.Scores, context.Statistics.Labels, context.Scaling, context.Options.Seed, null, ConsistencyTest.DefaultDrawCount, VectorPaths.Best, context.Cancel));

    private static NoiseFloor? Floor(MetricContext context, SquaredKernelError error)
    {
        double[] draws = Consistency(context).CalibratedErrors(error.RowsUsed, error.BlockCount, context.Options.Seed);
        return draws.Length == 0 ? null : NoiseFloors.Summary(draws);
    }
}
