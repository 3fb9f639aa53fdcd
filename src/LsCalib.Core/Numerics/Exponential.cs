using System.Runtime.CompilerServices;

namespace LsCalib.Core.Numerics;

/// <summary>
/// exp(factor·d) for d ≤ 0, eight doubles at a time: x = factor·d = n·ln 2 + r with |r| ≤ ln(2)/2, exp(r) = 1 + r + r² q(r)
/// with q interpolated at Chebyshev nodes (error 2e-17, so rounding is what is left), 2^n put together from bits. q is
/// summed in pairs, not term by term: processors wait less.
/// </summary>
internal readonly struct Exponential<T>
    where T : struct, ILanes<T>
{
    private const double Smallest = -708;
    private const double LogTwoHigh = 0.693147180369123816490;
    private const double LogTwoLow = 1.90821492927058770002e-10;

    // Adding this rounds to an integer and leaves n + 1023, the exponent field of 2^n, in the low bits.
    private const double Shift = 6755399441055744.0 + 1023;

    private readonly T _smallest;
    private readonly T _factor;
    private readonly T _perPowerOfTwo;
    private readonly T _shift;
    private readonly T _logTwoHigh;
    private readonly T _logTwoLow;
    private readonly T _c0;
    private readonly T _c1;
    private readonly T _c2;
    private readonly T _c3;
    private readonly T _c4;
    private readonly T _c5;
    private readonly T _c6;
    private readonly T _c7;
    private readonly T _c8;
    private readonly T _c9;

    /// <param name="factor">1/T, positive.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Exponential(double factor)
    {
        _smallest = T.Broadcast(Smallest / factor);
        _factor = T.Broadcast(factor);

        // A constant would be loaded again in every round of the caller's loop; a value that the compiler cannot know
        // stays in a register.
        double one = factor > 0 ? 1 : double.NaN;
        _perPowerOfTwo = T.Broadcast(1.4426950408889634 * one);
        _shift = T.Broadcast(Shift * one);
        _logTwoHigh = T.Broadcast(-LogTwoHigh * one);
        _logTwoLow = T.Broadcast(-LogTwoLow * one);
        _c0 = T.Broadcast(0.5000000000000001 * one);
        _c1 = T.Broadcast(0.16666666666666669 * one);
        _c2 = T.Broadcast(0.04166666666662413 * one);
        _c3 = T.Broadcast(0.008333333333330062 * one);
        _c4 = T.Broadcast(0.0013888888917213717 * one);
        _c5 = T.Broadcast(0.00019841269863053618 * one);
        _c6 = T.Broadcast(2.4801521295954376e-05 * one);
        _c7 = T.Broadcast(2.7557268459997064e-06 * one);
        _c8 = T.Broadcast(2.7620088445409746e-07 * one);
        _c9 = T.Broadcast(2.510038549551032e-08 * one);
    }

    /// <summary>d, but no lower than where the exponential is 3e-308.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Clamp(T d) => T.Max(d, _smallest);

    /// <summary>exp(factor·d).</summary>
    /// <param name="d">At most 0, clamped.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T d)
    {
        var x = d * _factor;
        var shifted = T.MultiplyAdd(x, _perPowerOfTwo, _shift);
        var n = shifted - _shift;
        var r = T.MultiplyAdd(n, _logTwoHigh, x);
        r = T.MultiplyAdd(n, _logTwoLow, r);

        var r2 = r * r;
        var r4 = r2 * r2;
        var q0 = T.MultiplyAdd(_c1, r, _c0);
        var q2 = T.MultiplyAdd(_c3, r, _c2);
        var q4 = T.MultiplyAdd(_c5, r, _c4);
        var q6 = T.MultiplyAdd(_c7, r, _c6);
        var q8 = T.MultiplyAdd(_c9, r, _c8);
        q0 = T.MultiplyAdd(q2, r2, q0);
        q4 = T.MultiplyAdd(q6, r2, q4);
        q4 = T.MultiplyAdd(q8, r4, q4);
        q0 = T.MultiplyAdd(q4, r4, q0);
        var e = T.MultiplyAdd(q0, r2, r);
        var power = T.LowBitsToExponent(shifted);
        return T.MultiplyAdd(e, power, power);
    }
}
