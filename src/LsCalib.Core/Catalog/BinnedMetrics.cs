using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;

namespace LsCalib.Core.Catalog;

/// <summary>Errors over bins of the top-label confidence.</summary>
internal static class BinnedMetrics
{
    private const string Width = "# equal-width bins (lower, upper] of the top-label confidence";
    private const string Mass = "# bins of equal mass: sorted confidences cut in runs as equal as can be, edges midway, equal edges merged, so tied rows share a bin";
    private const string Guo = "Guo et al. 2017";
    private const string Kumar = "Kumar, Liang and Ma 2019";
    private const int FewRows = 10;

    public static IEnumerable<MetricFamily> Expected =>
    [
        Error("ece-#", "ECE, # equal-width", $"Σ n_m/N |accuracy_m − mean confidence_m| over {Width}", Guo, Binning.EqualWidth, ErrorNorm.Expected, CalibrationError.Expected, BinTermOf.Weighted, MetricFamily.Quantities.Expected),
        Error("ece-#-mass", "ECE, # equal-mass", $"Σ n_m/N |accuracy_m − mean confidence_m| over {Mass}", "Nguyen and O'Connor 2015", Binning.EqualMass, ErrorNorm.Expected, CalibrationError.Expected, BinTermOf.Weighted, MetricFamily.Quantities.Expected),
    ];

    public static IEnumerable<MetricFamily> Sides =>
    [
        Error("ece-#-over", "over-confident part", $"Σ n_m/N (mean confidence_m − accuracy_m) over those of {Width} where it is positive; with the under-confident part it adds up to ece-#", "", Binning.EqualWidth, ErrorNorm.OverConfident, CalibrationError.Overconfident, BinTermOf.Over),
        Error("ece-#-under", "under-confident part", $"Σ n_m/N (accuracy_m − mean confidence_m) over those of {Width} where it is positive", "", Binning.EqualWidth, ErrorNorm.UnderConfident, CalibrationError.Underconfident, BinTermOf.Under),
    ];

    public static IEnumerable<MetricFamily> Maximum =>
    [
        Error("mce-#", "MCE, # equal-width", $"largest |accuracy − mean confidence| of a non-empty bin, {Width}", Guo, Binning.EqualWidth, ErrorNorm.Maximum, table => CalibrationError.Maximum(table), BinTermOf.Gap, MetricFamily.Quantities.Maximum),
        Error("mce-#-mass", "MCE, # equal-mass", $"largest |accuracy − mean confidence| of a bin, {Mass}", Guo, Binning.EqualMass, ErrorNorm.Maximum, table => CalibrationError.Maximum(table), BinTermOf.Gap, MetricFamily.Quantities.Maximum),
        Error("mce-#-min10", "MCE, # bins of 10+", $"largest |accuracy − mean confidence| of a bin of at least 10 rows, {Width}", "", Binning.EqualWidth, ErrorNorm.Maximum, table => CalibrationError.Maximum(table, FewRows), BinTermOf.GapOfBins(FewRows), MetricFamily.Quantities.Maximum, FewRows),
        Error("rmsce-#", "RMSCE, # equal-width", $"square root of Σ n_m/N (accuracy_m − mean confidence_m)² over {Width}", "Hendrycks et al. 2019", Binning.EqualWidth, ErrorNorm.RootMeanSquare, CalibrationError.RootMeanSquare, BinTermOf.Square, MetricFamily.Quantities.RootMeanSquare),
        Error("rmsce-#-mass", "RMSCE, # equal-mass", $"square root of Σ n_m/N (accuracy_m − mean confidence_m)² over {Mass}", "Hendrycks et al. 2019", Binning.EqualMass, ErrorNorm.RootMeanSquare, CalibrationError.RootMeanSquare, BinTermOf.Square, MetricFamily.Quantities.RootMeanSquare),
    ];

