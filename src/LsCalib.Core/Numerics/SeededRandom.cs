using System.Numerics;
using System.Runtime.CompilerServices;

namespace LsCalib.Core.Numerics;

/// <summary>
/// xoshiro256** (Blackman and Vigna 2021), seeded through splitmix64: the same numbers for a seed on every machine and
/// with every version of the framework.
/// </summary>
public sealed class SeededRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private double _spareGaussian = double.NaN;

    /// <param name="seed">Any number.</param>
    /// <param name="stream">Tells apart the independent uses of one seed.</param>
    public SeededRandom(long seed, int stream = 0)
    {
        ulong state = unchecked((ulong)seed + (0xD1B54A32D192ED03UL * (uint)stream));
        _a = SplitMix(ref state);
        _b = SplitMix(ref state);
        _c = SplitMix(ref state);
        _d = SplitMix(ref state);
    }

    /// <summary>Uniform in [0,1), 53 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 to <paramref name="bound"/> − 1, without bias.</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        ulong limit = ulong.MaxValue - (((ulong.MaxValue % (uint)bound) + 1) % (uint)bound);
        ulong bits;
        do
        {
            bits = NextBits();
        }
        while (bits > limit);
        return (int)(bits % (uint)bound);
    }

    /// <summary>Uniform in 0 to <paramref name="bound"/> − 1, by the upper half of a product; biased by bound/2⁶⁴ at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int NextIndex(int bound) => (int)Math.BigMul(NextBits(), (ulong)bound, out _);

    /// <summary>Standard normal, by the polar method.</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spareGaussian))
        {
            double spare = _spareGaussian;
            _spareGaussian = double.NaN;
            return spare;
        }

        double x, y, radius;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            radius = (x * x) + (y * y);
        }
        while (radius >= 1 || radius == 0);
        double factor = Math.Sqrt(-2 * Math.Log(radius) / radius);
        _spareGaussian = y * factor;
        return x * factor;
    }

    /// <summary>Puts the values in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
