using LsCalib.Core.Binless;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>Calibration errors that need no bins.</summary>
internal static class BinlessMetrics
{
    private const string Dimitriadis = "Dimitriadis, Gneiting and Jordan 2021";

    public static IEnumerable<MetricFamily> Families =>
    [
        new()
        {
            Pattern = "smooth-ece",
            Title = "SmoothECE",
            Definition = "∫ |smoothed (correct − confidence)| over [0,1], Gaussian kernel of width s reflected at 0 and 1, at the s that equals the result",
            Source = "Błasiok and Nakkiran 2023",
            Quantity = MetricFamily.Quantities.Smooth,
            TakesWeights = true,
            Bins = (context, _) => context.Table(Binning.EqualWidth, SmoothResamples.CellCount),
            Paired = new PairedSmoothMeasure(),
            Measure = (context, _) =>
            {
                var smooth = SmoothEce.Compute(context.Order);
                var cells = context.Table(Binning.EqualWidth, SmoothResamples.CellCount);
                var interval = context.Bootstrap is { } sums ? SmoothResamples.Of(cells, context.Edges, sums, smooth.Value, context.Level) : null;
                var floor = SmoothResamples.Floor(context.Noise(cells));
                return new(smooth.Value, interval is null ? null : FewOutcomes.OfError(context, interval, smooth.Value, floor), floor);
            },
        },
        .. Corp("corp-brier", "Brier", MetricFamily.Units.Square, "(correct − confidence)²", CorpDecomposition.Brier),
        .. Corp("corp-log", "log", MetricFamily.Units.Nats, "−ln of the probability that the confidence gave to what happened", CorpDecomposition.Log),
        new()
        {
            Pattern = "ece-kde",
            Title = "ECE, kernel density",
            Definition = "mean of |leave-one-out kernel estimate of accuracy − confidence|, Beta kernel, bandwidth by leave-one-out likelihood; weak where many confidences are near 1; the upper end of the interval is raised by what kernels a quarter as wide add, as they smooth away less; noise floor of 200 draws, it and the interval at up to 500 of the rows",
            Source = "Popordanoska, Sayer and Blaschko 2022",
            Paired = new PairedDensityMeasure(),
            Measure = (context, _) =>
            {
                var kde = KernelDensityEce.Compute(context.Order, context.Options.Seed, null, context.Cancel);
                var (deviation, smoothed, calibrated) = KernelDensityNoise.Of(context.Order, kde, context.Options.Seed, VectorPaths.Best, context.Cancel);
                string note = FormattableString.Invariant($"bandwidth {kde.Bandwidth:0.00000}, {kde.RowsUsed} rows used");
                if (calibrated.Length == 0)
                {
                    return new(kde.Expected) { Note = note };
                }

                // Biased upwards by at most what a calibrated model has, downwards by what smoothing takes away.
                var floor = NoiseFloors.Summary(calibrated);
                double half = Intervals.Quantile(context.Level) * deviation;
                var interval = new Interval(Math.Max(0, kde.Expected - floor.Mean - half), Math.Min(1, kde.Expected + smoothed + half), "jackknife, widened by noise floor and smoothing");
                return new(kde.Expected, FewOutcomes.OfError(context, interval, kde.Expected, floor), floor) { Note = note };
            },
        },
    ];

    private static IEnumerable<MetricFamily> Corp(
        string key, string score, string unit, string words, Func<ConfidenceOrder, IsotonicRegression, CorpDecomposition> decompose) =>
    [
        new()
        {
            Pattern = key + "-mcb",
            Title = $"MCB, {score}",
            Unit = unit,
            Definition = $"miscalibration: mean {words}, less the same after isotonic recalibration of the top-label confidence; p-value: share of 200 draws of a calibrated model with as much, to which isotonic regression adapts too",
            Source = Dimitriadis,
            Measure = (context, _) =>
            {
                double value = decompose(context.Order, context.Isotonic).Miscalibration;
                var draws = context.Redraw(order => decompose(order, IsotonicRegression.Fit(order)).Miscalibration);
                double asMuch = draws.Count(draw => draw >= value);
                return new(value, null, NoiseFloors.Summary(draws)) { PValue = (asMuch + 1) / (draws.Length + 1) };
            },
        },
        new()
        {
            Pattern = key + "-dsc",
            Title = $"DSC, {score}",
            Unit = unit,
            Better = Better.Higher,
            Definition = $"discrimination: the uncertainty less the mean {words} after isotonic recalibration",
            Source = Dimitriadis,
            Measure = (context, _) => new(decompose(context.Order, context.Isotonic).Discrimination),
        },
        new()
        {
            Pattern = key + "-unc",
            Title = $"UNC, {score}",
            Unit = unit,
            Better = Better.None,
            Definition = $"uncertainty: mean {words} where every row claims the overall accuracy; the score is MCB − DSC + UNC",
            Source = Dimitriadis,
            Measure = (context, _) => new(decompose(context.Order, context.Isotonic).Uncertainty),
        },
    ];
}
