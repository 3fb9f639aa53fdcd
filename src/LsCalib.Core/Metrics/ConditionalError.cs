using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>
/// Top-label calibration error given the predicted class (Gupta and Ramdas 2022): a model can be calibrated on average
/// and over-confident whenever it says one class.
/// </summary>
/// <param name="Value">Σ n_lb/N |accuracy − mean confidence| over predicted classes l and bins b, a fraction.</param>
/// <param name="Floor">Its level for a calibrated model.</param>
public sealed record ConditionalError(double Value, NoiseFloor Floor)
{
    /// <param name="statistics">Row results.</param>
    /// <param name="binCount">Bins of equal width of each predicted class, at least 1.</param>
    public static ConditionalError Compute(PredictionStatistics statistics, int binCount)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        return Compute(statistics.Labels, statistics.Predicted, statistics.Confidence, binCount);
    }

    /// <param name="labels">True classes [N].</param>
    /// <param name="predicted">Predicted classes [N].</param>
    /// <param name="confidence">Their probabilities [N].</param>
    /// <param name="binCount">Bins of equal width of each predicted class, at least 1.</param>
    internal static ConditionalError Compute(int[] labels, int[] predicted, double[] confidence, int binCount)
    {
        var edges = BinEdges.EqualWidth(binCount);
        var cells = new Dictionary<(int, int), (double Expected, double Variance, int Right)>();
        for (int i = 0; i < labels.Length; i++)
        {
            double c = confidence[i];
            var key = (predicted[i], BinEdges.EqualWidthIndex(edges, c));
            cells.TryGetValue(key, out var cell);
            cells[key] = (cell.Expected + c, cell.Variance + (c * (1 - c)), cell.Right + (labels[i] == predicted[i] ? 1 : 0));
        }

        var noise = new CellNoise();
        double sum = 0;
        foreach (var (_, cell) in cells.OrderBy(pair => pair.Key))
        {
            sum += Math.Abs(cell.Right - cell.Expected);
            noise.Add(cell.Expected, cell.Variance);
        }

        return new(sum / labels.Length, noise.Floor(1.0 / labels.Length));
    }
}
