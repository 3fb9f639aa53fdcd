using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Catalog;

/// <summary>Errors of the probabilities of every class.</summary>
internal static class ClasswiseMetrics
{
    public static IEnumerable<MetricFamily> Families =>
    [
        new()
        {
            Pattern = "classwise-ece-#",
            TakesWeights = true,
            Title = "classwise ECE, #",
            Needs = MetricNeeds.Scores,
            Definition = "mean over classes k of Σ n_kb/N |mean p_k − frequency of k| over # equal-width bins of p_k, every row in every class; Nixon's static calibration error (SCE)",
            Source = "Nixon et al. 2019",
            Measure = (context, bins) => Classwise(context, bins, 1),
            Paired = PairedCellsMeasure.Classwise(isSum: false),
        },
        new()
        {
            Pattern = "classwise-ece-#-sum",
            TakesWeights = true,
            Title = "classwise ECE, # sum",
            Needs = MetricNeeds.Scores,
            Definition = "sum over classes k of Σ n_kb/N |mean p_k − frequency of k| over # equal-width bins of p_k: K times the mean",
            Source = "Kull et al. 2019",
            Measure = (context, bins) => Classwise(context, bins, context.Statistics.ClassCount),
            Paired = PairedCellsMeasure.Classwise(isSum: true),
        },
        Marginal("ace-#", "ACE, #", "adaptive calibration error: mean over classes and # ranges of equal mass of p_k of |frequency of k − mean p_k|, ties kept together", "Nixon et al. 2019",
            errors => new(errors.Adaptive, null, errors.AdaptiveFloor), PairedCellsMeasure.Adaptive(double.NegativeInfinity)),
        Marginal("tace-#", "TACE, #", "thresholded adaptive calibration error: ACE over # ranges of the probabilities above 0.001", "Nixon et al. 2019",
            errors => new(errors.Thresholded, null, errors.ThresholdedFloor), PairedCellsMeasure.Adaptive(MarginalErrors.Threshold)),
        Marginal("l2-debiased-#-marginal", "debiased L2, # marginal", "square root, 0 where negative, of the mean over classes of Σ n_b/N (gap_b² − frequency_b (1 − frequency_b)/(n_b − 1)) over # bins of equal mass of p_k; classes are averaged before it is clipped, where others clip each and are biased upwards", "Kumar, Liang and Ma 2019",
            errors => new(DebiasedError.Root(errors.SquaredL2), null, errors.L2Floor), new PairedMarginalMeasure()),
        new()
        {
            Pattern = "conditional-ece-#",
            Title = "top-label ECE by class, #",
            Needs = MetricNeeds.Scores,
            Definition = "Σ n_lb/N |accuracy − mean confidence| over predicted classes l and # equal-width bins b of their confidence",
            Source = "Gupta and Ramdas 2022",
            Measure = (context, bins) =>
            {
                var error = ConditionalError.Compute(context.Statistics, bins);
                return new(error.Value, null, error.Floor);
            },
            Paired = PairedCellsMeasure.Conditional,
        },
    ];

    private static MetricFamily Marginal(string pattern, string title, string definition, string source, Func<MarginalErrors, Measurement> measure, PairedMeasure paired) => new()
    {
        Pattern = pattern,
        Title = title,
        Needs = MetricNeeds.Scores,
        Definition = definition,
        Source = source,
        Measure = (context, bins) => measure(context.Marginal(bins)),
        Paired = paired,
    };

    private static Measurement Classwise(MetricContext context, int bins, double factor)
    {
        var (cells, floor) = context.Classwise(bins);
        double value = CalibrationError.Classwise(cells, context.RowCount);
        var interval = context.ClasswiseInterval(bins);
        return new Measurement(value * factor, interval is null ? null : new(interval.Lower * factor, interval.Upper * factor, interval.Method), new(floor.Mean * factor, floor.Median * factor, floor.Q95 * factor))
        {
            Note = context.Weights is not null && context.Options.ResampleClasses ? "no interval: none is known for weighted rows" : "",
        };
    }
}
