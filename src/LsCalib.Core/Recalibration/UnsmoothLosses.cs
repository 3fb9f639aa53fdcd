using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Recalibration;

/// <summary>NLL of <see cref="Unsmoothing"/> at many α from one pass over the rows.</summary>
/// <param name="logits">Logits [N,K], finite; at least one row.</param>
/// <param name="labels">True classes [N].</param>
/// <param name="uniformWeight">w of the uniform distribution that is mixed in.</param>
/// <param name="threads">Threads to use; the result does not depend on it.</param>
/// <param name="cancel">Stops between runs of rows.</param>
internal sealed class UnsmoothLosses(ScoreMatrix logits, int[] labels, double uniformWeight, int threads, CancellationToken cancel)
{
    private const int MostRuns = 16;

    /// <summary>Rows whose losses are summed as a product: each factor is at least 1/(K(n+1)), above 1e-18, so 16 of them stay above 1e-300.</summary>
    private const int RowsOfProduct = 16;

    /// <summary>Mean NLL of the mixed map, in nats, at each α.</summary>
    /// <param name="alphas">Ascending, in [0,1).</param>
    public double[] At(double[] alphas)
    {
        var shares = Array.ConvertAll(alphas, alpha => alpha / logits.ClassCount);
        var parts = RowRuns.Compute(logits.RowCount, Math.Min(logits.RowCount, MostRuns), threads, (first, end) => Sum(shares, first, end), cancel);
        var losses = new double[alphas.Length];
        foreach (double[] part in parts)
        {
            for (int g = 0; g < losses.Length; g++)
            {
                losses[g] += part[g] / logits.RowCount;
            }
        }

        return losses;
    }

    /// <summary>NLL of a run of rows at each share α/K, all from one look at each probability.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double[] Sum(double[] shares, int first, int end)
    {
        int count = shares.Length;
        double floor = uniformWeight / logits.ClassCount;
        var row = new double[logits.ClassCount];
        var rows = new int[count + 1];
        var masses = new double[count + 1];
        var losses = new double[count];
        var products = new double[count];
        Array.Fill(products, 1);
        for (int i = first; i < end; i++)
        {
            logits.CopyRow(i, row);
            Softmax.InPlace(row);

            // A probability stays above the first shares up to its own place.
            Array.Clear(rows);
            Array.Clear(masses);
            foreach (double p in row)
            {
                int place = p > shares[count - 1] ? count : p <= shares[0] ? 0 : Above(shares, p);
                rows[place]++;
                masses[place] += p;
            }

            double own = row[labels[i]];
            int active = 0;
            double mass = 0;
            bool isFull = (i - first) % RowsOfProduct == RowsOfProduct - 1 || i == end - 1;
            for (int g = count - 1; g >= 0; g--)
            {
                active += rows[g + 1];
                mass += masses[g + 1];
                double q = Math.Max(0, own - shares[g]) / (mass - (active * shares[g]));
                products[g] *= ((1 - uniformWeight) * q) + floor;
                if (isFull)
                {
                    losses[g] -= Math.Log(products[g]);
                    products[g] = 1;
                }
            }
        }

        return losses;
    }

    /// <summary>How many shares lie below p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Above(double[] shares, double p)
    {
        int low = 0;
        int high = shares.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = shares[middle] < p ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
