using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// How much <see cref="KernelDensityEce.Expected"/> scatters, and what it is for a calibrated model, with its bandwidth
/// held. The mean over rows is taken over up to <see cref="EvaluatedRows"/> of them, equally far apart in the order of
/// confidence; at each, all rows take part in the estimate of accuracy.
/// </summary>
internal sealed class KernelDensityNoise
{
    /// <summary>Sets of outcomes drawn from the confidences.</summary>
    public const int DrawCount = 200;

    /// <summary>Rows at which accuracy is estimated again.</summary>
    public const int EvaluatedRows = 500;

    /// <summary>
    /// How many times narrower the bandwidth is that tells what the chosen one smooths away: kernels a quarter as wide.
    /// </summary>
    public const int Narrower = 16;

    private const int Observed = 1;
    private const int Group = 4;

    /// <summary>Rows of kernels that are held at once, so that outcomes come from memory once for all of them.</summary>
    private const int Panel = 4 * Group;

    /// <summary>Distinct confidences that are gone through at once, a multiple of all vector lengths.</summary>
    private const int Stretch = 512;

    private readonly ConfidenceBlocks _rows;
    private readonly int[] _at;
    private readonly double[] _share;

    /// <summary>Rows of each distinct confidence; correct rows as observed, and as drawn again and again.</summary>
    private readonly double[][] _values;
    private readonly VectorPath _path;

    private KernelDensityNoise(ConfidenceBlocks rows, int rowLength, long seed, VectorPath path)
    {
        _rows = rows;
        _path = path;
        (_at, _share) = Evaluated(rows);
        var random = new SeededRandom(seed, stream: 13);
        _values = new double[Observed + 1 + DrawCount][];
        for (int set = 0; set < _values.Length; set++)
        {
            _values[set] = new double[rowLength];
            for (int block = 0; block < rows.Confidence.Count; block++)
            {
                int count = rows.Counts[block];
                _values[set][block] = set < Observed ? count : set == Observed ? rows.Hits[block] : Draw(count, rows.Confidence[block], random);
            }
        }
    }

    /// <summary>Computes both.</summary>
    /// <param name="order">Predictions.</param>
    /// <param name="error">Their error.</param>
    /// <param name="seed">The seed that it was computed with.</param>
    /// <param name="path">Vector width; results do not depend on it.</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <returns>
    /// Undefined where the error is: NaN, and no draws.
    /// </returns>
    public static KernelDensityScatter Of(
        ConfidenceOrder order, KernelDensityEce error, long seed, VectorPath path, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (double.IsNaN(error.Expected))
        {
            return new(double.NaN, double.NaN, []);
        }

        var rows = KernelDensityEce.Rows(order, seed);
        var kernel = rows.ToKernel();
        var noise = new KernelDensityNoise(rows, kernel.RowLength, seed, path);
        kernel.SetBandwidth(error.Bandwidth);
        var (errors, deviation) = noise.Run(kernel, Observed + 1 + DrawCount, cancel);
        kernel.SetBandwidth(error.Bandwidth / Narrower);
        var (narrow, _) = noise.Run(kernel, Observed + 1, cancel);
        return new(deviation, Math.Max(0, narrow[Observed] - errors[Observed]), errors[(Observed + 1)..]);
    }

