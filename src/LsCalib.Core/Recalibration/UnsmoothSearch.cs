using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Recalibration;

/// <summary>
/// Finds the α of least NLL of <see cref="Unsmoothing"/>. NLL has a peak wherever a true class is about to be cut to 0, and a
/// valley between any two peaks, so it is searched everywhere: on a grid that also has points around the peaks, then by
/// cutting the deepest valleys into nine parts again and again.
/// </summary>
internal sealed class UnsmoothSearch
{
    private const double Largest = 1 - (1.0 / (1 << 20));
    private const int MostPeaks = 256;
    private const int Valleys = 16;
    private const int Rounds = 8;
    private const int Cuts = 9;
    private const int MostRuns = 16;

    private readonly ScoreMatrix _logits;
    private readonly int[] _labels;
    private readonly UnsmoothLosses _losses;
    private readonly int _threads;
    private readonly CancellationToken _cancel;

    /// <param name="logits">Logits [N,K], finite; at least one row.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="uniformWeight">w of the uniform distribution that is mixed in.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public UnsmoothSearch(ScoreMatrix logits, int[] labels, double uniformWeight, int threads, CancellationToken cancel)
    {
        _logits = logits;
        _labels = labels;
        _losses = new(logits, labels, uniformWeight, threads, cancel);
        _threads = threads;
        _cancel = cancel;
    }

    /// <summary>The α of least NLL, in [0,1); the smallest where several are as good.</summary>
    public double Find()
    {
        double[] alphas = Grid();
        double[] losses = _losses.At(alphas);
        for (int round = 0; round < Rounds; round++)
        {
            double[] added = WithinValleys(alphas, losses);
            if (added.Length == 0)
            {
                break;
            }

            alphas = [.. alphas, .. added];
            losses = [.. losses, .. _losses.At(added)];
            Array.Sort(alphas, losses);
        }

        // Differences of rounding do not count: near α = 1 it leaves 1e-10 of a probability.
        double least = losses.Min();
        return alphas[Array.FindIndex(losses, loss => loss <= least + 1e-9)];
    }

    private double[] Grid()
    {
        var grid = new SortedSet<double> { 0, Largest };
        for (int i = 0; i < 64; i++)
        {
            grid.Add(Math.Pow(10, -10 + (i / 8.0)));
        }

        for (int i = 1; i < 128; i++)
        {
            grid.Add(i / 128.0);
        }

        for (int i = 8; i < 20; i++)
        {
            grid.Add(1 - Math.Pow(2, -i));
        }

        double[] peaks = Peaks();
        double before = 0;
        foreach (double peak in peaks)
        {
            foreach (double share in (ReadOnlySpan<double>)[0.25, 0.5, 0.75, 0.95, 1])
            {
                grid.Add(before + (share * (peak - before)));
            }

            before = peak;
        }

        return [.. grid];
    }

    /// <summary>Where true classes are cut to 0, ascending; evenly many of them where there are more than enough.</summary>
    private double[] Peaks()
    {
        var ofLabel = new double[_labels.Length];
        RowRuns.Compute(
            _labels.Length,
            Math.Min(_labels.Length, MostRuns),
            _threads,
            (first, end) =>
            {
                var row = new double[_logits.ClassCount];
                for (int i = first; i < end; i++)
                {
                    _logits.CopyRow(i, row);
                    Softmax.InPlace(row);
                    ofLabel[i] = row[_labels[i]] * _logits.ClassCount;
                }

                return true;
            },
            _cancel);
        double[] peaks = [.. ofLabel.Where(peak => peak > 0 && peak < Largest).Distinct().Order()];
        return peaks.Length <= MostPeaks ? peaks : [.. Enumerable.Range(0, MostPeaks).Select(i => peaks[(int)((long)i * peaks.Length / MostPeaks)])];
    }

    /// <summary>Points that cut the deepest valleys on both sides.</summary>
    private static double[] WithinValleys(double[] alphas, double[] losses)
    {
        var valleys = Enumerable.Range(0, alphas.Length)
            .Where(i => (i == 0 || losses[i] <= losses[i - 1]) && (i == alphas.Length - 1 || losses[i] <= losses[i + 1]))
            .OrderBy(i => losses[i])
            .ThenBy(i => i)
            .Take(Valleys);
        var added = new SortedSet<double>();
        foreach (int i in valleys)
        {
            for (int cut = 1; cut < Cuts; cut++)
            {
                double share = (double)cut / Cuts;
                added.Add(i > 0 ? alphas[i] - (share * (alphas[i] - alphas[i - 1])) : alphas[i]);
                added.Add(i < alphas.Length - 1 ? alphas[i] + (share * (alphas[i + 1] - alphas[i])) : alphas[i]);
            }
        }

        added.ExceptWith(alphas);
        return [.. added];
    }
}
