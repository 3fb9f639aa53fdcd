using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Resampling;

/// <summary>
/// The multinomial bootstrap of all top-label estimates at once: 32 resamples side by side, one pass over the rows for
/// each 32. Sums are in single precision over at most 256 rows, then in double.
/// </summary>
internal sealed unsafe class BootstrapPass
{
    private const int Lanes = ResampleCounts.Lanes;
    private const int ChunkRows = 256;

    private readonly ResamplePlan _plan;
    private readonly long _seed;
    private readonly BootstrapSums _sums;
    private readonly RankingOfResamples _ranking;
    private readonly CancellationToken _cancel;

    private BootstrapPass(ResamplePlan plan, int resampleCount, long seed, CancellationToken cancel)
    {
        _plan = plan;
        _seed = seed;
        _cancel = cancel;
        _sums = new BootstrapSums(resampleCount, plan.CellCount, plan.Columns.Length);
        _ranking = new RankingOfResamples(plan);
    }

    /// <param name="plan">Rows and what to sum.</param>
    /// <param name="resampleCount">B, at least 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between blocks of 32 resamples.</param>
    public static BootstrapSums Run(ResamplePlan plan, int resampleCount, long seed, int threads, CancellationToken cancel)
    {
        var pass = new BootstrapPass(plan, resampleCount, seed, cancel);
        int blocks = (resampleCount + Lanes - 1) / Lanes;

        // A run of blocks keeps its working memory: the counts alone are 32 bytes a row.
        RowRuns.Compute(blocks, Math.Min(blocks, threads), threads, pass.Blocks, cancel);
        return pass._sums;
    }

    /// <summary>The sample itself as if it were the one resample.</summary>
    public static BootstrapSums OfSample(ResamplePlan plan)
    {
        var pass = new BootstrapPass(plan, 1, 0, default);
        pass.Blocks(0, 1, drawn: false);
        return pass._sums;
    }

    private bool Blocks(int first, int end) => Blocks(first, end, drawn: true);

    private bool Blocks(int first, int end, bool drawn)
    {
        int segments = _plan.SegmentCount;
        int doubles = ((3 * segments) + _plan.Columns.Length) * Lanes;
        var counts = (byte*)NativeMemory.AlignedAlloc((nuint)((long)_plan.UnitCount * Lanes), 64);
        var scratch = (float*)NativeMemory.AlignedAlloc(ChunkRows * Lanes * sizeof(float), 64);
        var sums = (double*)NativeMemory.AlignedAlloc((nuint)(doubles * sizeof(double)), 64);
        try
        {
            for (int block = first; block < end; block++)
            {
                _cancel.ThrowIfCancellationRequested();
                if (drawn)
                {
                    ResampleCounts.Draw(counts, _plan.UnitCount, _seed, block);
                }
                else
                {
                    new Span<byte>(counts, _plan.UnitCount * Lanes).Fill(1);
                }

                new Span<double>(sums, doubles).Clear();
                Rows(counts, scratch, sums);
                Keep(block * Lanes, sums);
            }

            return true;
        }
        finally
        {
            NativeMemory.AlignedFree(counts);
            NativeMemory.AlignedFree(scratch);
            NativeMemory.AlignedFree(sums);
        }
    }

