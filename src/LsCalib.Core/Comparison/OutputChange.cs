namespace LsCalib.Core.Comparison;

/// <summary>How far the outputs of two models lie apart on the same rows: the numeric noise of another runtime or precision.</summary>
/// <param name="MeanConfidence">Mean over rows of |change of the confidence|.</param>
/// <param name="LargestConfidence">The largest of them.</param>
/// <param name="Predictions">Rows whose predicted class is another.</param>
/// <param name="Correctness">The rows among them that one model alone has right.</param>
public sealed record OutputChange(double MeanConfidence, double LargestConfidence, int Predictions, McNemar Correctness)
{
    /// <param name="baseline">What is compared with.</param>
    /// <param name="candidate">Predictions of the same rows, in the same order.</param>
    public static OutputChange Between(RowResults baseline, RowResults candidate)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        double sum = 0;
        double largest = 0;
        int changed = 0;
        for (int row = 0; row < baseline.RowCount; row++)
        {
            double change = Math.Abs(candidate.Confidence[row] - baseline.Confidence[row]);
            sum += change;
            largest = Math.Max(largest, change);
            changed += candidate.Predicted[row] == baseline.Predicted[row] ? 0 : 1;
        }

        return new(sum / baseline.RowCount, largest, changed, McNemar.Of(baseline, candidate));
    }
}
