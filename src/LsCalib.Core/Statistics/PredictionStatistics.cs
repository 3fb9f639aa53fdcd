using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>
/// What one pass over the scores leaves: a few numbers for each row and sums over the cells of the classwise tables.
/// Every metric is computed from this; the scores are not read again. The arrays are not to be changed.
/// </summary>
public sealed class PredictionStatistics
{
    internal PredictionStatistics(int[] labels, int classCount, int classwiseBinCount)
    {
        int n = labels.Length;
        ClassCount = classCount;
        Labels = labels;
        Predicted = new int[n];
        Confidence = new double[n];
        Nll = new double[n];
        Brier = new double[n];
        IsInTopFive = new bool[n];
        Classwise = new ClasswiseCells(classCount, classwiseBinCount);
        CorrectByClass = new int[classCount];
    }

    /// <summary>N.</summary>
    public int RowCount => Labels.Length;

    /// <summary>K.</summary>
    public int ClassCount { get; }

    /// <summary>True class of each row [N].</summary>
    public int[] Labels { get; }

    /// <summary>Class of the largest score of each row, the lowest index of equals [N].</summary>
    public int[] Predicted { get; }

    /// <summary>Probability of the predicted class [N].</summary>
    public double[] Confidence { get; }

    /// <summary>−ln p of the true class, in nats [N].</summary>
    public double[] Nll { get; }

    /// <summary>Σ_k (p_k − 1[k = label])², 0 to 2 [N].</summary>
    public double[] Brier { get; }

    /// <summary>Whether the true class of each row is among its five largest scores [N].</summary>
    public bool[] IsInTopFive { get; }

    /// <summary>Rows whose prediction is their label.</summary>
    public int CorrectCount { get; internal set; }

    /// <summary>Rows whose true class is among the five largest scores, lower indices first among equals.</summary>
    public int TopFiveCount { get; internal set; }

    /// <summary>Rows whose true-class probability was exactly 0 and was replaced (<see cref="ScoreMatrix.ZeroReplacement"/>).</summary>
    public int ZeroProbabilityRowCount { get; internal set; }

    /// <summary>Correct rows by true class [K].</summary>
    public int[] CorrectByClass { get; }

    /// <summary>Sums over the cells of the classwise tables.</summary>
    public ClasswiseCells Classwise { get; }

    /// <summary>Whether the prediction of a row is its label.</summary>
    public bool IsCorrect(int row) => Predicted[row] == Labels[row];

    /// <summary>1 for each right row, 0 for each wrong one [N].</summary>
    public double[] Outcomes() => [.. Enumerable.Range(0, RowCount).Select(row => IsCorrect(row) ? 1.0 : 0)];

    /// <summary>Correct − confidence of each row [N]; their mean is the gap.</summary>
    public double[] Residuals() => [.. Enumerable.Range(0, RowCount).Select(row => (IsCorrect(row) ? 1 : 0) - Confidence[row])];
}