    public static IEnumerable<MetricFamily> Debiased =>
    [
        new()
        {
            Pattern = "l2-debiased-#",
            Title = "debiased L2, # mass",
            Definition = $"square root of Σ n_m/N (gap_m² − accuracy_m (1 − accuracy_m)/(n_m − 1)), 0 where negative, over {Mass}; top label; the interval is that of the square's U-statistic (Sun et al. 2024)",
            Source = Kumar,
            Quantity = MetricFamily.Quantities.Debiased,
            IsEqualMass = true,
            TakesWeights = true,
            Arithmetic = (context, bins) => Arithmetic(context.Table(Binning.EqualMass, bins), BinTermOf.DebiasedSquare),
            Measure = L2,
            Paired = new PairedDebiasedMeasure(),
        },
        new()
        {
            Pattern = "l1-debiased-#",
            Title = "debiased ECE, # mass",
            Definition = $"2 ECE − its expected value when each bin's accuracy is normal around the one seen, over {Mass}; can be negative; the interval is that of the error without its bias",
            Source = Kumar,
            TakesWeights = true,
            Bins = (context, bins) => context.Table(Binning.EqualMass, bins),
            Measure = (context, bins) =>
            {
                var table = context.Table(Binning.EqualMass, bins);
                return new(
                    DebiasedError.L1(table),
                    context.ErrorInterval(table, ErrorNorm.Expected, CalibrationError.Expected(table)),
                    context.Floor(table, DebiasedError.L1));
            },
        },
        new()
        {
            Pattern = "sweep-ece",
            Title = "ECE, monotone sweep",
            Definition = "ECE over the largest number of equal-mass bins, counted up from two, before accuracy falls from one bin to the next; interval and noise floor are those of that number of bins",
            Source = "Roelofs et al. 2022",
            IsEqualMass = true,
            Bins = (context, _) => context.Sweep,
            Paired = new PairedBinsMeasure(ErrorNorm.Expected, CalibrationError.Expected),
            Arithmetic = (context, _) => Arithmetic(context.Sweep, BinTermOf.Weighted),
            Measure = (context, _) => Of(context, context.Sweep, ErrorNorm.Expected, CalibrationError.Expected, 1) with { Note = $"{context.Sweep.Bins.Length} bins" },
        },
    ];

    private static MetricFamily Error(
        string pattern, string title, string definition, string source, Binning binning, ErrorNorm norm, Func<ReliabilityTable, double> error, BinTermOf term, string quantity = "", int fewestRows = 1) => new()
        {
            Pattern = pattern,
            Title = title,
            Definition = definition,
            Source = source,
            Quantity = quantity,
            IsEqualMass = binning == Binning.EqualMass,
            TakesWeights = true,
            Bins = (context, bins) => context.Table(binning, bins),
            Arithmetic = (context, bins) => Arithmetic(context.Table(binning, bins), term),
            Measure = (context, bins) => Of(context, context.Table(binning, bins), norm, error, fewestRows),
            Paired = new PairedBinsMeasure(norm, error, fewestRows),
        };

    private static BinArithmetic Arithmetic(ReliabilityTable table, BinTermOf term) => term.Of(BinArithmetic.OwnRule, table.TotalWeight, table.Bins);

    private static Measurement Of(MetricContext context, ReliabilityTable table, ErrorNorm norm, Func<ReliabilityTable, double> error, int fewestRows)
    {
        double value = error(table);
        var floor = context.Floor(table, error);
        var interval = context.ErrorInterval(table, norm, value, fewestRows);
        bool isSided = norm is ErrorNorm.OverConfident or ErrorNorm.UnderConfident;
        return new(value, interval is null || isSided ? interval : FewOutcomes.OfError(context, interval, value, floor), floor);
    }

    private static Measurement L2(MetricContext context, int bins)
    {
        var table = context.Table(Binning.EqualMass, bins);
        var square = context.Weights is null
            ? DebiasedError.OfSquaredL2(table, context.Order.Confidence, context.Order.Correct, context.Level)
            : WeightedDebiasedError.OfSquaredL2(table, context.Order, context.Level);
        return new(
            DebiasedError.L2(table),
            square is null ? null : new(DebiasedError.Root(square.Lower), DebiasedError.Root(square.Upper), square.Method + ", root of the square's"),
            context.Floor(table, DebiasedError.L2));
    }
}
