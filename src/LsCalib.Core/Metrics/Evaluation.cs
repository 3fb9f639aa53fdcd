using System.Collections.Immutable;
using LsCalib.Core.Catalog;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>All that is said of one set of predictions.</summary>
/// <param name="Metrics">The metrics asked for, in the order of tables.</param>
/// <param name="Reliability">The table that the diagram shows.</param>
/// <param name="Classes">One summary for each class; empty where there are no scores.</param>
public sealed record Evaluation(
    ImmutableArray<MetricResult> Metrics, ReliabilityTable Reliability, ImmutableArray<ClassSummary> Classes)
{
    /// <summary>The predictions by confidence.</summary>
    public required ConfidenceOrder Order { get; init; }

    /// <summary>Where the accuracy of each bin of <see cref="Reliability"/> would lie for a calibrated model; null for an empty bin.</summary>
    public required ImmutableArray<Interval?> ConsistencyBars { get; init; }

    /// <summary>Sums over the cells of the classwise tables, with as many bins as <see cref="Reliability"/> was asked for; null where there are no scores.</summary>
    public ClasswiseCells? Classwise { get; init; }

    /// <summary>What the verdict and the diagram rest on, measured whether asked for or not.</summary>
    public ImmutableArray<MetricResult> Basis { get; init; } = [];

    /// <summary>Groups of rows that intervals are drawn by; null where rows are independent.</summary>
    public int? GroupCount { get; init; }

    /// <summary>The same by slices of the rows, the worst first; empty where none were asked for.</summary>
    public ImmutableArray<Slice> Slices { get; init; } = [];

    /// <summary>Metrics asked for that these predictions do not allow, each with the reason.</summary>
    public ImmutableArray<(MetricInfo Info, string Reason)> Omitted { get; init; } = [];

    /// <summary>The measurement of a metric.</summary>
    /// <exception cref="KeyNotFoundException">No metric has that key.</exception>
    public Measurement this[string key]
    {
        get
        {
            foreach (var metrics in new[] { Metrics, Basis })
            {
                foreach (var metric in metrics)
                {
                    if (metric.Info.Key == key)
                    {
                        return metric.Measurement;
                    }
                }
            }

            throw new KeyNotFoundException($"No metric has the key \"{key}\".");
        }
    }
}

/// <summary>One class's row of the per-class table.</summary>
/// <param name="Class">Index, 0 to K−1.</param>
/// <param name="Count">Rows whose label it is.</param>
/// <param name="Accuracy">Fraction of those predicted right (recall), NaN when there are none.</param>
/// <param name="MeanProbability">Mean of p_k over all rows.</param>
/// <param name="Ece">ECE of p_k against the frequency of k, over all rows.</param>
public readonly record struct ClassSummary(int Class, int Count, double Accuracy, double MeanProbability, double Ece)
{
    /// <param name="statistics">Row results.</param>
    /// <param name="cells">Cells of the classwise tables.</param>
    /// <param name="weights">Weights of the rows [N] where the cells are of weighted rows, else null.</param>
    internal static ImmutableArray<ClassSummary> From(PredictionStatistics statistics, ClasswiseCells cells, RowWeights? weights)
    {
        var right = weights is null ? Array.ConvertAll(statistics.CorrectByClass, count => (double)count) : RightByClass(statistics, weights);
        var classes = ImmutableArray.CreateBuilder<ClassSummary>(statistics.ClassCount);
        for (int k = 0; k < statistics.ClassCount; k++)
        {
            classes.Add(new(
                k,
                cells.LabelCount(k),
                right[k] / cells.LabelSumOfClass(k),
                cells.ProbabilitySum(k) / statistics.RowCount,
                CalibrationError.OfClass(cells, k, statistics.RowCount)));
        }

        return classes.MoveToImmutable();
    }

    private static double[] RightByClass(PredictionStatistics statistics, RowWeights weights)
    {
        var right = new double[statistics.ClassCount];
        for (int row = 0; row < statistics.RowCount; row++)
        {
            right[statistics.Labels[row]] += statistics.IsCorrect(row) ? weights.OfRow[row] : 0;
        }

        return right;
    }
}
