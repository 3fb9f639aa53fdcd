using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Kernels;

/// <summary>
/// Probability vectors p and residuals e_y − p of chosen rows, sixteen rows to a tile and class by class within it: what
/// pairs of rows are computed from, sixteen at a time. Places past the last row hold zeros.
/// </summary>
internal sealed class ProbabilityTiles
{
    /// <summary>Rows of a tile.</summary>
    public const int Width = 16;

    private ProbabilityTiles(int rowCount, int classCount)
    {
        RowCount = rowCount;
        ClassCount = classCount;
        TileCount = (rowCount + Width - 1) / Width;
        Probabilities = new double[(long)TileCount * classCount * Width];
        Residuals = new double[Probabilities.Length];
        Vectors = new double[2L * TileCount * Width * classCount];
    }

    public int RowCount { get; }

    public int ClassCount { get; }

    public int TileCount { get; }

    /// <summary>p [tile, class, row of the tile].</summary>
    public double[] Probabilities { get; }

    /// <summary>e_y − p, laid out alike.</summary>
    public double[] Residuals { get; }

    /// <summary>p and then e_y − p of each row, once more in one piece [row, 2K], rounded up to whole tiles.</summary>
    public double[] Vectors { get; }

    /// <summary>Reads the given rows.</summary>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static ProbabilityTiles From(ScoreMatrix scores, int[] labels, RowScaling scaling, ReadOnlySpan<int> rows)
    {
        var tiles = new ProbabilityTiles(rows.Length, scores.ClassCount);
        var p = new double[scores.ClassCount];
        for (int i = 0; i < rows.Length; i++)
        {
            ReadRow(scores, scaling, rows[i], p);
            tiles.Write(i, p, labels[rows[i]]);
        }

        return tiles;
    }

    /// <summary>One row as probabilities that sum to one.</summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="scaling">What logits are multiplied by.</param>
    /// <param name="row">Row index.</param>
    /// <param name="p">Receives K probabilities.</param>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static void ReadRow(ScoreMatrix scores, RowScaling scaling, int row, double[] p)
    {
        scores.CopyRow(row, p);
        double sum = 0;
        for (int k = 0; k < p.Length; k++)
        {
            if (!double.IsFinite(p[k]))
            {
                throw new NonFiniteScoreException(row, k, p[k]);
            }

            sum += p[k];
        }

        if (scores.Kind == ScoreKind.Logits)
        {
            Softmax.InPlace(p, scaling.Factor(row));
        }
        else if (Math.Abs(sum - 1) > ProbabilityRows.RoundingOf(scores))
        {
            for (int k = 0; k < p.Length; k++)
            {
                p[k] /= sum;
            }
        }
    }

    /// <summary>|e_y − p|² of a row, its kernel with itself.</summary>
    public double SquaredResidual(int row)
    {
        double sum = 0;
        foreach (double residual in Vectors.AsSpan(((2 * row) + 1) * ClassCount, ClassCount))
        {
            sum += residual * residual;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(int row, double[] p, int label)
    {
        int place = (row / Width * ClassCount * Width) + (row % Width);
        var vector = Vectors.AsSpan(2 * row * p.Length, 2 * p.Length);
        for (int k = 0; k < p.Length; k++, place += Width)
        {
            double residual = (k == label ? 1 : 0) - p[k];
            Probabilities[place] = p[k];
            Residuals[place] = residual;
            vector[k] = p[k];
            vector[p.Length + k] = residual;
        }
    }
}
