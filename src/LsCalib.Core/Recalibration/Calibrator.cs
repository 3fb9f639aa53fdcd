using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>
/// A fitted map from a model's logits to better calibrated scores. Rows of probabilities come in as their logarithms
/// (<see cref="ScoreMatrix.ToLogits"/>), a probability of 0 as <see cref="ScoreMatrix.LogOfZero"/>.
/// </summary>
/// <param name="ClassCount">K, at least 2.</param>
/// <param name="RowCount">n, the rows that it was fitted on.</param>
public abstract record Calibrator(int ClassCount, int RowCount)
{
    /// <summary>The smallest logarithm of a probability, or of its complement, that is told apart from 0: ln 2⁻⁵².</summary>
    public const double LogFloor = -36.04365338911715;

    /// <summary>Key of the method, such as temperature.</summary>
    public abstract string Method { get; }

    /// <summary>What <see cref="Transform"/> writes: logits where the map ends in a softmax, else probabilities.</summary>
    public abstract ScoreKind Output { get; }

    /// <summary>Whether no row's predicted class can change.</summary>
    public abstract bool KeepsPrediction { get; }

    /// <summary>Numbers that were fitted.</summary>
    public abstract int ParameterCount { get; }

    /// <summary>Maps one row.</summary>
    /// <param name="logits">Logits [K].</param>
    /// <param name="target">Receives logits, or probabilities that sum to 1 [K]; may be the same memory.</param>
    public abstract void Transform(ReadOnlySpan<double> logits, Span<double> target);

    /// <summary>Weight of the uniform distribution that keeps maps with zeros finite: 1/(n+1).</summary>
    protected static double UniformWeight(int rowCount) => 1.0 / (rowCount + 1);

    /// <summary>Divides by the sum, an empty row being uniform, and mixes in the uniform distribution.</summary>
    /// <param name="row">Numbers ≥ 0 [K], overwritten by probabilities.</param>
    /// <param name="uniformWeight">w of (1−w)·q + w/K.</param>
    protected static void NormaliseAndMix(Span<double> row, double uniformWeight)
    {
        double sum = 0;
        foreach (double value in row)
        {
            sum += value;
        }

        for (int k = 0; k < row.Length; k++)
        {
            double q = sum > 0 ? row[k] / sum : 1.0 / row.Length;
            row[k] = ((1 - uniformWeight) * q) + (uniformWeight / row.Length);
        }
    }
}
