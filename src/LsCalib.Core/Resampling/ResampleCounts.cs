using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Resampling;

/// <summary>Takes the draws of a resample that are made one by one.</summary>
internal interface IDrawTarget
{
    /// <summary>One more of each of these units in the resample of a lane.</summary>
    public void Add(ReadOnlySpan<int> units, int lane);

    /// <summary>Forgets all that the resample of a lane holds.</summary>
    public void Clear(int lane);
}

/// <summary>
/// How often each unit is drawn in the multinomial bootstrap, for a block of 32 resamples at once. Independent Poisson
/// counts with a known total are multinomial, and so they stay when further units are drawn one by one until the total
/// is N: nearly all of a resample is then drawn in order, without a jump through memory. Poisson probabilities are rounded
/// to multiples of 2⁻¹⁶. Counts are the same on every machine.
/// </summary>
internal sealed unsafe class ResampleCounts
{
    /// <summary>Resamples in a block.</summary>
    public const int Lanes = 32;

    /// <summary>Most units that <see cref="Next(float*, int)"/> counts in one call: 8 of each are within a sum of 16 bits.</summary>
    public const int MostInCall = 2048;

    /// <summary>Below so many units each draw is made one by one.</summary>
    private const int FewUnits = 2048;

    /// <summary>Standard deviations that the mean total lies below N: one total in 740 is above it, and its resample drawn anew.</summary>
    private const double Margin = 3;

    private const int MostDrawnTogether = 128;

    /// <summary>P(X ≥ 9) rounds to 0 for a mean below 1.</summary>
    private const int LargestCount = 8;

    /// <summary>Seeds of the blocks begin here; other uses of a seed have smaller stream numbers.</summary>
    private const int FirstStream = 1 << 20;

    private readonly SeededRandom _random;
    private readonly int _units;
    private readonly short[] _thresholds = new short[LargestCount];
    private Vector512<ulong> _a;
    private Vector512<ulong> _b;
    private Vector512<ulong> _c;
    private Vector512<ulong> _d;
    private Vector512<int> _lowTotals;
    private Vector512<int> _highTotals;

    /// <param name="units">Rows, or groups of rows that are drawn together.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="block">Number of the block: resamples 32·block to 32·block + 31.</param>
    public ResampleCounts(int units, long seed, int block)
    {
        _units = units;
        _random = new SeededRandom(seed, FirstStream + block);
        if (IsStreamed(units))
        {
            Thresholds(1 - (Margin / Math.Sqrt(units)), _thresholds);
            _a = Lane();
            _b = Lane();
            _c = Lane();
            _d = Lane();
        }
    }

    /// <summary>Whether counts come unit by unit, before the draws one by one; else all draws are of that kind.</summary>
    public static bool IsStreamed(int units) => units >= FewUnits;

    /// <summary>Draws a block into memory.</summary>
    /// <param name="counts">Receives the counts [units, 32].</param>
    /// <param name="units">Rows, or groups of rows that are drawn together.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="block">Number of the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Draw(byte* counts, int units, long seed, int block)
    {
        var draws = new ResampleCounts(units, seed, block);
        if (!IsStreamed(units))
        {
            new Span<byte>(counts, units * Lanes).Clear();
        }

        for (int first = 0; IsStreamed(units) && first < units; first += MostInCall)
        {
            draws.Next(counts + ((long)first * Lanes), Math.Min(MostInCall, units - first));
        }

        draws.Complete(new Memory(counts, units));
    }

    /// <summary>Counts of the next units, as bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Next(byte* counts, int units) => Poisson(counts, null, units);

    /// <summary>Counts of the next units, as numbers to calculate with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Next(float* counts, int units) => Poisson(null, counts, units);

    /// <summary>Draws what the resamples lack once all units have been counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Complete<TTarget>(TTarget target)
        where TTarget : IDrawTarget
    {
        Span<int> drawn = stackalloc int[MostDrawnTogether];
        for (int lane = 0; lane < Lanes; lane++)
        {
            int missing = _units - (lane < Lanes / 2 ? _lowTotals[lane] : _highTotals[lane - (Lanes / 2)]);
            if (missing < 0)
            {
                target.Clear(lane);
                missing = _units;
            }

            while (missing > 0)
            {
                int count = Math.Min(missing, drawn.Length);
                for (int i = 0; i < count; i++)
                {
                    drawn[i] = _random.NextIndex(_units);
                }

                target.Add(drawn[..count], lane);
                missing -= count;
            }
        }
    }

