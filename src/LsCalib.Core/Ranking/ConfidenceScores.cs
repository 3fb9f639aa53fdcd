using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Ranking;

/// <summary>
/// Scores that rank predictions by how far they are to be trusted, larger is more confident [N] each. The arrays are not
/// to be changed.
/// </summary>
public sealed class ConfidenceScores
{
    /// <summary>Largest p of the norm: beyond it the norm is hardly different from the largest deviation.</summary>
    public const int LargestPower = 64;

    private const int RowsInRun = 4096;

    private ConfidenceScores(int rowCount, int power)
    {
        Power = power;
        MaximumProbability = new double[rowCount];
        MaximumLogit = new double[rowCount];
        Margin = new double[rowCount];
        NormalizedLogit = new double[rowCount];
    }

    /// <summary>The p of <see cref="NormalizedLogit"/>; 0 is no norm.</summary>
    public int Power { get; }

    /// <summary>Largest probability of each row, after scaling (Hendrycks and Gimpel 2017), 0 to 1 [N].</summary>
    public double[] MaximumProbability { get; }

    /// <summary>Largest logit of each row as given, without scaling [N].</summary>
    public double[] MaximumLogit { get; }

    /// <summary>Largest minus second largest probability of each row, after scaling, 0 to 1 [N].</summary>
    public double[] Margin { get; }

    /// <summary>
    /// max_k (z_k − mean z) / ‖z − mean z‖_p of each row (Cattelan and Silva 2024), the same at every temperature and 0 for
    /// a row of equal logits; with p = 0 it is max_k (z_k − mean z), unscaled [N]. Where the logits are logarithms of
    /// probabilities, a probability of 0 counts as the smallest positive number of its type: the stand-in that is used
    /// elsewhere lies so low that only the number of zeros would tell rows apart.
    /// </summary>
    public double[] NormalizedLogit { get; }

    /// <summary>Computes all four scores in one pass, in double precision.</summary>
    /// <param name="scores">[N,K]; the logits of probabilities are their logarithms.</param>
    /// <param name="scaling">What logits are multiplied by; probabilities take <see cref="RowScaling.None"/> only.</param>
    /// <param name="power">p, 0 to <see cref="LargestPower"/>.</param>
    /// <param name="threads">Threads to use, at least 1; the result does not depend on it.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    /// <exception cref="ArgumentException">Probabilities are to be scaled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The power is out of range.</exception>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static ConfidenceScores Compute(
        ScoreMatrix scores, RowScaling scaling, int power = 2, int threads = 1, CancellationToken cancel = default) =>
        Compute(scores, scaling, power, threads, VectorPaths.Best, cancel);

    internal static ConfidenceScores Compute(
        ScoreMatrix scores, RowScaling scaling, int power, int threads, VectorPath path, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(scaling);
        ArgumentOutOfRangeException.ThrowIfNegative(power);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(power, LargestPower);
        if (scores.Kind == ScoreKind.Probabilities && scaling != RowScaling.None)
        {
            throw new ArgumentException("Probabilities are scaled as logits: call ToLogits first.", nameof(scaling));
        }

        var result = new ConfidenceScores(scores.RowCount, power);
        Func<int, int, int> kernel = scores switch
        {
            ScoreMatrix<float> floats => Kernel(floats, scaling, result, path),
            ScoreMatrix<double> doubles => Kernel(doubles, scaling, result, path),
            _ => throw new ArgumentException("Unknown score type.", nameof(scores)),
        };
        RowRuns.Compute(scores.RowCount, (scores.RowCount / RowsInRun) + 1, threads, kernel, cancel);
        return result;
    }

    private static Func<int, int, int> Kernel<T>(ScoreMatrix<T> scores, RowScaling scaling, ConfidenceScores result, VectorPath path)
        where T : unmanaged => path switch
        {
            VectorPath.Avx512 => new ConfidenceScoreKernel<Lanes512, T>(scores, scaling, result).Run,
            VectorPath.Avx2 => new ConfidenceScoreKernel<Lanes256, T>(scores, scaling, result).Run,
            _ => new ConfidenceScoreKernel<Lanes128, T>(scores, scaling, result).Run,
        };
}
