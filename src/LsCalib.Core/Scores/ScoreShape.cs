namespace LsCalib.Core.Scores;

/// <summary>How an array of scores falls into rows: samples of several positions, each position with a score for every class.</summary>
/// <param name="ClassCount">Length of the class axis; 1 for a binary model that gives class 1 only.</param>
/// <param name="PositionCount">Positions of a sample, 1 or more.</param>
/// <param name="ClassesLast">Whether the scores of a position lie side by side; else those of a class do.</param>
public sealed record ScoreShape(int ClassCount, int PositionCount, bool ClassesLast)
{
    /// <summary>Fits an array of scores to an array of labels; axes of length 1 do not count as positions.</summary>
    /// <param name="scores">Shape of the scores, the first axis counting samples.</param>
    /// <param name="labels">Shape of the labels, the first axis counting samples.</param>
    /// <param name="axis">The class axis of an array of more than two axes.</param>
    /// <returns>Null where the labels have other positions than the scores.</returns>
    public static ScoreShape? Fit(IReadOnlyList<long> scores, IReadOnlyList<long> labels, ClassAxis axis)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        long[] positions = [.. labels.Skip(1).Where(length => length != 1)];
        if (scores.Count < 3)
        {
            long columns = scores.Count == 1 ? 1 : scores[1];
            return positions.Length == 0 && columns <= int.MaxValue ? new((int)columns, 1, true) : null;
        }

        int classes = axis == ClassAxis.Last ? scores.Count - 1 : 1;
        var others = scores.Where((length, i) => i != 0 && i != classes && length != 1);
        if (others.SequenceEqual(positions))
        {
            long count = positions.Aggregate(1L, (product, length) => product * length);
            return scores[classes] <= int.MaxValue && count <= int.MaxValue ? new((int)scores[classes], (int)count, axis == ClassAxis.Last) : null;
        }

        // [N,1,K] or [N,K,1,1] with one label a sample: the only axis that is longer than 1 counts the classes.
        long[] wide = [.. scores.Skip(1).Where(length => length != 1)];
        return positions.Length == 0 && wide.Length == 1 && wide[0] <= int.MaxValue ? new((int)wide[0], 1, true) : null;
    }
}