    /// <summary>Sums by segment: rows right, rows wrong, confidences [3,S,32], then the columns' [V,32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(byte* counts, float* scratch, double* sums)
    {
        int segments = _plan.SegmentCount;
        double* columns = sums + (3 * segments * Lanes);
        for (int s = 0; s < segments; s++)
        {
            double* right = sums + (s * Lanes);
            double* confidence = sums + (((2 * segments) + s) * Lanes);
            Part(_plan.Starts[s], _plan.FirstWrong[s], counts, scratch, right, confidence, columns);
            Part(_plan.FirstWrong[s], _plan.Starts[s + 1], counts, scratch, right + (segments * Lanes), confidence, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Part(int start, int end, byte* counts, float* scratch, double* rows, double* confidence, double* columns)
    {
        fixed (float* confidences = _plan.Confidence)
        fixed (int* units = _plan.Units)
        fixed (float* weights = _plan.Weights)
        {
            for (int first = start; first < end; first += ChunkRows)
            {
                int length = Math.Min(ChunkRows, end - first);
                var n0 = Vector512<float>.Zero;
                var n1 = Vector512<float>.Zero;
                var c0 = Vector512<float>.Zero;
                var c1 = Vector512<float>.Zero;
                for (int i = 0; i < length; i++)
                {
                    byte* source = counts + ((long)units[first + i] * Lanes);
                    var x0 = Widen(source);
                    var x1 = Widen(source + 16);
                    if (weights != null)
                    {
                        var weight = Vector512.Create(weights[first + i]);
                        x0 *= weight;
                        x1 *= weight;
                    }

                    x0.Store(scratch + (i * Lanes));
                    x1.Store(scratch + (i * Lanes) + 16);
                    var c = Vector512.Create(confidences[first + i]);
                    n0 += x0;
                    n1 += x1;
                    c0 = Vector512.FusedMultiplyAdd(x0, c, c0);
                    c1 = Vector512.FusedMultiplyAdd(x1, c, c1);
                }

                Add(n0, n1, rows);
                Add(c0, c1, confidence);
                for (int v = 0; v < _plan.Columns.Length; v++)
                {
                    fixed (float* values = _plan.Columns[v])
                    {
                        Column(values + first, length, scratch, columns + (v * Lanes));
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Column(float* values, int length, float* scratch, double* sums)
    {
        var s0 = Vector512<float>.Zero;
        var s1 = Vector512<float>.Zero;
        for (int i = 0; i < length; i++)
        {
            var value = Vector512.Create(values[i]);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(scratch + (i * Lanes)), value, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(scratch + (i * Lanes) + 16), value, s1);
        }

        Add(s0, s1, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Widen(byte* source)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load(source)));
        }

        var (low, high) = Vector128.Widen(Vector128.Load(source));
        var (a, b) = Vector128.Widen(low);
        var (c, d) = Vector128.Widen(high);
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.Create(a, b), Vector256.Create(c, d)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<float> low, Vector512<float> high, double* sums)
    {
        var (a, b) = Vector512.Widen(low);
        var (c, d) = Vector512.Widen(high);
        (Vector512.Load(sums) + a).Store(sums);
        (Vector512.Load(sums + 8) + b).Store(sums + 8);
        (Vector512.Load(sums + 16) + c).Store(sums + 16);
        (Vector512.Load(sums + 24) + d).Store(sums + 24);
    }

    /// <summary>Takes from a block's sums what is kept of each resample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(int firstResample, double* sums)
    {
        int segments = _plan.SegmentCount;
        int lanes = Math.Min(Lanes, _sums.ResampleCount - firstResample);
        double* wrong = sums + (segments * Lanes);
        double* confidence = wrong + (segments * Lanes);
        double* columns = confidence + (segments * Lanes);
        for (int lane = 0; lane < lanes; lane++)
        {
            int b = firstResample + lane;
            double total = 0;
            double right = 0;
            double gap = 0;
            for (int s = 0; s < segments; s++)
            {
                int at = (s * Lanes) + lane;
                int cell = (b * _plan.CellCount) + _plan.CellOfSegment[s];
                double count = sums[at] + wrong[at];
                _sums.Counts[cell] += count;
                _sums.Gaps[cell] += sums[at] - confidence[at];
                total += count;
                right += sums[at];
                gap += sums[at] - confidence[at];
            }

            _sums.Accuracy[b] = right / total;
            _sums.Gap[b] = gap / total;

            for (int v = 0; v < _sums.Means.Length; v++)
            {
                _sums.Means[v][b] = columns[(v * Lanes) + lane] / total;
            }

            _ranking.Compute(sums + lane, wrong + lane, Lanes, b, _sums);
        }
    }
}
