using System.Runtime.CompilerServices;

namespace LsCalib.Core.Numerics;

/// <summary>
/// exp(x) for x ≤ 0, eight at a time: x = n·ln 2 + r with |r| ≤ ln(2)/2, exp(r) = 1 + r + r² q(r) with q
/// interpolated at Chebyshev nodes (error 2e-17, so rounding is what is left), 2^n put together from bits. Arguments below −708 count as −708, that is 3e-308.
/// </summary>
internal static class Exponential
{
    private const double Smallest = -708;
    private const double LogTwoHigh = 0.693147180369123816490;
    private const double LogTwoLow = 1.90821492927058770002e-10;

    // Adding this rounds to an integer and leaves n + 1023, the exponent field of 2^n, in the low bits.
    private const double Shift = 6755399441055744.0 + 1023;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OfNonPositive<T>(T x)
        where T : struct, ILanes<T>
    {
        x = T.Max(x, T.Broadcast(Smallest));
        var shifted = T.MultiplyAdd(x, T.Broadcast(1.4426950408889634), T.Broadcast(Shift));
        var n = shifted - T.Broadcast(Shift);
        var r = T.MultiplyAdd(n, T.Broadcast(-LogTwoHigh), x);
        r = T.MultiplyAdd(n, T.Broadcast(-LogTwoLow), r);

        var sum = T.Broadcast(2.510038549551032e-08);
        sum = T.MultiplyAdd(sum, r, T.Broadcast(2.7620088445409746e-07));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(2.7557268459997064e-06));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(2.4801521295954376e-05));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(0.00019841269863053618));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(0.0013888888917213717));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(0.008333333333330062));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(0.04166666666662413));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(0.16666666666666669));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(0.5000000000000001));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0));
        return sum * T.LowBitsToExponent(shifted);
    }
}
