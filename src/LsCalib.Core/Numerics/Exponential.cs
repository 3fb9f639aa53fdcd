using System.Runtime.CompilerServices;

namespace LsCalib.Core.Numerics;

/// <summary>
/// exp(x) for x ≤ 0, eight at a time: x = n·ln 2 + r with |r| ≤ ln(2)/2, exp(r) by its series to r^13 (relative
/// error about 2e-16), 2^n put together from bits. Arguments below −708 count as −708, that is 3e-308.
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

        var sum = T.Broadcast(1.0 / 6227020800);
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 479001600));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 39916800));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 3628800));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 362880));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 40320));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 5040));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 720));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 120));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 24));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0 / 6));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(0.5));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0));
        sum = T.MultiplyAdd(sum, r, T.Broadcast(1.0));
        return sum * T.LowBitsToExponent(shifted);
    }
}