    /// <summary>Errors of the first sets of outcomes [S], the first of them undefined, and the standard error of the observed one.</summary>
    private (double[] Errors, double StandardError) Run(BetaKernel kernel, int setCount, CancellationToken cancel)
    {
        var errors = new double[setCount];
        var influence = new Influence(_at.Length);
        var kernels = new double[Panel][];
        for (int member = 0; member < Panel; member++)
        {
            kernels[member] = new double[kernel.RowLength];
        }

        var own = new double[Panel];
        var products = new double[setCount * Panel];
        double total = 0;
        for (int first = 0; first < _at.Length; first += Panel)
        {
            cancel.ThrowIfCancellationRequested();
            int members = Math.Min(Panel, _at.Length - first);
            for (int member = 0; member < members; member++)
            {
                own[member] = kernel.Row(_at[first + member], _path, kernels[member]).Own;
            }

            AddProducts(kernels, members, products);
            for (int member = 0; member < members; member++)
            {
                int block = _at[first + member];
                int count = _rows.Counts[block];
                double share = _share[first + member];
                var sums = new BetaKernelSums(products[member], 0, own[member], 0);
                double all = sums.All(count);
                if (!(all > 0))
                {
                    continue;
                }

                total += share;
                for (int set = Observed; set < setCount; set++)
                {
                    double hits = _values[set][block];
                    sums = sums with { CorrectOthers = products[(set * Panel) + member] };
                    var (ofHits, ofMisses) = sums.Gaps(count, hits, _rows.Confidence[block]);
                    errors[set] += share / count * ((hits * Math.Abs(ofHits)) + ((count - hits) * Math.Abs(ofMisses)));
                    if (set == Observed)
                    {
                        var place = new EvaluatedPlace(first + member, share, count, hits, _rows.Confidence[block], ofHits, ofMisses, own[member], all);
                        influence.Add(place, _at, kernels[member]);
                    }
                }
            }
        }

        for (int set = 0; set < errors.Length; set++)
        {
            errors[set] /= total;
        }

        return (errors, influence.StandardError(errors[Observed], total));
    }

    /// <summary>Σ over distinct confidences of kernel times hits, [set, member]: stretch by stretch, so that kernels stay in the first-level cache.</summary>
    private void AddProducts(double[][] kernels, int members, double[] sums)
    {
        Array.Clear(sums);
        for (int start = 0; start < kernels[0].Length; start += Stretch)
        {
            int length = Math.Min(Stretch, kernels[0].Length - start);
            for (int first = 0; first < members; first += Group)
            {
                for (int set = 0; set < sums.Length / Panel; set++)
                {
                    BetaKernel.AddProducts(kernels.AsSpan(first, Group), start, _values[set].AsSpan(start, length), _path, sums.AsSpan((set * Panel) + first, Group));
                }
            }
        }
    }

    /// <summary>Blocks to evaluate, each with the rows that it stands for.</summary>
    private static (int[] At, double[] Share) Evaluated(ConfidenceBlocks rows)
    {
        int wanted = Math.Min(EvaluatedRows, rows.RowCount);
        var at = new List<int>();
        var share = new List<double>();
        int block = 0;
        int end = rows.Counts[0];
        for (int k = 0; k < wanted; k++)
        {
            long place = ((2L * k) + 1) * rows.RowCount / (2L * wanted);
            while (place >= end)
            {
                end += rows.Counts[++block];
            }

            if (at.Count == 0 || at[^1] != block)
            {
                at.Add(block);
                share.Add(0);
            }

            CollectionsMarshal.AsSpan(share)[^1] += (double)rows.RowCount / wanted;
        }

        return ([.. at], [.. share]);
    }

    private static int Draw(int count, double confidence, SeededRandom random)
    {
        int hits = 0;
        for (int row = 0; row < count; row++)
        {
            hits += random.NextDouble() < confidence ? 1 : 0;
        }

        return hits;
    }
}

/// <summary>What a kernel-density error is made of besides the error of the model.</summary>
/// <param name="StandardError">How much it scatters, by the infinitesimal jackknife (Jaeckel 1972), a fraction.</param>
/// <param name="Smoothed">
/// By how much it grows with kernels a quarter as wide, a fraction, at least 0: part of the error that the chosen bandwidth
/// may have smoothed away. Narrower kernels see more noise too, so it errs upwards.
/// </param>
/// <param name="Calibrated">Errors of outcomes drawn from the confidences, in the order of drawing.</param>
internal sealed record KernelDensityScatter(double StandardError, double Smoothed, double[] Calibrated);
