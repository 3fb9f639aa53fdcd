using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LsCalib.Core.Numerics;

/// <summary>Sixteen floats in one AVX-512 register, by the instructions themselves (see <see cref="Lanes512"/>).</summary>
internal readonly unsafe struct FloatLanes512(Vector512<float> value) : IFloatLanes<FloatLanes512, Lanes512>
{
    private readonly Vector512<float> _value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 Load(float* source) => new(Avx512F.LoadVector512(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 Broadcast(float value) => new(Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(FloatLanes512 lanes, float* target) => Avx512F.Store(target, lanes._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 operator +(FloatLanes512 left, FloatLanes512 right) => new(Avx512F.Add(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 operator -(FloatLanes512 left, FloatLanes512 right) => new(Avx512F.Subtract(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 operator *(FloatLanes512 left, FloatLanes512 right) => new(Avx512F.Multiply(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 Max(FloatLanes512 left, FloatLanes512 right) => new(Avx512F.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 MultiplyAdd(FloatLanes512 factor, FloatLanes512 other, FloatLanes512 addend) =>
        new(Avx512F.FusedMultiplyAdd(factor._value, other._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 LowBitsToExponent(FloatLanes512 lanes) => new(Avx512F.ShiftLeftLogical(lanes._value.AsInt32(), 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterMask(FloatLanes512 left, FloatLanes512 right) =>
        (uint)Avx512DQ.MoveMask(Avx512F.CompareGreaterThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualMask(FloatLanes512 left, FloatLanes512 right) =>
        (uint)Avx512DQ.MoveMask(Avx512F.CompareEqual(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLanes512 AtMost(FloatLanes512 lanes, FloatLanes512 limit, out uint above)
    {
        var greater = Avx512F.CompareGreaterThan(lanes._value, limit._value);
        above = (uint)Avx512DQ.MoveMask(greater);
        return new(Avx512F.BlendVariable(lanes._value, Vector512<float>.Zero, greater));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Lower(FloatLanes512 lanes) => new(Avx512F.ConvertToVector512Double(lanes._value.GetLower()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Upper(FloatLanes512 lanes) => new(Avx512F.ConvertToVector512Double(lanes._value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(FloatLanes512 lanes) =>
        LaneReduction.Max(Vector256.MaxNative(lanes._value.GetLower(), lanes._value.GetUpper()));
}
