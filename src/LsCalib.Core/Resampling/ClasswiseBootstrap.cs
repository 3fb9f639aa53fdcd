using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Resampling;

/// <summary>
/// Bootstrap of the classwise cells. Nearly all of a row's probabilities lie in the first bin, so their sums by class
/// are one matrix product of probabilities and counts; the few larger ones are added one by one.
/// </summary>
internal sealed unsafe class ClasswiseBootstrap
{
    private const int Lanes = ResampleCounts.Lanes;
    private const int ChunkRows = 128;
    private const int Tile = 8;
    private const long MostBytes = 1L << 30;

    private readonly ScoreMatrix _scores;
    private readonly RowScaling _scaling;
    private readonly int[] _labels;
    private readonly ClasswiseCells _cells;
    private readonly double[] _edges;
    private readonly int _tiles;

    private ClasswiseBootstrap(ScoreMatrix scores, RowScaling scaling, int[] labels, ClasswiseCells cells)
    {
        _scores = scores;
        _scaling = scaling;
        _labels = labels;
        _cells = cells;
        _edges = BinEdges.EqualWidth(cells.BinCount);
        _tiles = (cells.ClassCount + Tile - 1) / Tile;
    }

    /// <summary>Noise of every cell: what a resample adds to Σ (1[label] − p)/N.</summary>
    /// <param name="scores">[N,K].</param>
    /// <param name="scaling">What logits are multiplied by.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="cells">Cell sums of the sample.</param>
    /// <param name="resampleCount">B.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between chunks of rows.</param>
    /// <returns>[K·M][B], null for a cell without rows; null in all where it would need more than a gigabyte.</returns>
    public static float[]?[]? Noise(
        ScoreMatrix scores, RowScaling scaling, int[] labels, ClasswiseCells cells, int resampleCount, long seed, int threads, CancellationToken cancel)
    {
        int cellCount = cells.ProbabilitySums.Length;
        int blocks = (resampleCount + Lanes - 1) / Lanes;
        if ((long)cellCount * blocks * Lanes * sizeof(float) > MostBytes)
        {
            return null;
        }

        var bootstrap = new ClasswiseBootstrap(scores, scaling, labels, cells);
        var noise = new float[cellCount][];
        for (int cell = 0; cell < cellCount; cell++)
        {
            bool isEmpty = cells.ProbabilitySums[cell] == 0 && cells.LabelCounts[cell] == 0;
            noise[cell] = isEmpty ? null! : new float[resampleCount];
        }

        // Each run has its own blocks, and reads all rows for them.
        RowRuns.Compute(blocks, Math.Min(blocks, threads), threads, (first, end) => bootstrap.Blocks(first, end, seed, noise, cancel), cancel);
        return noise;
    }

    private bool Blocks(int first, int end, long seed, float[][] noise, CancellationToken cancel)
    {
        int n = _labels.Length;
        int count = end - first;
        int sumsOfBlock = _cells.ProbabilitySums.Length * Lanes;
        var counts = (byte*)NativeMemory.AlignedAlloc((nuint)((long)n * Lanes * count), 64);
        var dense = (float*)NativeMemory.AlignedAlloc((nuint)((long)_tiles * Tile * ChunkRows * sizeof(float)), 64);
        var denseSums = (float*)NativeMemory.AlignedAlloc((nuint)((long)count * _tiles * Tile * Lanes * sizeof(float)), 64);
        var sums = (float*)NativeMemory.AlignedAlloc((nuint)((long)count * sumsOfBlock * sizeof(float)), 64);
        var weights = (float*)NativeMemory.AlignedAlloc(ChunkRows * Lanes * sizeof(float), 64);
        try
        {
            NativeMemory.Clear(denseSums, (nuint)((long)count * _tiles * Tile * Lanes * sizeof(float)));
            NativeMemory.Clear(sums, (nuint)((long)count * sumsOfBlock * sizeof(float)));
            for (int block = 0; block < count; block++)
            {
                ResampleCounts.Draw(counts + ((long)block * n * Lanes), n, seed, first + block);
            }

            var row = new double[_tiles * Tile];
            var sparse = new List<(int Row, int Cell, float P)>();
            for (int start = 0; start < n; start += ChunkRows)
            {
                cancel.ThrowIfCancellationRequested();
                int rows = Math.Min(ChunkRows, n - start);
                Probabilities(start, rows, row, dense, sparse);
                for (int block = 0; block < count; block++)
                {
                    Widen(counts + ((((long)block * n) + start) * Lanes), rows * Lanes, weights);
                    Multiply(dense, rows, weights, denseSums + ((long)block * _tiles * Tile * Lanes));
                    float* blockSums = sums + ((long)block * sumsOfBlock);
                    foreach (var (i, cell, p) in CollectionsMarshal.AsSpan(sparse))
                    {
                        Add(weights + (i * Lanes), p, blockSums + ((long)cell * Lanes));
                    }
                }
            }

            for (int block = 0; block < count; block++)
            {
                Keep((first + block) * Lanes, denseSums + ((long)block * _tiles * Tile * Lanes), sums + ((long)block * sumsOfBlock), noise);
            }

            return true;
        }
        finally
        {
            NativeMemory.AlignedFree(counts);
            NativeMemory.AlignedFree(dense);
            NativeMemory.AlignedFree(denseSums);
            NativeMemory.AlignedFree(sums);
            NativeMemory.AlignedFree(weights);
        }
    }

