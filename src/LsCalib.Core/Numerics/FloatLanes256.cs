using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LsCalib.Core.Numerics;

/// <summary>Sixteen floats in two AVX2 registers.</summary>
internal readonly unsafe struct FloatLanes256(Vector256<float> lower, Vector256<float> upper) : IFloatLanes<FloatLanes256, Lanes256>
{
    private readonly Vector256<float> _lower = lower;
    private readonly Vector256<float> _upper = upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 Broadcast(float value)
    {
        var both = Vector256.Create(value);
        return new(both, both);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(FloatLanes256 lanes, float* target)
    {
        lanes._lower.Store(target);
        lanes._upper.Store(target + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 operator +(FloatLanes256 left, FloatLanes256 right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 operator -(FloatLanes256 left, FloatLanes256 right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 operator *(FloatLanes256 left, FloatLanes256 right) => new(left._lower * right._lower, left._upper * right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 Max(FloatLanes256 left, FloatLanes256 right) =>
        new(Vector256.MaxNative(left._lower, right._lower), Vector256.MaxNative(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 MultiplyAdd(FloatLanes256 factor, FloatLanes256 other, FloatLanes256 addend) =>
        new(Vector256.FusedMultiplyAdd(factor._lower, other._lower, addend._lower),
            Vector256.FusedMultiplyAdd(factor._upper, other._upper, addend._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 LowBitsToExponent(FloatLanes256 lanes) =>
        new((lanes._lower.AsInt32() << 23).AsSingle(), (lanes._upper.AsInt32() << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterMask(FloatLanes256 left, FloatLanes256 right) =>
        Vector256.GreaterThan(left._lower, right._lower).ExtractMostSignificantBits()
        | (Vector256.GreaterThan(left._upper, right._upper).ExtractMostSignificantBits() << 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualMask(FloatLanes256 left, FloatLanes256 right) =>
        Vector256.Equals(left._lower, right._lower).ExtractMostSignificantBits()
        | (Vector256.Equals(left._upper, right._upper).ExtractMostSignificantBits() << 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes256 AtMost(FloatLanes256 lanes, FloatLanes256 limit, out uint above)
    {
        var lower = Vector256.GreaterThan(lanes._lower, limit._lower);
        var upper = Vector256.GreaterThan(lanes._upper, limit._upper);
        above = lower.ExtractMostSignificantBits() | (upper.ExtractMostSignificantBits() << 8);
        return new(Vector256.AndNot(lanes._lower, lower), Vector256.AndNot(lanes._upper, upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Lower(FloatLanes256 lanes) => Widen(lanes._lower);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Upper(FloatLanes256 lanes) => Widen(lanes._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(FloatLanes256 lanes) => LaneReduction.Max(Vector256.MaxNative(lanes._lower, lanes._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes256 Widen(Vector256<float> eight) =>
        new(Avx.ConvertToVector256Double(eight.GetLower()), Avx.ConvertToVector256Double(eight.GetUpper()));
}
