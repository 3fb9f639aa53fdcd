using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LsCalib.Core.Numerics;

/// <summary>The last steps of a reduction over eight lanes, in one order for every vector width.</summary>
internal static class LaneReduction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector256<double> four) => Sum(four.GetLower(), four.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector128<double> lower, Vector128<double> upper)
    {
        var two = lower + upper;
        return two.GetElement(0) + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Max(Vector256<double> four) => Max(four.GetLower(), four.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Max(Vector128<double> lower, Vector128<double> upper)
    {
        var two = Vector128.MaxNative(lower, upper);
        return Math.Max(two.GetElement(0), two.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector256<float> eight) => Max(Vector128.MaxNative(eight.GetLower(), eight.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector128<float> four)
    {
        var two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(two.GetElement(0), two.GetElement(1));
    }
}
