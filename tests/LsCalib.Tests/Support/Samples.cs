using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Support;

/// <summary>Seeded predictions of a model that is right as often as it should be at a known temperature.</summary>
internal static class Samples
{
    /// <summary>Logits such that the labels follow softmax(logits / temperature).</summary>
    public static (float[] Logits, int[] Labels) Calibrated(int rows, int classes, double temperature, double spread, long seed)
    {
        var random = new SeededRandom(seed);
        var logits = new float[rows * classes];
        var labels = new int[rows];
        var p = new double[classes];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < classes; k++)
            {
                logits[(i * classes) + k] = (float)(random.NextGaussian() * spread * temperature);
                p[k] = logits[(i * classes) + k];
            }

            Softmax.InPlace(p, 1 / temperature);
            double u = random.NextDouble();
            int label = 0;
            while (label < classes - 1 && (u -= p[label]) >= 0)
            {
                label++;
            }

            labels[i] = label;
        }

        return (logits, labels);
    }

    public static ScoreMatrix<float> Logits(float[] values, int classes) => ScoreMatrix.From(ScoreKind.Logits, values, classes);

    public static ScoreMatrix<double> Probabilities(double[] values, int classes) => ScoreMatrix.From(ScoreKind.Probabilities, values, classes);
}
