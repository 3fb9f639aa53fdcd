using System.Runtime.Intrinsics.X86;

namespace LsCalib.Core.Numerics;

/// <summary>Which implementation of the eight lanes a kernel runs on.</summary>
internal enum VectorPath
{
    /// <summary>128-bit vectors of any processor.</summary>
    Portable,

    /// <summary>AVX2 with fused multiply-add.</summary>
    Avx2,

    /// <summary>AVX-512.</summary>
    Avx512,
}

internal static class VectorPaths
{
    /// <summary>The widest path of this machine. Tests name a path; everything else takes this one.</summary>
    public static VectorPath Best { get; } =
        Avx512F.IsSupported && Avx512DQ.IsSupported ? VectorPath.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? VectorPath.Avx2
        : VectorPath.Portable;

    public static bool IsSupported(VectorPath path) => path <= Best;
}