    /// <summary>Poisson counts of a mean just below 1, added up by resample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.AggressiveInlining)]
    private void Poisson(byte* bytes, float* floats, int units)
    {
        var t1 = Vector512.Create(_thresholds[0]);
        var t2 = Vector512.Create(_thresholds[1]);
        var t3 = Vector512.Create(_thresholds[2]);
        var t4 = Vector512.Create(_thresholds[3]);
        var t5 = Vector512.Create(_thresholds[4]);
        var t6 = Vector512.Create(_thresholds[5]);
        var t7 = Vector512.Create(_thresholds[6]);
        var t8 = Vector512.Create(_thresholds[7]);
        var a = _a;
        var b = _b;
        var c = _c;
        var d = _d;
        var recent = Vector512<short>.Zero;
        for (int unit = 0; unit < units; unit++)
        {
            // xoshiro256++ (Blackman and Vigna 2021) in eight lanes; all its bits are good. Shifts, not the instruction that
            // rotates: with it the loop took a fifth longer.
            var sum = a + d;
            var bits = ((sum << 23) | (sum >>> 41)) + a;
            var shifted = b << 17;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= shifted;
            d = (d << 45) | (d >>> 19);

            var uniform = bits.AsInt16();
            var count = Step(uniform, t1, Vector512<short>.Zero);
            count = Step(uniform, t2, count);
            count = Step(uniform, t3, count);
            count = Step(uniform, t4, count);
            count = Step(uniform, t5, count);

            count = Step(uniform, t6, count);
            count = Step(uniform, t7, count);
            count = Step(uniform, t8, count);
            recent += count;
            if (bytes != null)
            {
                Vector256.Narrow(count.GetLower(), count.GetUpper()).AsByte().Store(bytes + ((long)unit * Lanes));
            }
            else
            {
                Vector512.ConvertToSingle(Widen(count.GetLower())).Store(floats + ((long)unit * Lanes));
                Vector512.ConvertToSingle(Widen(count.GetUpper())).Store(floats + ((long)unit * Lanes) + (Lanes / 2));
            }
        }

        (_a, _b, _c, _d) = (a, b, c, d);
        _lowTotals += Widen(recent.GetLower());
        _highTotals += Widen(recent.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(Vector256<short> counts)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(counts);
        }

        var (low, high) = Vector256.Widen(counts);
        return Vector512.Create(low, high);
    }

    /// <summary>One more where the uniform is above a threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Step(Vector512<short> uniform, Vector512<short> threshold, Vector512<short> count) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(uniform, threshold), count + Vector512<short>.One, count);

    /// <summary>A signed 16-bit uniform above thresholds[k−1] gives a count of at least k.</summary>
    private static void Thresholds(double mean, short[] thresholds)
    {
        double mass = Math.Exp(-mean);
        double below = 0;
        for (int k = 1; k <= LargestCount; k++)
        {
            below += mass;
            mass *= mean / k;
            thresholds[k - 1] = (short)Math.Min(short.MaxValue, Math.Round(65536 * below) - 32769);
        }
    }

    private Vector512<ulong> Lane()
    {
        var lanes = stackalloc ulong[8];
        for (int i = 0; i < 8; i++)
        {
            lanes[i] = _random.NextBits();
        }

        return Vector512.Load(lanes);
    }

    /// <summary>Counts in memory.</summary>
    private readonly struct Memory(byte* counts, int units) : IDrawTarget
    {
        private readonly byte* _counts = counts;
        private readonly int _units = units;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ReadOnlySpan<int> units, int lane)
        {
            foreach (int unit in units)
            {
                _counts[((long)unit * Lanes) + lane]++;
            }
        }

        public void Clear(int lane)
        {
            for (int unit = 0; unit < _units; unit++)
            {
                _counts[((long)unit * Lanes) + lane] = 0;
            }
        }
    }
}
