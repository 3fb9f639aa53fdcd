using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LsCalib.Core.Resampling;

/// <summary>Adds one bin's part to the error of every resample; element by element, so the same on every machine.</summary>
internal static class NormTerms
{
    /// <param name="norm">How gaps become an error; the root of the mean square is left to the caller.</param>
    /// <param name="gap">Share of the bin times its gap.</param>
    /// <param name="noise">What a resample adds to it, a multiple of 8 values.</param>
    /// <param name="shares">Share of the bin in a resample.</param>
    /// <param name="draws">The errors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ErrorNorm norm, double gap, ReadOnlySpan<double> noise, ReadOnlySpan<double> shares, Span<double> draws)
    {
        var n = MemoryMarshal.Cast<double, Vector512<double>>(noise);
        var w = MemoryMarshal.Cast<double, Vector512<double>>(shares);
        var d = MemoryMarshal.Cast<double, Vector512<double>>(draws);
        var g = Vector512.Create(gap);
        var zero = Vector512<double>.Zero;
        for (int i = 0; i < d.Length; i++)
        {
            var value = g + n[i];
            d[i] = norm switch
            {
                ErrorNorm.Expected => d[i] + Vector512.Abs(value),
                ErrorNorm.RootMeanSquare => d[i] + Vector512.ConditionalSelect(Vector512.GreaterThan(w[i], zero), value * value / w[i], zero),
                ErrorNorm.Maximum => Vector512.ConditionalSelect(
                    Vector512.GreaterThan(w[i], zero), Vector512.MaxNative(d[i], Vector512.Abs(value) / w[i]), d[i]),
                ErrorNorm.OverConfident => d[i] + Vector512.MaxNative(zero - value, zero),
                _ => d[i] + Vector512.MaxNative(value, zero),
            };
        }
    }
}
