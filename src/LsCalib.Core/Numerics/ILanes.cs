namespace LsCalib.Core.Numerics;

/// <summary>
/// Eight doubles processed side by side. Every implementation performs the same operations on the same lanes in the
/// same order, fused multiply-add included, so a result does not depend on the machine's vector width.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Doubles in one value, on every path.</summary>
    public const int Count = 8;

    public static abstract TSelf Load(double* source);

    /// <summary>Loads eight floats, widened exactly.</summary>
    public static abstract TSelf Load(float* source);

    public static abstract TSelf Broadcast(double value);

    public static abstract void Store(TSelf lanes, double* target);

    public static abstract TSelf operator +(TSelf left, TSelf right);

    public static abstract TSelf operator -(TSelf left, TSelf right);

    public static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Larger value of each lane; what it gives for NaN is unspecified, so finiteness is checked apart.</summary>
    public static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>factor × other + addend, rounded once.</summary>
    public static abstract TSelf MultiplyAdd(TSelf factor, TSelf other, TSelf addend);

    /// <summary>Moves the low bits of each lane into the exponent field: the last step of 2^n.</summary>
    public static abstract TSelf LowBitsToExponent(TSelf lanes);

    /// <summary>Bit i is set where left[i] &gt; right[i].</summary>
    public static abstract uint GreaterMask(TSelf left, TSelf right);

    /// <summary>Bit i is set where left[i] == right[i].</summary>
    public static abstract uint EqualMask(TSelf left, TSelf right);

    /// <summary>The lanes that are at most <paramref name="limit"/>, 0 in place of the others; bit i of the mask is set for each of those.</summary>
    public static abstract TSelf AtMost(TSelf lanes, TSelf limit, out uint above);

    /// <summary>Sum over the lanes: halves added, then quarters, then the last two.</summary>
    public static abstract double Sum(TSelf lanes);

    public static abstract double MaxAcross(TSelf lanes);
}
