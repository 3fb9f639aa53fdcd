using LsCalib.Core.Smoothing;

namespace LsCalib.Training;

/// <summary>
/// Softmax cross entropy against smoothed targets, in nats, with its gradient. Logits are [N,C,d1,…] with the class on
/// axis 1; a position is one (n, d1, …). Semantics of weights and of ignored labels are those of PyTorch's
/// cross_entropy: with label indices, the mean divides by the weights of the labels; with dense targets, by positions.
/// </summary>
/// <param name="Smoothing">Strength and convention.</param>
/// <param name="ClassWeights">Weight of each class [C], or null: all 1.</param>
/// <param name="IgnoreIndex">Label of positions that do not count.</param>
public sealed record SmoothedCrossEntropy(LabelSmoothing Smoothing, double[]? ClassWeights = null, int IgnoreIndex = -100)
{
    /// <summary>Mean loss over the positions that count; NaN when none does.</summary>
    /// <param name="logits">[N,C,d1,…].</param>
    /// <param name="labels">Class indices [N,d1,…].</param>
    /// <param name="classCount">C.</param>
    /// <param name="inner">d1 × d2 × …; 1 for [N,C].</param>
    /// <param name="gradient">Receives ∂loss/∂logits where it is not empty; the length of <paramref name="logits"/>.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither a class nor ignored.</exception>
    public double Mean(ReadOnlySpan<double> logits, ReadOnlySpan<int> labels, int classCount, int inner = 1, Span<double> gradient = default)
    {
        var losses = new double[labels.Length];
        double divisor = PerPosition(logits, labels, classCount, inner, losses, gradient);
        return Divide(losses, divisor, gradient);
    }

    /// <summary>Mean loss over positions against dense targets.</summary>
    /// <param name="logits">[N,C,d1,…].</param>
    /// <param name="targets">Target distributions, shaped as the logits.</param>
    /// <param name="classCount">C.</param>
    /// <param name="inner">d1 × d2 × …; 1 for [N,C].</param>
    /// <param name="gradient">Receives ∂loss/∂logits where it is not empty.</param>
    public double MeanDense(ReadOnlySpan<double> logits, ReadOnlySpan<double> targets, int classCount, int inner = 1, Span<double> gradient = default)
    {
        int positions = CheckShape(logits.Length, classCount, inner);
        if (targets.Length != logits.Length)
        {
            throw new ArgumentException($"{targets.Length} targets for {logits.Length} logits.", nameof(targets));
        }

        var losses = new double[positions];
        var weighted = new double[classCount];
        var log = new double[classCount];
        for (int i = 0; i < positions; i++)
        {
            int offset = Offset(i, classCount, inner);
            for (int k = 0; k < classCount; k++)
            {
                weighted[k] = targets[offset + (k * inner)];
            }

            Smoothing.Apply(weighted);
            Weigh(weighted);
            losses[i] = Position(logits, offset, inner, weighted, log, gradient);
        }

        return Divide(losses, positions, gradient);
    }

    /// <summary>Loss of each position, 0 where it is ignored.</summary>
    /// <returns>What the mean divides by.</returns>
    public double PerPosition(ReadOnlySpan<double> logits, ReadOnlySpan<int> labels, int classCount, int inner, Span<double> losses, Span<double> gradient = default)
    {
        int positions = CheckShape(logits.Length, classCount, inner);
        if (labels.Length != positions || losses.Length != positions)
        {
            throw new ArgumentException($"{labels.Length} labels and {losses.Length} losses for {positions} positions.", nameof(labels));
        }

        double truth = Smoothing.TrueTarget(classCount);
        double other = Smoothing.WrongTarget(classCount);
        var weighted = new double[classCount];
        var log = new double[classCount];
        double divisor = 0;
        gradient.Clear();
        for (int i = 0; i < positions; i++)
        {
            losses[i] = 0;
            if (labels[i] == IgnoreIndex)
            {
                continue;
            }

            if ((uint)labels[i] >= (uint)classCount)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), labels[i], $"Position {i}: a label is 0 to {classCount - 1}, or {IgnoreIndex} to be ignored.");
            }

            Array.Fill(weighted, other);
            weighted[labels[i]] = truth;
            Weigh(weighted);
            divisor += ClassWeights?[labels[i]] ?? 1;
            losses[i] = Position(logits, Offset(i, classCount, inner), inner, weighted, log, gradient);
        }

        return divisor;
    }

    private static double Divide(double[] losses, double divisor, Span<double> gradient)
    {
        double sum = 0;
        foreach (double loss in losses)
        {
            sum += loss;
        }

        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] /= divisor;
        }

        return sum / divisor;
    }

    private static int Offset(int position, int classCount, int inner) => (position / inner * classCount * inner) + (position % inner);

    private static int CheckShape(int length, int classCount, int inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        return length % (classCount * inner) == 0
            ? length / classCount
            : throw new ArgumentException($"{length} logits are not [N,{classCount},{inner}].");
    }

    private void Weigh(Span<double> targets)
    {
        if (ClassWeights is null)
        {
            return;
        }

        if (ClassWeights.Length != targets.Length)
        {
            throw new ArgumentException($"{ClassWeights.Length} class weights for {targets.Length} classes.");
        }

        for (int k = 0; k < targets.Length; k++)
        {
            targets[k] *= ClassWeights[k];
        }
    }

    /// <summary>−Σ q_k ln p_k, and its gradient (Σ q) p − q.</summary>
    private static double Position(ReadOnlySpan<double> logits, int offset, int inner, double[] q, double[] log, Span<double> gradient)
    {
        double largest = double.NegativeInfinity;
        for (int k = 0; k < q.Length; k++)
        {
            largest = Math.Max(largest, logits[offset + (k * inner)]);
        }

        double sum = 0;
        for (int k = 0; k < q.Length; k++)
        {
            log[k] = logits[offset + (k * inner)] - largest;
            sum += Math.Exp(log[k]);
        }

        double logSum = Math.Log(sum);
        double loss = 0;
        double mass = 0;
        for (int k = 0; k < q.Length; k++)
        {
            // A target of 0 adds nothing, however unlikely its class.
            loss -= q[k] == 0 ? 0 : q[k] * (log[k] - logSum);
            mass += q[k];
        }

        if (!gradient.IsEmpty)
        {
            for (int k = 0; k < q.Length; k++)
            {
                gradient[offset + (k * inner)] = (mass * Math.Exp(log[k] - logSum)) - q[k];
            }
        }

        return loss;
    }
}
