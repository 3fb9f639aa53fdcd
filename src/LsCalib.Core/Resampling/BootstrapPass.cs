using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Resampling;

/// <summary>
/// The multinomial bootstrap of all top-label estimates at once: 32 resamples side by side, one pass over the rows for
/// each 32. Sums are in single precision over at most 128 rows, then in double.
/// </summary>
internal sealed unsafe class BootstrapPass
{
    private const int Lanes = ResampleCounts.Lanes;
    private const int ChunkRows = 128;

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
        _sums = new BootstrapSums(resampleCount, plan.CellCount, plan.ColumnCount);
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

        // A run of blocks keeps its working memory: counts that are not streamed are 32 bytes a unit.
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
        // Rows are counted on the way where they come in the order that they are drawn in; else counts are in memory.
        bool streamed = drawn && _plan.Groups is null && ResampleCounts.IsStreamed(_plan.UnitCount);
        int doubles = ((3 * _plan.SegmentCount) + _plan.ColumnCount) * Lanes;
        var counts = streamed ? null : (byte*)NativeMemory.AlignedAlloc((nuint)((long)_plan.UnitCount * Lanes), 64);
        var scratch = (float*)NativeMemory.AlignedAlloc(ChunkRows * Lanes * sizeof(float), 64);
        var sums = (double*)NativeMemory.AlignedAlloc((nuint)(doubles * sizeof(double)), 64);
        try
        {
            for (int block = first; block < end; block++)
            {
                _cancel.ThrowIfCancellationRequested();
                new Span<double>(sums, doubles).Clear();
                if (streamed)
                {
                    var draws = new ResampleCounts(_plan.UnitCount, _seed, block);
                    Rows(null, draws, scratch, sums);
                    draws.Complete(new DrawnRows(_plan, sums));
                }
                else
                {
                    if (drawn)
                    {
                        ResampleCounts.Draw(counts, _plan.UnitCount, _seed, block);
                    }
                    else
                    {
                        NativeMemory.Fill(counts, (nuint)((long)_plan.UnitCount * Lanes), 1);
                    }

                    Rows(counts, null, scratch, sums);
                }

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

    /// <summary>Sums by segment: rows, rows right, confidences [3,S,32], then the columns' [V,32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(byte* counts, ResampleCounts? draws, float* scratch, double* sums)
    {
        int segments = _plan.SegmentCount;
        double* columns = sums + (3 * segments * Lanes);
        for (int s = 0; s < segments; s++)
        {
            double* rows = sums + (s * Lanes);
            int end = _plan.Starts[s + 1];
            for (int first = _plan.Starts[s]; first < end; first += ChunkRows)
            {
                int length = Math.Min(ChunkRows, end - first);
                if (draws is not null)
                {
                    draws.Next(scratch, length);
                }
                else
                {
                    Gather(counts, first, length, scratch);
                }

                if (_plan.Weights is { } weights)
                {
                    CountSums.Weigh(weights.AsSpan(first, length), scratch);
                }

                fixed (float* values = &_plan.Rows[first * _plan.Stride])
                {
                    int v = 0;
                    if (_plan.ColumnCount >= 2)
                    {
                        CountSums.SumWithTwo(values, _plan.Stride, length, scratch, rows, segments * Lanes, columns);
                        v = 2;
                    }
                    else
                    {
                        CountSums.Sum(values, _plan.Stride, length, scratch, rows, segments * Lanes);
                    }

                    for (; v < _plan.ColumnCount; v++)
                    {
                        CountSums.Column(values + ResamplePlan.FirstColumn + v, _plan.Stride, length, scratch, columns + (v * Lanes));
                    }
                }
            }
        }
    }

    /// <summary>Counts of rows whose units lie in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(byte* counts, int first, int length, float* scratch)
    {
        var groups = _plan.Groups;
        for (int i = 0; i < length; i++)
        {
            int unit = groups is null ? first + i : groups[first + i];
            byte* source = counts + ((long)unit * Lanes);
            CountSums.Widen(source).Store(scratch + (i * Lanes));
            CountSums.Widen(source + 16).Store(scratch + (i * Lanes) + 16);
        }
    }

    /// <summary>Takes from a block's sums what is kept of each resample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(int firstResample, double* sums)
    {
        int segments = _plan.SegmentCount;
        int lanes = Math.Min(Lanes, _sums.ResampleCount - firstResample);
        double* right = sums + (segments * Lanes);
        double* confidence = right + (segments * Lanes);
        double* columns = confidence + (segments * Lanes);
        for (int lane = 0; lane < lanes; lane++)
        {
            int b = firstResample + lane;
            double total = 0;
            double hits = 0;
            double gap = 0;
            for (int s = 0; s < segments; s++)
            {
                int at = (s * Lanes) + lane;
                int cell = (b * _plan.CellCount) + _plan.CellOfSegment[s];
                _sums.Counts[cell] += sums[at];
                _sums.Gaps[cell] += right[at] - confidence[at];
                total += sums[at];
                hits += right[at];
                gap += right[at] - confidence[at];
            }

            _sums.Accuracy[b] = hits / total;
            _sums.Gap[b] = gap / total;

            for (int v = 0; v < _sums.Means.Length; v++)
            {
                _sums.Means[v][b] = columns[(v * Lanes) + lane] / total;
            }

            _ranking.Compute(sums + lane, right + lane, Lanes, b, _sums);
        }
    }

    /// <summary>Adds rows drawn one by one to the sums of their segments.</summary>
    private readonly struct DrawnRows(ResamplePlan plan, double* sums) : IDrawTarget
    {
        private readonly ResamplePlan _plan = plan;
        private readonly double* _sums = sums;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(ReadOnlySpan<int> units, int lane)
        {
            int stride = _plan.Stride;
            int next = _plan.SegmentCount * Lanes;
            var weights = _plan.Weights;
            fixed (float* all = _plan.Rows)
            {
                // The rows lie far apart, and a sum that is written to holds up the reading of the next row, as that might be of
                // the same place: unasked, the waits for memory would follow one another.
                foreach (int unit in units)
                {
                    if (Sse.IsSupported)
                    {
                        Sse.Prefetch0(all + (unit * stride));
                    }
                }

                foreach (int unit in units)
                {
                    float* row = all + (unit * stride);
                    double weight = weights is null ? 1 : weights[unit];
                    double* sums = _sums + ((int)row[ResamplePlan.Segment] * Lanes) + lane;
                    sums[0] += weight;
                    sums[next] += weight * row[ResamplePlan.Right];
                    sums[next + next] += weight * row[ResamplePlan.Confidence];
                }

                for (int v = 0; v < _plan.ColumnCount; v++)
                {
                    double sum = 0;
                    foreach (int unit in units)
                    {
                        sum += (weights is null ? 1 : weights[unit]) * all[(unit * stride) + ResamplePlan.FirstColumn + v];
                    }

                    _sums[(3 * next) + (v * Lanes) + lane] += sum;
                }
            }
        }

        public void Clear(int lane)
        {
            int all = (3 * _plan.SegmentCount) + _plan.ColumnCount;
            for (int i = 0; i < all; i++)
            {
                _sums[(i * Lanes) + lane] = 0;
            }
        }
    }
}
