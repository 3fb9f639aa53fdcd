namespace LsCalib.Core.Numerics;

/// <summary>
/// Sixteen floats processed side by side, and their two halves as doubles. As with <see cref="ILanes{TSelf}"/>, every
/// implementation performs the same operations on the same lanes in the same order.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="TDoubles">Eight doubles on the same path.</typeparam>
internal unsafe interface IFloatLanes<TSelf, TDoubles>
    where TSelf : struct, IFloatLanes<TSelf, TDoubles>
    where TDoubles : struct, ILanes<TDoubles>
{
    /// <summary>Floats in one value, on every path.</summary>
    public const int Count = 16;

    public static abstract TSelf Load(float* source);

    public static abstract TSelf Broadcast(float value);

    public static abstract void Store(TSelf lanes, float* target);

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

    /// <summary>Lanes 0 to 7.</summary>
    public static abstract TDoubles Lower(TSelf lanes);

    /// <summary>Lanes 8 to 15.</summary>
    public static abstract TDoubles Upper(TSelf lanes);

    public static abstract float MaxAcross(TSelf lanes);
}
