using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LsCalib.Core.Numerics;

/// <summary>
/// Eight doubles in four 128-bit vectors, without instructions of one processor family: NEON on Arm, SSE on older
/// x86, plain code where there are no vectors.
/// </summary>
internal readonly unsafe struct Lanes128(Vector128<double> a, Vector128<double> b, Vector128<double> c, Vector128<double> d)
    : ILanes<Lanes128>
{
    private readonly Vector128<double> _a = a;
    private readonly Vector128<double> _b = b;
    private readonly Vector128<double> _c = c;
    private readonly Vector128<double> _d = d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(double* source) =>
        new(Vector128.Load(source), Vector128.Load(source + 2), Vector128.Load(source + 4), Vector128.Load(source + 6));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source)
    {
        var (a, b) = Vector128.Widen(Vector128.Load(source));
        var (c, d) = Vector128.Widen(Vector128.Load(source + 4));
        return new(a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(double value)
    {
        var all = Vector128.Create(value);
        return new(all, all, all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 lanes, double* target)
    {
        lanes._a.Store(target);
        lanes._b.Store(target + 2);
        lanes._c.Store(target + 4);
        lanes._d.Store(target + 6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) =>
        new(left._a + right._a, left._b + right._b, left._c + right._c, left._d + right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) =>
        new(left._a - right._a, left._b - right._b, left._c - right._c, left._d - right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) =>
        new(left._a * right._a, left._b * right._b, left._c * right._c, left._d * right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 left, Lanes128 right) =>
        new(Vector128.MaxNative(left._a, right._a), Vector128.MaxNative(left._b, right._b),
            Vector128.MaxNative(left._c, right._c), Vector128.MaxNative(left._d, right._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 factor, Lanes128 other, Lanes128 addend) =>
        new(Vector128.FusedMultiplyAdd(factor._a, other._a, addend._a), Vector128.FusedMultiplyAdd(factor._b, other._b, addend._b),
            Vector128.FusedMultiplyAdd(factor._c, other._c, addend._c), Vector128.FusedMultiplyAdd(factor._d, other._d, addend._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LowBitsToExponent(Lanes128 lanes) =>
        new((lanes._a.AsInt64() << 52).AsDouble(), (lanes._b.AsInt64() << 52).AsDouble(),
            (lanes._c.AsInt64() << 52).AsDouble(), (lanes._d.AsInt64() << 52).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterMask(Lanes128 left, Lanes128 right) =>
        Vector128.GreaterThan(left._a, right._a).ExtractMostSignificantBits()
        | (Vector128.GreaterThan(left._b, right._b).ExtractMostSignificantBits() << 2)
        | (Vector128.GreaterThan(left._c, right._c).ExtractMostSignificantBits() << 4)
        | (Vector128.GreaterThan(left._d, right._d).ExtractMostSignificantBits() << 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualMask(Lanes128 left, Lanes128 right) =>
        Vector128.Equals(left._a, right._a).ExtractMostSignificantBits()
        | (Vector128.Equals(left._b, right._b).ExtractMostSignificantBits() << 2)
        | (Vector128.Equals(left._c, right._c).ExtractMostSignificantBits() << 4)
        | (Vector128.Equals(left._d, right._d).ExtractMostSignificantBits() << 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AtMost(Lanes128 lanes, Lanes128 limit, out uint above)
    {
        var a = Vector128.GreaterThan(lanes._a, limit._a);
        var b = Vector128.GreaterThan(lanes._b, limit._b);
        var c = Vector128.GreaterThan(lanes._c, limit._c);
        var d = Vector128.GreaterThan(lanes._d, limit._d);
        above = a.ExtractMostSignificantBits() | (b.ExtractMostSignificantBits() << 2)
            | (c.ExtractMostSignificantBits() << 4) | (d.ExtractMostSignificantBits() << 6);
        return new(Vector128.AndNot(lanes._a, a), Vector128.AndNot(lanes._b, b), Vector128.AndNot(lanes._c, c), Vector128.AndNot(lanes._d, d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lanes128 lanes) => LaneReduction.Sum(lanes._a + lanes._c, lanes._b + lanes._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MaxAcross(Lanes128 lanes) =>
        LaneReduction.Max(Vector128.MaxNative(lanes._a, lanes._c), Vector128.MaxNative(lanes._b, lanes._d));
}
