using LsCalib.Core.Comparison;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Benchmarks;

/// <summary>What the tolerance of a simulated rule is.</summary>
internal enum GateGoal
{
    /// <summary>The tolerance is 0.</summary>
    Zero,

    /// <summary>The tolerance is 0.02.</summary>
    Small,

    /// <summary>The tolerance is the true worsening.</summary>
    Equal,

    /// <summary>The true worsening lies above the tolerance by twice the size that the gate says it can detect.</summary>
    Detectable,
}

/// <summary>Two models whose logits are the true ones times a sharpness, each with noise of its own.</summary>
/// <param name="Name">In words.</param>
/// <param name="Baseline">Sharpness of the baseline.</param>
/// <param name="Candidate">That of the candidate.</param>
/// <param name="Noise">Standard deviation of the noise on the logits of both.</param>
/// <param name="Goal">The tolerance.</param>
internal sealed record GateScenario(string Name, double Baseline, double Candidate, double Noise, GateGoal Goal)
{
    /// <summary>K.</summary>
    public int Classes { get; init; } = 5;

    /// <summary>Noise that the candidate has instead, where it is above 0.</summary>
    public double CandidateNoise { get; init; }

    /// <summary>Row results of both models and the true probabilities [N,K].</summary>
    /// <param name="n">Rows.</param>
    /// <param name="random">Source of everything.</param>
    /// <param name="isTruth">Whether NLL and Brier score are their expected values given the row.</param>
    public (RowResults Baseline, RowResults Candidate, double[] Probabilities) Draw(int n, SeededRandom random, bool isTruth)
    {
        var p = new double[n * Classes];
        var labels = new int[n];
        var logits = new double[n * Classes];
        for (int i = 0; i < n; i++)
        {
            var row = p.AsSpan(i * Classes, Classes);
            for (int k = 0; k < Classes; k++)
            {
                row[k] = logits[(i * Classes) + k] = 2 * random.NextGaussian();
            }

            Softmax.InPlace(row);
            double u = random.NextDouble();
            while (labels[i] < Classes - 1 && (u -= row[labels[i]]) >= 0)
            {
                labels[i]++;
            }
        }

        double ofCandidate = CandidateNoise > 0 ? CandidateNoise : Noise;
        return (Model(logits, p, labels, Baseline, Noise, random, isTruth), Model(logits, p, labels, Candidate, ofCandidate, random, isTruth), p);
    }

    private RowResults Model(double[] logits, double[] p, int[] labels, double sharpness, double noise, SeededRandom random, bool isTruth)
    {
        int n = labels.Length;
        var (predicted, confidence, probability, brier) = (new int[n], new double[n], new double[n], new double[n]);
        var all = new double[n * Classes];
        for (int i = 0; i < n; i++)
        {
            var q = all.AsSpan(i * Classes, Classes);
            for (int k = 0; k < Classes; k++)
            {
                q[k] = sharpness * (logits[(i * Classes) + k] + (noise * random.NextGaussian()));
            }

            Softmax.InPlace(q);
            double squares = 0;
            double ofLabel = 0;
            double nll = 0;
            for (int k = 0; k < Classes; k++)
            {
                squares += q[k] * q[k];
                predicted[i] = q[k] > q[predicted[i]] ? k : predicted[i];
                double weight = isTruth ? p[(i * Classes) + k] : k == labels[i] ? 1 : 0;
                ofLabel += weight * q[k];
                nll -= weight > 0 ? weight * Math.Log(q[k]) : 0;
            }

            confidence[i] = q[predicted[i]];
            probability[i] = isTruth ? -nll : q[labels[i]];
            brier[i] = squares - (2 * ofLabel) + 1;
        }

        return new RowResults(labels, predicted, confidence, probability, brier, Classes).With(ScoreMatrix.From(ScoreKind.Probabilities, all, Classes));
    }
}
