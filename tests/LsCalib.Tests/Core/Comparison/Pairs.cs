using LsCalib.Core.Comparison;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Comparison;

/// <summary>Row results of two models on the same rows, with the probabilities of all classes; of four unless said otherwise.</summary>
internal static class Pairs
{
    public const int Classes = 4;

    /// <summary>Labels are drawn from softmax(z); a model's logits are z plus noise of its own, times its sharpness.</summary>
    public static (RowResults Baseline, RowResults Candidate) Of(int rows, long seed, double baseline = 1, double candidate = 1, double noise = 0, int classes = Classes)
    {
        var random = new SeededRandom(seed);
        var logits = new double[rows * classes];
        var labels = new int[rows];
        var p = new double[classes];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < classes; k++)
            {
                p[k] = logits[(i * classes) + k] = 2 * random.NextGaussian();
            }

            Softmax.InPlace(p);
            double u = random.NextDouble();
            while (labels[i] < classes - 1 && (u -= p[labels[i]]) >= 0)
            {
                labels[i]++;
            }
        }

        RowResults Model(double sharpness)
        {
            var (predicted, confidence, probability, brier) = (new int[rows], new double[rows], new double[rows], new double[rows]);
            var all = new double[rows * classes];
            for (int i = 0; i < rows; i++)
            {
                for (int k = 0; k < classes; k++)
                {
                    p[k] = sharpness * (logits[(i * classes) + k] + (noise * random.NextGaussian()));
                }

                Softmax.InPlace(p);
                p.CopyTo(all, i * classes);
                predicted[i] = Array.IndexOf(p, p.Max());
                confidence[i] = p.Max();
                probability[i] = p[labels[i]];
                brier[i] = p.Sum(value => value * value) - (2 * p[labels[i]]) + 1;
            }

            return new RowResults(labels, predicted, confidence, probability, brier, classes).With(ScoreMatrix.From(ScoreKind.Probabilities, all, classes));
        }

        return (Model(baseline), Model(candidate));
    }
}
