using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LsCalib.Core.Numerics;

/// <summary>Sixteen floats in four 128-bit vectors, without instructions of one processor family (see <see cref="Lanes128"/>).</summary>
internal readonly unsafe struct FloatLanes128(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    : IFloatLanes<FloatLanes128, Lanes128>
{
    private readonly Vector128<float> _a = a;
    private readonly Vector128<float> _b = b;
    private readonly Vector128<float> _c = c;
    private readonly Vector128<float> _d = d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 Load(float* source) =>
        new(Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 Broadcast(float value)
    {
        var all = Vector128.Create(value);
        return new(all, all, all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(FloatLanes128 lanes, float* target)
    {
        lanes._a.Store(target);
        lanes._b.Store(target + 4);
        lanes._c.Store(target + 8);
        lanes._d.Store(target + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 operator +(FloatLanes128 left, FloatLanes128 right) =>
        new(left._a + right._a, left._b + right._b, left._c + right._c, left._d + right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 operator -(FloatLanes128 left, FloatLanes128 right) =>
        new(left._a - right._a, left._b - right._b, left._c - right._c, left._d - right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 operator *(FloatLanes128 left, FloatLanes128 right) =>
        new(left._a * right._a, left._b * right._b, left._c * right._c, left._d * right._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 Max(FloatLanes128 left, FloatLanes128 right) =>
        new(Vector128.MaxNative(left._a, right._a), Vector128.MaxNative(left._b, right._b),
            Vector128.MaxNative(left._c, right._c), Vector128.MaxNative(left._d, right._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 MultiplyAdd(FloatLanes128 factor, FloatLanes128 other, FloatLanes128 addend) =>
        new(Vector128.FusedMultiplyAdd(factor._a, other._a, addend._a), Vector128.FusedMultiplyAdd(factor._b, other._b, addend._b),
            Vector128.FusedMultiplyAdd(factor._c, other._c, addend._c), Vector128.FusedMultiplyAdd(factor._d, other._d, addend._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 LowBitsToExponent(FloatLanes128 lanes) =>
        new((lanes._a.AsInt32() << 23).AsSingle(), (lanes._b.AsInt32() << 23).AsSingle(),
            (lanes._c.AsInt32() << 23).AsSingle(), (lanes._d.AsInt32() << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterMask(FloatLanes128 left, FloatLanes128 right) =>
        Bits(Vector128.GreaterThan(left._a, right._a), Vector128.GreaterThan(left._b, right._b),
            Vector128.GreaterThan(left._c, right._c), Vector128.GreaterThan(left._d, right._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualMask(FloatLanes128 left, FloatLanes128 right) =>
        Bits(Vector128.Equals(left._a, right._a), Vector128.Equals(left._b, right._b),
            Vector128.Equals(left._c, right._c), Vector128.Equals(left._d, right._d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes128 AtMost(FloatLanes128 lanes, FloatLanes128 limit, out uint above)
    {
        var a = Vector128.GreaterThan(lanes._a, limit._a);
        var b = Vector128.GreaterThan(lanes._b, limit._b);
        var c = Vector128.GreaterThan(lanes._c, limit._c);
        var d = Vector128.GreaterThan(lanes._d, limit._d);
        above = Bits(a, b, c, d);
        return new(Vector128.AndNot(lanes._a, a), Vector128.AndNot(lanes._b, b), Vector128.AndNot(lanes._c, c), Vector128.AndNot(lanes._d, d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Lower(FloatLanes128 lanes) => Widen(lanes._a, lanes._b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Upper(FloatLanes128 lanes) => Widen(lanes._c, lanes._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(FloatLanes128 lanes) =>
        LaneReduction.Max(Vector128.MaxNative(Vector128.MaxNative(lanes._a, lanes._b), Vector128.MaxNative(lanes._c, lanes._d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes128 Widen(Vector128<float> first, Vector128<float> second)
    {
        var (a, b) = Vector128.Widen(first);
        var (c, d) = Vector128.Widen(second);
        return new(a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d) =>
        a.ExtractMostSignificantBits() | (b.ExtractMostSignificantBits() << 4)
        | (c.ExtractMostSignificantBits() << 8) | (d.ExtractMostSignificantBits() << 12);
}
