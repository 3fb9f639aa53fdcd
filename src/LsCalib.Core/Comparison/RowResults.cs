using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// What a model predicts of each row, as far as a baseline keeps it: enough for every top-label metric, NLL and Brier score,
/// and the same to the last bit whether it comes from scores or from a file. The arrays are not to be changed.
/// </summary>
public sealed class RowResults
{
    /// <summary>Probabilities below are kept as their logarithm, so that none underflows.</summary>
    private static readonly double LeastProbability = Math.Pow(2, -1000);

    /// <param name="labels">True class of each row [N], 0 to K−1.</param>
    /// <param name="predicted">Predicted class of each row [N], 0 to K−1.</param>
    /// <param name="confidence">Probability of the predicted class [N], in [0,1].</param>
    /// <param name="trueProbability">As <see cref="TrueProbability"/> [N].</param>
    /// <param name="brier">Brier score of each row [N], 0 to 2.</param>
    /// <param name="classCount">K.</param>
    /// <exception cref="ArgumentException">The arrays are of unlike length.</exception>
    public RowResults(int[] labels, int[] predicted, double[] confidence, double[] trueProbability, double[] brier, int classCount)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(confidence);
        ArgumentNullException.ThrowIfNull(trueProbability);
        ArgumentNullException.ThrowIfNull(brier);
        if (new[] { predicted.Length, confidence.Length, trueProbability.Length, brier.Length }.Any(length => length != labels.Length))
        {
            throw new ArgumentException("The columns are of unlike length.", nameof(labels));
        }

        Labels = labels;
        Predicted = predicted;
        Confidence = confidence;
        TrueProbability = trueProbability;
        Brier = brier;
        ClassCount = classCount;
    }

    /// <summary>N.</summary>
    public int RowCount => Labels.Length;

    /// <summary>K.</summary>
    public int ClassCount { get; }

    /// <summary>True class of each row [N].</summary>
    public int[] Labels { get; }

    /// <summary>Predicted class of each row [N].</summary>
    public int[] Predicted { get; }

    /// <summary>Probability of the predicted class [N].</summary>
    public double[] Confidence { get; }

    /// <summary>
    /// Probability of the true class [N]; that of a right row is its confidence, to the bit. A value below 0 is a natural
    /// logarithm: that of a probability below 2⁻¹⁰⁰⁰.
    /// </summary>
    public double[] TrueProbability { get; }

    /// <summary>Σ_k (p_k − 1[k = label])², 0 to 2 [N].</summary>
    public double[] Brier { get; }

    /// <summary>Probabilities of all classes [N,K], for the metrics that need them; null: they are not kept.</summary>
    public ScoreMatrix? Probabilities { get; private init; }

    /// <summary>The row results of scores.</summary>
    public static RowResults From(PredictionStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        var probabilities = new double[statistics.RowCount];
        for (int row = 0; row < probabilities.Length; row++)
        {
            double p = Math.Exp(-statistics.Nll[row]);
            probabilities[row] = statistics.IsCorrect(row) ? statistics.Confidence[row] : p >= LeastProbability ? p : -statistics.Nll[row];
        }

        return new(statistics.Labels, statistics.Predicted, statistics.Confidence, probabilities, statistics.Brier, statistics.ClassCount);
    }

    /// <summary>The same with the probabilities of all classes.</summary>
    /// <param name="probabilities">[N,K], of kind <see cref="ScoreKind.Probabilities"/>; null: they are not known.</param>
    /// <exception cref="ArgumentException">They are of other rows or classes, or no probabilities.</exception>
    public RowResults With(ScoreMatrix? probabilities) =>
        probabilities is null || (probabilities.RowCount, probabilities.ClassCount, probabilities.Kind) == (RowCount, ClassCount, ScoreKind.Probabilities)
            ? new(Labels, Predicted, Confidence, TrueProbability, Brier, ClassCount) { Probabilities = probabilities }
            : throw new ArgumentException("The probabilities are not of these rows and classes.", nameof(probabilities));

    /// <summary>Whether the prediction of a row is its label.</summary>
    public bool IsCorrect(int row) => Predicted[row] == Labels[row];

    /// <summary>−ln of the true class's probability, in nats.</summary>
    public double Nll(int row) => TrueProbability[row] < 0 ? -TrueProbability[row] : Math.Max(0, -Math.Log(TrueProbability[row]));

    /// <summary>The rows by confidence.</summary>
    public ConfidenceOrder ToOrder() => ConfidenceOrder.From(Confidence, [.. Enumerable.Range(0, RowCount).Select(IsCorrect)]);

    /// <summary>Some rows, in the order given.</summary>
    public RowResults Take(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        T[] Of<T>(T[] column) => Array.ConvertAll(rows, row => column[row]);
        return new(Of(Labels), Of(Predicted), Of(Confidence), Of(TrueProbability), Of(Brier), ClassCount) { Probabilities = Probabilities?.Take(rows) };
    }

    /// <summary>Whether every number is the same to the bit; probabilities of all classes are not looked at.</summary>
    public bool IsSame(RowResults other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ClassCount == other.ClassCount && Labels.AsSpan().SequenceEqual(other.Labels) && Predicted.AsSpan().SequenceEqual(other.Predicted)
            && Confidence.AsSpan().SequenceEqual(other.Confidence) && TrueProbability.AsSpan().SequenceEqual(other.TrueProbability)
            && Brier.AsSpan().SequenceEqual(other.Brier);
    }
}
