using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Kernels;

/// <summary>The width γ of the Gaussian kernel exp(−|p − q|²/(2γ²)) on probability vectors.</summary>
public static class KernelBandwidth
{
    /// <summary>Rows that a median rests on.</summary>
    public const int SampleRowCount = 500;

    /// <summary>Smallest median that is used: with a narrower kernel, near-certain rows would have no neighbours.</summary>
    public const double Smallest = 0.001;

    /// <summary>
    /// The median Euclidean distance between the probability vectors of all pairs of up to 500 seeded rows, not below
    /// <see cref="Smallest"/>; where most pairs coincide, the median of the distances above 0, and 1 where there is none.
    /// It depends on the scores alone, not on the labels.
    /// </summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="scaling">What logits are multiplied by; probabilities take <see cref="RowScaling.None"/> only.</param>
    /// <param name="seed">Seed of the sample; all rows are used up to 500.</param>
    /// <returns>γ, positive.</returns>
    /// <exception cref="ArgumentException">Probabilities with a scaling.</exception>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static double Median(ScoreMatrix scores, RowScaling scaling, long seed)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(scaling);
        CheckScaling(scores, scaling);
        var rows = RowSample.Draw(scores.RowCount, SampleRowCount, seed);
        var tiles = ProbabilityTiles.From(scores, new int[scores.RowCount], scaling, rows);
        double[] squares = VectorPaths.Best switch
        {
            VectorPath.Avx512 => SquaredDistances<Lanes512>(tiles),
            VectorPath.Avx2 => SquaredDistances<Lanes256>(tiles),
            _ => SquaredDistances<Lanes128>(tiles),
        };
        Array.Sort(squares);
        double median = Middle(squares);
        if (median == 0)
        {
            int zeros = 0;
            while (zeros < squares.Length && squares[zeros] == 0)
            {
                zeros++;
            }

            median = Middle(squares.AsSpan(zeros));
        }

        return double.IsNaN(median) ? 1 : Math.Max(Smallest, median);
    }

    /// <summary>1/(2γ²), or an exception for a γ that is no width.</summary>
    internal static double Factor(double bandwidth)
    {
        double factor = 1 / (2 * bandwidth * bandwidth);
        if (!(bandwidth > 0) || double.IsInfinity(factor) || factor == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "A bandwidth is positive and finite.");
        }

        return factor;
    }

    internal static void CheckScaling(ScoreMatrix scores, RowScaling scaling)
    {
        if (scores.Kind == ScoreKind.Probabilities && scaling != RowScaling.None)
        {
            throw new ArgumentException("Probabilities are scaled as logits: call ToLogits first.", nameof(scaling));
        }
    }

    /// <summary>Median distance of sorted squared distances; NaN of nothing.</summary>
    private static double Middle(ReadOnlySpan<double> squares)
    {
        int half = squares.Length / 2;
        return squares.Length == 0 ? double.NaN
            : squares.Length % 2 == 1 ? Math.Sqrt(squares[half])
            : (Math.Sqrt(squares[half - 1]) + Math.Sqrt(squares[half])) / 2;
    }

    /// <summary>Squared distances of all pairs of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe double[] SquaredDistances<TLanes>(ProbabilityTiles tiles)
        where TLanes : struct, ILanes<TLanes>
    {
        const int Group = TileKernel<TLanes>.Group;
        int n = tiles.RowCount;
        var squares = new double[n * Math.Max(0, n - 1) / 2];
        int next = 0;
        double* distances = stackalloc double[Group * ProbabilityTiles.Width];
        fixed (double* probabilities = tiles.Probabilities, vectors = tiles.Vectors)
        {
            for (int i = 0; i < n; i += Group)
            {
                for (int first = 0; first < Math.Min(n, i + Group); first += ProbabilityTiles.Width)
                {
                    double* tile = probabilities + ((long)first * tiles.ClassCount);
                    double* own = vectors + (2L * i * tiles.ClassCount);
                    TileKernel<TLanes>.NegativeDistances(tile, own, 2 * tiles.ClassCount, tiles.ClassCount, distances);
                    for (int member = i; member < Math.Min(n, i + Group); member++)
                    {
                        for (int j = first; j < Math.Min(member, first + ProbabilityTiles.Width); j++)
                        {
                            squares[next++] = -distances[((member - i) * ProbabilityTiles.Width) + j - first];
                        }
                    }
                }
            }
        }

        return squares;
    }
}
