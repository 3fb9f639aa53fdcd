using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LsCalib.Core.Resampling;

namespace LsCalib.Core.Calibrators;

/// <summary>Sums of series over the units of 32 resamples side by side.</summary>
internal sealed unsafe class SeriesSums : IDisposable
{
    private const int Lanes = ResampleCounts.Lanes;

    /// <summary>Units counted at a time where they are drawn in order: the counts then stay in the cache.</summary>
    private const int ChunkUnits = 512;

    private readonly double* _sums = (double*)NativeMemory.AlignedAlloc(SlopeSeries.Length * Lanes * sizeof(double), 64);
    private readonly byte* _counts;
    private readonly int _units;

    /// <param name="units">Units that are drawn.</param>
    public SeriesSums(int units)
    {
        _units = units;
        _counts = (byte*)NativeMemory.AlignedAlloc((nuint)((ResampleCounts.IsStreamed(units) ? ChunkUnits : units) * Lanes), 64);
    }

    /// <summary>Draws a block of resamples and sums over it.</summary>
    /// <param name="series">Series of each unit.</param>
    /// <param name="seed">Seed of the resamples.</param>
    /// <param name="block">Resamples 32·block to 32·block + 31.</param>
    public void Draw(ReadOnlySpan<SlopeSeries> series, long seed, int block)
    {
        new Span<double>(_sums, SlopeSeries.Length * Lanes).Clear();
        fixed (SlopeSeries* source = series)
        {
            var values = (double*)source;
            if (!ResampleCounts.IsStreamed(_units))
            {
                ResampleCounts.Draw(_counts, _units, seed, block);
                Sum(values, _units);
                return;
            }

            var draws = new ResampleCounts(_units, seed, block);
            for (int first = 0; first < _units; first += ChunkUnits)
            {
                int length = Math.Min(ChunkUnits, _units - first);
                draws.Next(_counts, length);
                Sum(values + ((long)first * SlopeSeries.Length), length);
            }

            draws.Complete(new DrawnSeries(values, _sums));
        }
    }

    /// <summary>The sums of one resample.</summary>
    /// <param name="lane">Its place in the block, 0 to 31.</param>
    public NllMoments Of(int lane) => new()
    {
        Slope = _sums[lane],
        Curvature = _sums[Lanes + lane],
        Third = _sums[(2 * Lanes) + lane],
        Fourth = _sums[(3 * Lanes) + lane],
        Fifth = _sums[(4 * Lanes) + lane],
    };

    public void Dispose()
    {
        NativeMemory.AlignedFree(_sums);
        NativeMemory.AlignedFree(_counts);
    }

    /// <summary>Adds units whose counts are in memory, sixteen resamples at a time: their sums then stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(double* series, int units)
    {
        for (int half = 0; half < Lanes; half += 16)
        {
            var low1 = Load(half, 0);
            var low2 = Load(half, 1);
            var low3 = Load(half, 2);
            var low4 = Load(half, 3);
            var low5 = Load(half, 4);
            var high1 = Load(half + 8, 0);
            var high2 = Load(half + 8, 1);
            var high3 = Load(half + 8, 2);
            var high4 = Load(half + 8, 3);
            var high5 = Load(half + 8, 4);
            byte* counts = _counts + half;
            double* next = series;
            for (int unit = 0; unit < units; unit++)
            {
                var (low, high) = Vector512.Widen(CountSums.Widen(counts));
                var d1 = Vector512.Create(next[0]);
                var d2 = Vector512.Create(next[1]);
                var d3 = Vector512.Create(next[2]);
                var d4 = Vector512.Create(next[3]);
                var d5 = Vector512.Create(next[4]);
                low1 = Vector512.FusedMultiplyAdd(low, d1, low1);
                high1 = Vector512.FusedMultiplyAdd(high, d1, high1);
                low2 = Vector512.FusedMultiplyAdd(low, d2, low2);
                high2 = Vector512.FusedMultiplyAdd(high, d2, high2);
                low3 = Vector512.FusedMultiplyAdd(low, d3, low3);
                high3 = Vector512.FusedMultiplyAdd(high, d3, high3);
                low4 = Vector512.FusedMultiplyAdd(low, d4, low4);
                high4 = Vector512.FusedMultiplyAdd(high, d4, high4);
                low5 = Vector512.FusedMultiplyAdd(low, d5, low5);
                high5 = Vector512.FusedMultiplyAdd(high, d5, high5);
                counts += Lanes;
                next += SlopeSeries.Length;
            }

            Store(low1, high1, half, 0);
            Store(low2, high2, half, 1);
            Store(low3, high3, half, 2);
            Store(low4, high4, half, 3);
            Store(low5, high5, half, 4);
        }
    }

    private Vector512<double> Load(int lane, int order) => Vector512.Load(_sums + (order * Lanes) + lane);

    private void Store(Vector512<double> low, Vector512<double> high, int half, int order)
    {
        low.Store(_sums + (order * Lanes) + half);
        high.Store(_sums + (order * Lanes) + half + 8);
    }

    /// <summary>Adds units drawn one by one.</summary>
    private readonly struct DrawnSeries(double* series, double* sums) : IDrawTarget
    {
        private readonly double* _series = series;
        private readonly double* _sums = sums;

        public void Add(ReadOnlySpan<int> units, int lane)
        {
            foreach (int unit in units)
            {
                double* next = _series + ((long)unit * SlopeSeries.Length);
                for (int order = 0; order < SlopeSeries.Length; order++)
                {
                    _sums[(order * Lanes) + lane] += next[order];
                }
            }
        }

        public void Clear(int lane)
        {
            for (int order = 0; order < SlopeSeries.Length; order++)
            {
                _sums[(order * Lanes) + lane] = 0;
            }
        }
    }
}
