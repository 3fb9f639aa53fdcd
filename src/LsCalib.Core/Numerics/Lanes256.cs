using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LsCalib.Core.Numerics;

/// <summary>Eight doubles in two AVX2 registers.</summary>
internal readonly unsafe struct Lanes256(Vector256<double> lower, Vector256<double> upper) : ILanes<Lanes256>
{
    private readonly Vector256<double> _lower = lower;
    private readonly Vector256<double> _upper = upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(double* source) => new(Vector256.Load(source), Vector256.Load(source + 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) =>
        new(Avx.ConvertToVector256Double(Vector128.Load(source)), Avx.ConvertToVector256Double(Vector128.Load(source + 4)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Broadcast(double value)
    {
        var both = Vector256.Create(value);
        return new(both, both);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 lanes, double* target)
    {
        lanes._lower.Store(target);
        lanes._upper.Store(target + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left._lower * right._lower, left._upper * right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 left, Lanes256 right) =>
        new(Vector256.MaxNative(left._lower, right._lower), Vector256.MaxNative(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 factor, Lanes256 other, Lanes256 addend) =>
        new(Vector256.FusedMultiplyAdd(factor._lower, other._lower, addend._lower),
            Vector256.FusedMultiplyAdd(factor._upper, other._upper, addend._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LowBitsToExponent(Lanes256 lanes) =>
        new((lanes._lower.AsInt64() << 52).AsDouble(), (lanes._upper.AsInt64() << 52).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterMask(Lanes256 left, Lanes256 right) =>
        Vector256.GreaterThan(left._lower, right._lower).ExtractMostSignificantBits()
        | (Vector256.GreaterThan(left._upper, right._upper).ExtractMostSignificantBits() << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualMask(Lanes256 left, Lanes256 right) =>
        Vector256.Equals(left._lower, right._lower).ExtractMostSignificantBits()
        | (Vector256.Equals(left._upper, right._upper).ExtractMostSignificantBits() << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AtMost(Lanes256 lanes, Lanes256 limit, out uint above)
    {
        var lower = Vector256.GreaterThan(lanes._lower, limit._lower);
        var upper = Vector256.GreaterThan(lanes._upper, limit._upper);
        above = lower.ExtractMostSignificantBits() | (upper.ExtractMostSignificantBits() << 4);
        return new(Vector256.AndNot(lanes._lower, lower), Vector256.AndNot(lanes._upper, upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lanes256 lanes) => LaneReduction.Sum(lanes._lower + lanes._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MaxAcross(Lanes256 lanes) => LaneReduction.Max(Vector256.MaxNative(lanes._lower, lanes._upper));
}
