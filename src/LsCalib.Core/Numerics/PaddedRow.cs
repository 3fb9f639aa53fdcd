using System.Runtime.CompilerServices;

namespace LsCalib.Core.Numerics;

/// <summary>Copies a row of scores to where kernels read it in whole vectors, and finds its largest score on the way.</summary>
internal static unsafe class PaddedRow
{
    /// <summary><paramref name="count"/> rounded up to whole vectors.</summary>
    public static int Length(int count, int lanes) => (count + lanes - 1) / lanes * lanes;

    /// <summary>Copies floats and fills up with the lowest float.</summary>
    /// <param name="source">Scores of the row.</param>
    /// <param name="count">K.</param>
    /// <param name="target">Receives K floats, rounded up to sixteens.</param>
    /// <param name="isFinite">Whether all scores are finite; the largest means nothing otherwise.</param>
    /// <returns>The largest score.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Copy<TFloats, TLanes>(float* source, int count, float* target, out bool isFinite)
        where TFloats : struct, IFloatLanes<TFloats, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = IFloatLanes<TFloats, TLanes>.Count;
        int whole = count / lanes * lanes;
        var zero = TFloats.Broadcast(0);
        var finite = zero;
        var largest = TFloats.Broadcast(float.MinValue);
        for (int k = 0; k < whole; k += lanes)
        {
            var z = TFloats.Load(source + k);
            TFloats.Store(z, target + k);
            finite = TFloats.MultiplyAdd(z, zero, finite);
            largest = TFloats.Max(largest, z);
        }

        if (whole < count)
        {
            for (int k = whole; k < whole + lanes; k++)
            {
                target[k] = k < count ? source[k] : float.MinValue;
            }

            var z = TFloats.Load(target + whole);
            finite = TFloats.MultiplyAdd(z, zero, finite);
            largest = TFloats.Max(largest, z);
        }

        isFinite = TLanes.Sum(TFloats.Lower(finite) + TFloats.Upper(finite)) == 0;
        return TFloats.MaxAcross(largest);
    }

    /// <summary>Copies scores as doubles and fills up with <paramref name="padding"/>.</summary>
    /// <param name="source">Scores of the row, float or double.</param>
    /// <param name="count">K.</param>
    /// <param name="target">Receives K doubles, rounded up to eights.</param>
    /// <param name="padding">A finite value no larger than any score.</param>
    /// <param name="isFinite">Whether all scores are finite; the largest means nothing otherwise.</param>
    /// <returns>The largest score.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Copy<TLanes, TScore>(TScore* source, int count, double* target, double padding, out bool isFinite)
        where TLanes : struct, ILanes<TLanes>
        where TScore : unmanaged
    {
        int lanes = ILanes<TLanes>.Count;
        int whole = count / lanes * lanes;
        var zero = TLanes.Broadcast(0);
        var finite = zero;
        var largest = TLanes.Broadcast(double.MinValue);
        for (int k = 0; k < whole; k += lanes)
        {
            var z = typeof(TScore) == typeof(float) ? TLanes.Load((float*)(source + k)) : TLanes.Load((double*)(source + k));
            TLanes.Store(z, target + k);
            finite = TLanes.MultiplyAdd(z, zero, finite);
            largest = TLanes.Max(largest, z);
        }

        int length = Length(count, lanes);
        for (int k = whole; k < length; k++)
        {
            target[k] = k >= count ? padding : typeof(TScore) == typeof(float) ? *(float*)(source + k) : *(double*)(source + k);
        }

        if (whole < length)
        {
            var z = TLanes.Load(target + whole);
            finite = TLanes.MultiplyAdd(z, zero, finite);
            largest = TLanes.Max(largest, z);
        }

        isFinite = TLanes.Sum(finite) == 0;
        return TLanes.MaxAcross(largest);
    }
}
