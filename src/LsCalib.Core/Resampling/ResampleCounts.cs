using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Resampling;

/// <summary>
/// How often each unit is drawn in the multinomial bootstrap, for 32 resamples at once. Independent Poisson counts with
/// a known total are multinomial, and so they stay when further units are drawn one by one until the total is N: nearly
/// all of a resample is then drawn in order, without a jump through memory. Poisson probabilities are rounded to
/// multiples of 2⁻¹⁶. Counts are the same on every machine.
/// </summary>
internal static unsafe class ResampleCounts
{
    /// <summary>Resamples in a block.</summary>
    public const int Lanes = 32;

    /// <summary>Below so many units each draw is made one by one.</summary>
    private const int FewUnits = 2048;

    /// <summary>P(X ≥ 9) rounds to 0 for a mean below 1.</summary>
    private const int LargestCount = 8;

    /// <summary>Seeds of the blocks begin here; other uses of a seed have smaller stream numbers.</summary>
    private const int FirstStream = 1 << 20;

    /// <summary>Draws a block.</summary>
    /// <param name="counts">Receives the counts [units, 32].</param>
    /// <param name="units">Rows, or groups of rows that are drawn together.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="block">Number of the block: resamples 32·block to 32·block + 31.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Draw(byte* counts, int units, long seed, int block)
    {
        var random = new SeededRandom(seed, FirstStream + block);
        var totals = stackalloc int[Lanes];
        if (units < FewUnits)
        {
            new Span<byte>(counts, units * Lanes).Clear();
        }
        else
        {
            Poisson(counts, units, random, totals);
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            // More than N by chance (three times in a hundred thousand): that resample is drawn anew, one by one.
            int missing = units - totals[lane];
            if (missing < 0)
            {
                for (int unit = 0; unit < units; unit++)
                {
                    counts[((long)unit * Lanes) + lane] = 0;
                }

                missing = units;
            }

            for (; missing > 0; missing--)
            {
                counts[((long)random.NextIndex(units) * Lanes) + lane]++;
            }
        }
    }

    /// <summary>Fills in Poisson counts of mean 1 − 4/√N and adds them up by resample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Poisson(byte* counts, int units, SeededRandom random, int* totals)
    {
        const int FlushUnits = 4096;
        var thresholds = stackalloc short[LargestCount];
        Thresholds(1 - (4 / Math.Sqrt(units)), thresholds);
        var t1 = Vector512.Create(thresholds[0]);
        var t2 = Vector512.Create(thresholds[1]);
        var t3 = Vector512.Create(thresholds[2]);
        var t4 = Vector512.Create(thresholds[3]);
        var t5 = Vector512.Create(thresholds[4]);
        var t6 = Vector512.Create(thresholds[5]);
        var t7 = Vector512.Create(thresholds[6]);
        var t8 = Vector512.Create(thresholds[7]);
        var a = Lane(random);
        var b = Lane(random);
        var c = Lane(random);
        var d = Lane(random);
        for (int first = 0; first < units; first += FlushUnits)
        {
            int end = Math.Min(units, first + FlushUnits);
            var recent = Vector512<short>.Zero;
            for (int unit = first; unit < end; unit++)
            {
                // xoshiro256++ (Blackman and Vigna 2021) in eight lanes; all its bits are good.
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

                // Six or more in one of 32 resamples: one unit in fifty.
                if (Vector512.GreaterThanAny(uniform, t6))
                {
                    count = Step(uniform, t6, count);
                    count = Step(uniform, t7, count);
                    count = Step(uniform, t8, count);
                }

                recent += count;
                Vector256.Narrow(count.GetLower(), count.GetUpper()).AsByte().Store(counts + ((long)unit * Lanes));
            }

            for (int lane = 0; lane < Lanes; lane++)
            {
                totals[lane] += (ushort)recent.GetElement(lane);
            }
        }
    }

    /// <summary>One more where the uniform is above a threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Step(Vector512<short> uniform, Vector512<short> threshold, Vector512<short> count) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(uniform, threshold), count + Vector512<short>.One, count);

    /// <summary>A signed 16-bit uniform above thresholds[k−1] gives a count of at least k.</summary>
    private static void Thresholds(double mean, short* thresholds)
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

    private static Vector512<ulong> Lane(SeededRandom random)
    {
        var lanes = stackalloc ulong[8];
        for (int i = 0; i < 8; i++)
        {
            lanes[i] = random.NextBits();
        }

        return Vector512.Load(lanes);
    }
}
