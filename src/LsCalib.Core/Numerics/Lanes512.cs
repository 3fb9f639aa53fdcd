using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LsCalib.Core.Numerics;

/// <summary>
/// Eight doubles in one AVX-512 register, by the instructions themselves: on processors where the runtime avoids wide
/// vectors for short work, its general vector type would fall back to halves.
/// </summary>
internal readonly unsafe struct Lanes512(Vector512<double> value) : ILanes<Lanes512>
{
    private readonly Vector512<double> _value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(double* source) => new(Avx512F.LoadVector512(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Avx512F.ConvertToVector512Double(Avx.LoadVector256(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Broadcast(double value) => new(Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 lanes, double* target) => Avx512F.Store(target, lanes._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(Avx512F.Add(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(Avx512F.Subtract(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(Avx512F.Multiply(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 left, Lanes512 right) => new(Avx512F.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 factor, Lanes512 other, Lanes512 addend) =>
        new(Avx512F.FusedMultiplyAdd(factor._value, other._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LowBitsToExponent(Lanes512 lanes) => new(Avx512F.ShiftLeftLogical(lanes._value.AsInt64(), 52).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterMask(Lanes512 left, Lanes512 right) =>
        (uint)Avx512DQ.MoveMask(Avx512F.CompareGreaterThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualMask(Lanes512 left, Lanes512 right) =>
        (uint)Avx512DQ.MoveMask(Avx512F.CompareEqual(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 AtMost(Lanes512 lanes, Lanes512 limit, out uint above)
    {
        var greater = Avx512F.CompareGreaterThan(lanes._value, limit._value);
        above = (uint)Avx512DQ.MoveMask(greater);
        return new(Avx512F.BlendVariable(lanes._value, Vector512<double>.Zero, greater));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lanes512 lanes) => LaneReduction.Sum(lanes._value.GetLower() + lanes._value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MaxAcross(Lanes512 lanes) =>
        LaneReduction.Max(Vector256.MaxNative(lanes._value.GetLower(), lanes._value.GetUpper()));
}
