using System.Runtime.CompilerServices;

namespace LsCalib.Core.Numerics;

/// <summary>
/// exp(factor·d) for d ≤ 0, sixteen floats at a time, within 1e-7 of the largest and hardly biased (some 1e-10 on
/// average): enough for sums over many classes that are kept in double precision. With t = d·factor/ln 2, n the
/// nearest integer and f the rest, 2^f is a polynomial interpolated at Chebyshev nodes (error 9e-9) and 2^n is put
/// together from bits. factor/ln 2 is split in two floats, since its rounding alone would change the temperature of all
/// rows alike. Results below 2^−58 count as 2^−58: less than the rounding of a row sum, which is at least 1, and its
/// square is not subnormal.
/// </summary>
internal readonly struct FloatExponential<TFloats, TDoubles>
    where TFloats : struct, IFloatLanes<TFloats, TDoubles>
    where TDoubles : struct, ILanes<TDoubles>
{
    private const double LogTwo = 0.69314718055994531;

    // Adding this rounds to an integer and leaves n + 127, the exponent field of 2^n, in the low bits.
    private const float Shift = 12582912f + 127;

    private readonly TFloats _smallest;
    private readonly TFloats _high;
    private readonly TFloats _low;
    private readonly TFloats _shift;
    private readonly TFloats _c1;
    private readonly TFloats _c2;
    private readonly TFloats _c3;
    private readonly TFloats _c4;
    private readonly TFloats _c5;
    private readonly TFloats _c6;

    /// <param name="factor">1/T, positive.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FloatExponential(double factor)
    {
        double perPowerOfTwo = factor / LogTwo;
        var high = (float)perPowerOfTwo;
        _smallest = TFloats.Broadcast((float)(-58 / perPowerOfTwo));
        _high = TFloats.Broadcast(high);
        _low = TFloats.Broadcast((float)(perPowerOfTwo - high));

        // A constant would be loaded again in every round of the caller's loop; a value that the compiler cannot know
        // stays in a register.
        float one = factor > 0 ? 1 : float.NaN;
        _shift = TFloats.Broadcast(Shift * one);
        _c1 = TFloats.Broadcast(0.6931472f * one);
        _c2 = TFloats.Broadcast(0.2402265f * one);
        _c3 = TFloats.Broadcast(0.05550357f * one);
        _c4 = TFloats.Broadcast(0.009618082f * one);
        _c5 = TFloats.Broadcast(0.0013390887f * one);
        _c6 = TFloats.Broadcast(0.00015453182f * one);
    }

    /// <summary>d, but no lower than where the exponential is 2^−58.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloats Clamp(TFloats d) => TFloats.Max(d, _smallest);

    /// <summary>exp(factor·d).</summary>
    /// <param name="d">At most 0, clamped.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloats Of(TFloats d)
    {
        var shifted = TFloats.MultiplyAdd(d, _high, _shift);
        var f = TFloats.MultiplyAdd(d, _high, _shift - shifted);
        f = TFloats.MultiplyAdd(d, _low, f);

        var f2 = f * f;
        var p0 = TFloats.MultiplyAdd(_c2, f, _c1);
        var p2 = TFloats.MultiplyAdd(_c4, f, _c3);
        var p4 = TFloats.MultiplyAdd(_c6, f, _c5);
        p2 = TFloats.MultiplyAdd(p4, f2, p2);
        p0 = TFloats.MultiplyAdd(p2, f2, p0) * f;
        var power = TFloats.LowBitsToExponent(shifted);
        return TFloats.MultiplyAdd(p0, power, power);
    }
}
