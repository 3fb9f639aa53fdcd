using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Binless;

/// <summary>Made-up predictions.</summary>
internal static class Predictions
{
    /// <summary>Confidences crowded towards 1; accuracy lies <paramref name="gap"/>·sin 9c above them.</summary>
    /// <param name="n">Rows.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="gap">Largest miscalibration.</param>
    /// <param name="steps">0, or the number of distinct confidences from 0 to 1, ends included, less one.</param>
    public static (double[] Confidence, bool[] Correct) Sample(int n, long seed, double gap = 0, int steps = 0)
    {
        var random = new SeededRandom(seed, stream: 77);
        var confidence = new double[n];
        var correct = new bool[n];
        for (int i = 0; i < n; i++)
        {
            double u = random.NextDouble();
            double c = 1 - (0.9 * u * u);
            confidence[i] = steps > 0 ? Math.Round(c * steps) / steps : c;
            correct[i] = random.NextDouble() < confidence[i] + (gap * Math.Sin(9 * confidence[i]));
        }

        return (confidence, correct);
    }

    public static ConfidenceOrder Order(int n, long seed, double gap = 0, int steps = 0)
    {
        var (confidence, correct) = Sample(n, seed, gap, steps);
        return ConfidenceOrder.From(confidence, correct);
    }

    /// <summary>The same predictions with rows in another order.</summary>
    public static ConfidenceOrder Shuffled(double[] confidence, bool[] correct)
    {
        var rows = Enumerable.Range(0, confidence.Length).ToArray();
        new SeededRandom(5).Shuffle(rows.AsSpan());
        return ConfidenceOrder.From(rows.Select(row => confidence[row]).ToArray(), rows.Select(row => correct[row]).ToArray());
    }
}