    /// <summary>Probabilities of the first bin by tile of classes [K/8,rows,8]; the others, and the labels as −1, in a list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Probabilities(int start, int rows, double[] row, float* dense, List<(int Row, int Cell, float P)> sparse)
    {
        sparse.Clear();
        var classes = row.AsSpan(0, _cells.ClassCount);
        var edge = Vector512.Create(_edges[1]);
        for (int i = 0; i < rows; i++)
        {
            _scores.CopyRow(start + i, classes);
            if (_scores.Kind == ScoreKind.Logits)
            {
                Softmax.InPlace(classes, _scaling.Factor(start + i));
            }

            int label = _labels[start + i];
            sparse.Add((i, (label * _cells.BinCount) + BinEdges.EqualWidthIndex(_edges, row[label]), -1));
            for (int tile = 0; tile < _tiles; tile++)
            {
                var p = Vector512.LoadUnsafe(ref row[tile * Tile]);
                var above = Vector512.GreaterThan(p, edge);
                var first = Vector512.AndNot(p, above);
                Vector256.Narrow(first.GetLower(), first.GetUpper()).Store(dense + (((tile * ChunkRows) + i) * Tile));
                for (ulong mask = above.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1)
                {
                    int k = (tile * Tile) + BitOperations.TrailingZeroCount(mask);
                    sparse.Add((i, (k * _cells.BinCount) + BinEdges.EqualWidthIndex(_edges, row[k]), (float)row[k]));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(byte* counts, int length, float* weights)
    {
        for (int i = 0; i < length; i += 16)
        {
            CountSums.Widen(counts + i).Store(weights + i);
        }
    }

    /// <summary>sums[k,b] += Σ_i p[i,k] weight[i,b], eight classes at a time in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(float* dense, int rows, float* weights, float* sums)
    {
        for (int tile = 0; tile < _tiles; tile++)
        {
            float* p = dense + (tile * ChunkRows * Tile);
            float* s = sums + ((long)tile * Tile * Lanes);
            for (int half = 0; half < Lanes; half += 16)
            {
                var s0 = Vector512.Load(s + half);
                var s1 = Vector512.Load(s + Lanes + half);
                var s2 = Vector512.Load(s + (2 * Lanes) + half);
                var s3 = Vector512.Load(s + (3 * Lanes) + half);
                var s4 = Vector512.Load(s + (4 * Lanes) + half);
                var s5 = Vector512.Load(s + (5 * Lanes) + half);
                var s6 = Vector512.Load(s + (6 * Lanes) + half);
                var s7 = Vector512.Load(s + (7 * Lanes) + half);
                for (int i = 0; i < rows; i++)
                {
                    var w = Vector512.Load(weights + (i * Lanes) + half);
                    float* own = p + (i * Tile);
                    s0 = Vector512.FusedMultiplyAdd(w, Vector512.Create(own[0]), s0);
                    s1 = Vector512.FusedMultiplyAdd(w, Vector512.Create(own[1]), s1);
                    s2 = Vector512.FusedMultiplyAdd(w, Vector512.Create(own[2]), s2);
                    s3 = Vector512.FusedMultiplyAdd(w, Vector512.Create(own[3]), s3);
                    s4 = Vector512.FusedMultiplyAdd(w, Vector512.Create(own[4]), s4);
                    s5 = Vector512.FusedMultiplyAdd(w, Vector512.Create(own[5]), s5);
                    s6 = Vector512.FusedMultiplyAdd(w, Vector512.Create(own[6]), s6);
                    s7 = Vector512.FusedMultiplyAdd(w, Vector512.Create(own[7]), s7);
                }

                s0.Store(s + half);
                s1.Store(s + Lanes + half);
                s2.Store(s + (2 * Lanes) + half);
                s3.Store(s + (3 * Lanes) + half);
                s4.Store(s + (4 * Lanes) + half);
                s5.Store(s + (5 * Lanes) + half);
                s6.Store(s + (6 * Lanes) + half);
                s7.Store(s + (7 * Lanes) + half);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* weights, float factor, float* sums)
    {
        var f = Vector512.Create(factor);
        Vector512.FusedMultiplyAdd(Vector512.Load(weights), f, Vector512.Load(sums)).Store(sums);
        Vector512.FusedMultiplyAdd(Vector512.Load(weights + 16), f, Vector512.Load(sums + 16)).Store(sums + 16);
    }

    /// <summary>The resamples' gaps less the sample's, by cell.</summary>
    private void Keep(int firstResample, float* denseSums, float* sums, float[][] noise)
    {
        for (int cell = 0; cell < noise.Length; cell++)
        {
            if (noise[cell] is not { } own)
            {
                continue;
            }

            int k = cell / _cells.BinCount;
            bool isFirst = cell % _cells.BinCount == 0;
            double sample = _cells.LabelSum(cell) - _cells.ProbabilitySums[cell];
            for (int lane = 0; lane < Math.Min(Lanes, own.Length - firstResample); lane++)
            {
                double probability = sums[((long)cell * Lanes) + lane] + (isFirst ? denseSums[((long)k * Lanes) + lane] : 0);
                own[firstResample + lane] = (float)((-probability - sample) / _labels.Length);
            }
        }
    }
}
