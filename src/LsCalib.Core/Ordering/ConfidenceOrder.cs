using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Ordering;

/// <summary>
/// Top-label predictions in ascending order of confidence: what every binned, smoothed, isotonic and ranking estimator
/// starts from. Rows of equal confidence stand side by side, in the order of the file; estimators treat them as one
/// block, so that the order of rows never matters. The arrays are not to be changed.
/// </summary>
public sealed class ConfidenceOrder
{
    private ConfidenceOrder(double[] confidence, bool[] correct, int[] row, double[]? weight = null)
    {
        Confidence = confidence;
        Correct = correct;
        Row = row;
        Weight = weight;
    }

    /// <summary>N.</summary>
    public int RowCount => Confidence.Length;

    /// <summary>Confidences, ascending [N].</summary>
    public double[] Confidence { get; }

    /// <summary>Whether the prediction at each place is right [N].</summary>
    public bool[] Correct { get; }

    /// <summary>The row that stands at each place [N].</summary>
    public int[] Row { get; }

    /// <summary>How much the row at each place counts [N], with a mean of 1; null: all the same.</summary>
    public double[]? Weight { get; }

    /// <summary>Predictions that are right.</summary>
    internal int CorrectCount => Correct.AsSpan().Count(true);

    /// <summary>Sorts predictions by confidence.</summary>
    /// <param name="confidences">[N]; probabilities, or any finite score where only the order counts.</param>
    /// <param name="correct">Whether each prediction is right [N].</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is not finite.</exception>
    public static ConfidenceOrder From(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct)
    {
        if (confidences.Length != correct.Length)
        {
            throw new ArgumentException($"{correct.Length} outcomes for {confidences.Length} confidences.", nameof(correct));
        }

        for (int i = 0; i < confidences.Length; i++)
        {
            if (!double.IsFinite(confidences[i]))
            {
                throw new ArgumentException($"Confidence {i} is {confidences[i]}; confidences are finite.", nameof(confidences));
            }
        }

        var order = new ConfidenceOrder(new double[confidences.Length], new bool[confidences.Length], new int[confidences.Length]);
        RadixSort.Ascending(confidences, order.Confidence, order.Row);
        for (int i = 0; i < order.Row.Length; i++)
        {
            order.Correct[i] = correct[order.Row[i]];
        }

        return order;
    }

    /// <summary>The same predictions with weights.</summary>
    /// <param name="weights">Weights of the rows [N], or null: all count the same.</param>
    /// <exception cref="ArgumentException">There are more or fewer weights than rows.</exception>
    public ConfidenceOrder Weighted(RowWeights? weights)
    {
        if (weights is null)
        {
            return Weight is null ? this : new(Confidence, Correct, Row);
        }

        return weights.OfRow.Length == RowCount
            ? new(Confidence, Correct, Row, Array.ConvertAll(Row, row => weights.OfRow[row]))
            : throw new ArgumentException($"{weights.OfRow.Length} weights for {RowCount} rows.", nameof(weights));
    }

    /// <summary>End of the block of equal confidences that starts at <paramref name="start"/>: the first place of the next block.</summary>
    internal int EndOfTies(int start)
    {
        double value = Confidence[start];
        int end = start + 1;
        while (end < Confidence.Length && Confidence[end] == value)
        {
            end++;
        }

        return end;
    }

    /// <summary>The same confidences, each right with the probability that it claims.</summary>
    internal ConfidenceOrder Redrawn(SeededRandom random)
    {
        var correct = new bool[Correct.Length];
        for (int i = 0; i < correct.Length; i++)
        {
            correct[i] = random.NextDouble() < Confidence[i];
        }

        return new(Confidence, correct, Row, Weight);
    }

    /// <summary>Outcomes in the order of rows [N].</summary>
    public bool[] CorrectByRow()
    {
        var correct = new bool[Correct.Length];
        for (int i = 0; i < Correct.Length; i++)
        {
            correct[Row[i]] = Correct[i];
        }

        return correct;
    }

    /// <summary>Rows that are right before each place, and in all [N+1].</summary>
    internal int[] RightBefore()
    {
        var right = new int[Correct.Length + 1];
        for (int i = 0; i < Correct.Length; i++)
        {
            right[i + 1] = right[i] + (Correct[i] ? 1 : 0);
        }

        return right;
    }

    /// <summary>Number of different confidences.</summary>
    internal int DistinctCount()
    {
        int count = 0;
        for (int place = 0; place < Confidence.Length; place = EndOfTies(place))
        {
            count++;
        }

        return count;
    }

    /// <summary>Places whose confidence is at most <paramref name="value"/>.</summary>
    internal int PlacesUpTo(double value)
    {
        int low = 0;
        int high = Confidence.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (Confidence[middle] <= value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
