using LsCalib.Core.Comparison;
using LsCalib.Core.Numerics;

namespace LsCalib.Tests.Core.Comparison;

/// <summary>Row results of two models of four classes on the same rows.</summary>
internal static class Pairs
{
    public const int Classes = 4;

    /// <summary>Labels are drawn from softmax(z); a model's logits are z plus noise of its own, times its sharpness.</summary>
    public static (RowResults Baseline, RowResults Candidate) Of(int rows, long seed, double baseline = 1, double candidate = 1, double noise = 0)
    {
        var random = new SeededRandom(seed);
        var logits = new double[rows * Classes];
        var labels = new int[rows];
        var p = new double[Classes];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < Classes; k++)
            {
                p[k] = logits[(i * Classes) + k] = 2 * random.NextGaussian();
            }

            Softmax.InPlace(p);
            double u = random.NextDouble();
            while (labels[i] < Classes - 1 && (u -= p[labels[i]]) >= 0)
            {
                labels[i]++;
            }
        }

        RowResults Model(double sharpness)
        {
            var (predicted, confidence, probability, brier) = (new int[rows], new double[rows], new double[rows], new double[rows]);
            for (int i = 0; i < rows; i++)
            {
                for (int k = 0; k < Classes; k++)
                {
                    p[k] = sharpness * (logits[(i * Classes) + k] + (noise * random.NextGaussian()));
                }

                Softmax.InPlace(p);
                predicted[i] = Array.IndexOf(p, p.Max());
                confidence[i] = p.Max();
                probability[i] = p[labels[i]];
                brier[i] = p.Sum(value => value * value) - (2 * p[labels[i]]) + 1;
            }

            return new(labels, predicted, confidence, probability, brier, Classes);
        }

        return (Model(baseline), Model(candidate));
    }
}
