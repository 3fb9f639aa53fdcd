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
            Title = "classwise ECE, #",
            Needs = MetricNeeds.Scores,
            Definition = "mean over classes k of Σ n_kb/N |mean p_k − frequency of k| over # equal-width bins of p_k, every row in every class; Nixon's static calibration error (SCE)",
            Source = "Nixon et al. 2019",
            Measure = (context, bins) => Classwise(context, bins, 1),
        },
        new()
        {
            Pattern = "classwise-ece-#-sum",
            Title = "classwise ECE, # sum",
            Needs = MetricNeeds.Scores,
            Definition = "sum over classes k of Σ n_kb/N |mean p_k − frequency of k| over # equal-width bins of p_k: K times the mean",
            Source = "Kull et al. 2019",
            Measure = (context, bins) => Classwise(context, bins, context.Statistics.ClassCount),
        },
    ];

    private static Measurement Classwise(MetricContext context, int bins, double factor)
    {
        var (cells, floor) = context.Classwise(bins);
        double value = CalibrationError.Classwise(cells, context.RowCount);
        return new(value * factor, null, new(floor.Mean * factor, floor.Median * factor, floor.Q95 * factor));
    }
}
