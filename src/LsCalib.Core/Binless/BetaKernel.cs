using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using MathNet.Numerics;

namespace LsCalib.Core.Binless;

/// <summary>
/// Leave-one-out Beta-kernel sums over blocks of equal confidences. The kernel of f_j at f is f^(f_j/h) (1−f)^((1−f_j)/h)
/// / B(f_j/h + 1, (1−f_j)/h + 1); for one f its logarithm is linear in f_j but for a term that f_j alone decides, so a pair
/// costs one multiplication and one exponential. Each f's largest kernel is divided out: none vanishes by underflow.
/// </summary>
internal sealed unsafe class BetaKernel
{
    /// <summary>Stands for a logarithm of 0 that arithmetic leaves finite.</summary>
    private const double Nothing = -1e300;
    private readonly double[] _confidence;
    private readonly double[] _counts;
    private readonly double[] _hits;
    private readonly double[] _norms;
    private readonly int _blockCount;

    /// <param name="confidence">Distinct confidences [D].</param>
    /// <param name="counts">Rows of each [D].</param>
    /// <param name="hits">Correct rows of each [D].</param>
    public BetaKernel(ReadOnlySpan<double> confidence, ReadOnlySpan<int> counts, ReadOnlySpan<int> hits)
    {
        _blockCount = confidence.Length;
        int padded = PaddedRow.Length(_blockCount, ILanes<Lanes128>.Count);
        _confidence = new double[padded];
        _counts = new double[padded];
        _hits = new double[padded];
        _norms = new double[padded];
        for (int j = 0; j < _blockCount; j++)
        {
            _confidence[j] = confidence[j];
            _counts[j] = counts[j];
            _hits[j] = hits[j];
        }
    }

    /// <summary>Sums over all rows j but one's own, at each distinct confidence.</summary>
    /// <param name="bandwidth">h, positive.</param>
    /// <param name="path">Vector width; results do not depend on it.</param>
    /// <param name="sums">Receives the sums [D].</param>
    public void Run(double bandwidth, VectorPath path, BetaKernelSums[] sums)
    {
        Array.Fill(_norms, Nothing);
        for (int j = 0; j < _blockCount; j++)
        {
            _norms[j] = -SpecialFunctions.BetaLn((_confidence[j] / bandwidth) + 1, ((1 - _confidence[j]) / bandwidth) + 1);
        }

        switch (path)
        {
            case VectorPath.Avx512:
                Run<Lanes512>(bandwidth, sums);
                break;
            case VectorPath.Avx2:
                Run<Lanes256>(bandwidth, sums);
                break;
            default:
                Run<Lanes128>(bandwidth, sums);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<TLanes>(double bandwidth, BetaKernelSums[] sums)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (double* confidence = _confidence, norms = _norms, counts = _counts, hits = _hits)
        {
            var exponential = new Exponential<TLanes>(1);
            for (int i = 0; i < _blockCount; i++)
            {
                double f = confidence[i];
                double own = norms[i];
                if (f is <= 0 or >= 1)
                {
                    // All mass of the kernel of another confidence lies away from the end; ties alone are left.
                    sums[i] = new(0, 0, 1, own);
                    continue;
                }

                double slope = (Math.Log(f) - Math.Log(1 - f)) / bandwidth;
                norms[i] = Nothing;
                var tilt = TLanes.Broadcast(slope);
                var most = TLanes.Broadcast(Nothing);
                for (int j = 0; j < _confidence.Length; j += ILanes<TLanes>.Count)
                {
                    most = TLanes.Max(most, TLanes.MultiplyAdd(TLanes.Load(confidence + j), tilt, TLanes.Load(norms + j)));
                }

                double largest = TLanes.MaxAcross(most);
                double ownLog = (f * slope) + own;
                largest = counts[i] > 1 ? Math.Max(largest, ownLog) : largest;
                if (largest == Nothing)
                {
                    norms[i] = own;
                    sums[i] = default;
                    continue;
                }

                var shift = TLanes.Broadcast(largest);
                var all = TLanes.Broadcast(0);
                var correct = all;
                for (int j = 0; j < _confidence.Length; j += ILanes<TLanes>.Count)
                {
                    var d = TLanes.MultiplyAdd(TLanes.Load(confidence + j), tilt, TLanes.Load(norms + j)) - shift;
                    var e = exponential.Of(exponential.Clamp(d));
                    all = TLanes.MultiplyAdd(e, TLanes.Load(counts + j), all);
                    correct = TLanes.MultiplyAdd(e, TLanes.Load(hits + j), correct);
                }

                norms[i] = own;
                double ownKernel = counts[i] > 1 ? Math.Exp(ownLog - largest) : 0;
                sums[i] = new(TLanes.Sum(all), TLanes.Sum(correct), ownKernel, largest + (Math.Log(1 - f) / bandwidth));
            }
        }
    }
}

/// <summary>Kernel sums at one confidence, all divided by e^<paramref name="LogScale"/>.</summary>
/// <param name="Others">Σ of the kernels of rows of other confidences.</param>
/// <param name="CorrectOthers">The same over correct rows.</param>
/// <param name="Own">The kernel of a row of this very confidence.</param>
/// <param name="LogScale">What is divided by.</param>
internal readonly record struct BetaKernelSums(double Others, double CorrectOthers, double Own, double LogScale);
