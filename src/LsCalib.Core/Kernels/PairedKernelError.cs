using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Kernels;

/// <summary>
/// The unbiased squared kernel calibration errors of two models on the same rows. Their difference is a U-statistic itself, of
/// g_ij = h_ij − h'_ij, and so what both models share cancels in every pair. Its variance is 4ζ/n + 2s/n² (Hoeffding 1948), ζ the
/// variance of a row's mean of g over other rows, s that of g about such means: the first is all where the models are
/// off, the second where both are calibrated.
/// </summary>
/// <param name="One">Of a model; NaN below two rows.</param>
/// <param name="Other">Of the other.</param>
/// <param name="Variance">Variance of one − other; NaN below three rows.</param>
/// <param name="OnePerTheta">By how much the variance of <paramref name="One"/> rises with its true value, as <see cref="UStatistic.PerTheta"/>.</param>
internal sealed record PairedKernelError(double One, double Other, double Variance, double OnePerTheta)
{
    /// <summary>Mean of |g_ij|, which the difference is not farther from 0 than.</summary>
    public double Change { get; init; }

    /// <summary>Variance of <see cref="Change"/>.</summary>
    public double ChangeVariance { get; init; }

    /// <summary>The part of <see cref="Variance"/> that pairs have beside their rows.</summary>
    public double PairVariance { get; init; }

    /// <summary>N times what each row does to one − other [N]: twice its mean over the other rows of g, less the difference.</summary>
    public double[] Influence { get; init; } = [];

    /// <summary>Both, from the pairs that <see cref="KernelCalibration"/> takes of each: both models' rows are in the same blocks.</summary>
    /// <param name="one">Probabilities [N,K].</param>
    /// <param name="other">The other's.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="seed">Seed of the bandwidths' sample and of the blocks.</param>
    /// <param name="blockRowCount">Rows of a block; null to choose as for a single model.</param>
    /// <param name="cancel">Stops between rows.</param>
    public static PairedKernelError Of(ScoreMatrix one, ScoreMatrix other, int[] labels, long seed, int? blockRowCount = null, CancellationToken cancel = default)
    {
        double oneFactor = KernelBandwidth.Factor(KernelBandwidth.Median(one, RowScaling.None, seed));
        double otherFactor = KernelBandwidth.Factor(KernelBandwidth.Median(other, RowScaling.None, seed));
        int n = labels.Length;
        int blockCount = Math.Max(1, n / (blockRowCount ?? KernelCalibration.BlockRowCount(n, one.ClassCount)));
        var rows = blockCount == 1 ? RowSample.Draw(n, n, seed) : RowSample.Permutation(n, seed);
        var sum = new PairedKernelError(0, 0, 0, 0);
        var influence = new double[n];
        for (int block = 0; block < blockCount; block++)
        {
            int start = (int)((long)n * block / blockCount);
            int end = (int)((long)n * (block + 1) / blockCount);
            var own = rows.AsSpan(start, end - start);
            var ofOne = ProbabilityTiles.From(one, labels, RowScaling.None, own);
            var ofOther = ProbabilityTiles.From(other, labels, RowScaling.None, own);
            var part = Of(ofOne, oneFactor, ofOther, otherFactor, cancel);
            for (int i = 0; i < own.Length; i++)
            {
                influence[own[i]] = part.Influence[i];
            }

            sum = new(
                sum.One + (part.One / blockCount),
                sum.Other + (part.Other / blockCount),
                sum.Variance + (part.Variance / blockCount / blockCount),
                sum.OnePerTheta + (part.OnePerTheta / blockCount / blockCount))
            {
                Change = sum.Change + (part.Change / blockCount),
                ChangeVariance = sum.ChangeVariance + (part.ChangeVariance / blockCount / blockCount),
                PairVariance = sum.PairVariance + (part.PairVariance / blockCount / blockCount),
            };
        }

        return sum with { Influence = influence };
    }

    private static PairedKernelError Of(ProbabilityTiles one, double oneFactor, ProbabilityTiles other, double otherFactor, CancellationToken cancel)
    {
        var (ofOne, ofOther, changes, squareTotal) = VectorPaths.Best switch
        {
            VectorPath.Avx512 => DifferenceKernel<Lanes512>.RowSums(one, oneFactor, other, otherFactor, cancel),
            VectorPath.Avx2 => DifferenceKernel<Lanes256>.RowSums(one, oneFactor, other, otherFactor, cancel),
            _ => DifferenceKernel<Lanes128>.RowSums(one, oneFactor, other, otherFactor, cancel),
        };
        double n = one.RowCount;
        var (a, b) = (UStatistic.From(Moments(one, ofOne)), UStatistic.From(Moments(other, ofOther)));
        if (n < 3)
        {
            return new(a.Value, b.Value, double.NaN, double.NaN) { Influence = new double[one.RowCount] };
        }

        double value = a.Value - b.Value;
        var influence = new double[one.RowCount];
        double rowSquares = 0;
        double change = 0;
        double changeSquares = 0;
        for (int i = 0; i < one.RowCount; i++)
        {
            rowSquares += (ofOne[i] - ofOther[i]) * (ofOne[i] - ofOther[i]);
            influence[i] = 2 * (((ofOne[i] - ofOther[i]) / (n - 1)) - value);
            change += changes[i] / n / (n - 1);
            changeSquares += changes[i] * changes[i] / n / (n - 1) / (n - 1);
        }

        // Pairs of a row with itself would add the noise of each pair to the scatter of the rows' means.
        double ofRows = Math.Max(0, ((rowSquares - squareTotal) / (n * (n - 1) * (n - 2))) - (value * value));
        double ofPairs = Math.Max(0, (squareTotal / (n * (n - 1))) - (2 * ofRows) - (value * value));
        return new(a.Value, b.Value, (4 * ofRows / n) + (2 * ofPairs / (n * n)), a.PerTheta)
        {
            Change = change,
            ChangeVariance = 4 * Math.Max(0, changeSquares - (change * change)) / (n - 1),
            PairVariance = 2 * ofPairs / (n * n),
            Influence = influence,
        };
    }

    private static PairMoments Moments(ProbabilityTiles tiles, double[] sums)
    {
        var moments = default(PairMoments);
        for (int i = 0; i < tiles.RowCount; i++)
        {
            moments.Add(1, sums[i], tiles.SquaredResidual(i));
        }

        return moments;
    }
}
