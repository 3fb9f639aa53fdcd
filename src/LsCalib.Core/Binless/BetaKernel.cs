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
    private double _bandwidth;

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

    /// <summary>Doubles of a row of kernels: the confidences, filled up to whole vectors.</summary>
    public int RowLength => _confidence.Length;

    /// <summary>Sums over all rows j but one's own, at each distinct confidence.</summary>
    /// <param name="bandwidth">h, positive.</param>
    /// <param name="path">Vector width; results do not depend on it.</param>
    /// <param name="sums">Receives the sums [D].</param>
    public void Run(double bandwidth, VectorPath path, BetaKernelSums[] sums)
    {
        SetBandwidth(bandwidth);
        var row = new double[RowLength];
        switch (path)
        {
            case VectorPath.Avx512:
                Run<Lanes512>(row, sums);
                break;
            case VectorPath.Avx2:
                Run<Lanes256>(row, sums);
                break;
            default:
                Run<Lanes128>(row, sums);
                break;
        }
    }

    /// <summary>Chooses h, positive, for <see cref="Row"/>.</summary>
    public void SetBandwidth(double bandwidth)
    {
        _bandwidth = bandwidth;
        Array.Fill(_norms, Nothing);
        for (int j = 0; j < _blockCount; j++)
        {
            _norms[j] = -SpecialFunctions.BetaLn((_confidence[j] / bandwidth) + 1, ((1 - _confidence[j]) / bandwidth) + 1);
        }
    }

    /// <summary>The kernels of all distinct confidences at one of them, its own as 0, divided by the largest.</summary>
    /// <param name="i">The distinct confidence.</param>
    /// <param name="path">Vector width; results do not depend on it.</param>
    /// <param name="row">Receives the kernels [<see cref="RowLength"/>].</param>
    /// <returns>The kernel of a row of this very confidence, and the logarithm of what all are divided by.</returns>
    public (double Own, double LogScale) Row(int i, VectorPath path, double[] row) => path switch
    {
        VectorPath.Avx512 => Row<Lanes512>(i, row),
        VectorPath.Avx2 => Row<Lanes256>(i, row),
        _ => Row<Lanes128>(i, row),
    };

    /// <summary>Adds Σ kernel·value for four rows of kernels and the same stretch of values.</summary>
    /// <param name="rows">Four rows of <see cref="RowLength"/>.</param>
    /// <param name="start">Where the stretch starts in the rows.</param>
    /// <param name="values">Values of the stretch, as many as fill whole vectors.</param>
    /// <param name="path">Vector width; results do not depend on it.</param>
    /// <param name="sums">Four sums, added to.</param>
    public static void AddProducts(ReadOnlySpan<double[]> rows, int start, ReadOnlySpan<double> values, VectorPath path, Span<double> sums)
    {
        switch (path)
        {
            case VectorPath.Avx512:
                AddProducts<Lanes512>(rows, start, values, sums);
                break;
            case VectorPath.Avx2:
                AddProducts<Lanes256>(rows, start, values, sums);
                break;
            default:
                AddProducts<Lanes128>(rows, start, values, sums);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddProducts<TLanes>(ReadOnlySpan<double[]> rows, int start, ReadOnlySpan<double> values, Span<double> sums)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (double* first = &rows[0][start], second = &rows[1][start], third = &rows[2][start], fourth = &rows[3][start], value = values)
        {
            var a = TLanes.Broadcast(0);
            var b = a;
            var c = a;
            var d = a;
            for (int j = 0; j < values.Length; j += ILanes<TLanes>.Count)
            {
                var v = TLanes.Load(value + j);
                a = TLanes.MultiplyAdd(TLanes.Load(first + j), v, a);
                b = TLanes.MultiplyAdd(TLanes.Load(second + j), v, b);
                c = TLanes.MultiplyAdd(TLanes.Load(third + j), v, c);
                d = TLanes.MultiplyAdd(TLanes.Load(fourth + j), v, d);
            }

            sums[0] += TLanes.Sum(a);
            sums[1] += TLanes.Sum(b);
            sums[2] += TLanes.Sum(c);
            sums[3] += TLanes.Sum(d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<TLanes>(double[] row, BetaKernelSums[] sums)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (double* kernel = row, counts = _counts, hits = _hits)
        {
            for (int i = 0; i < _blockCount; i++)
            {
                var (own, logScale) = Row<TLanes>(i, row);
                var all = TLanes.Broadcast(0);
                var correct = all;
                for (int j = 0; j < row.Length; j += ILanes<TLanes>.Count)
                {
                    var e = TLanes.Load(kernel + j);
                    all = TLanes.MultiplyAdd(e, TLanes.Load(counts + j), all);
                    correct = TLanes.MultiplyAdd(e, TLanes.Load(hits + j), correct);
                }

                sums[i] = new(TLanes.Sum(all), TLanes.Sum(correct), own, logScale);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Own, double LogScale) Row<TLanes>(int i, double[] row)
        where TLanes : struct, ILanes<TLanes>
    {
        double f = _confidence[i];
        double own = _norms[i];
        if (f is <= 0 or >= 1)
        {
            // All mass of the kernel of another confidence lies away from the end; ties alone are left.
            Array.Clear(row);
            return (1, own);
        }

        fixed (double* confidence = _confidence, norms = _norms, kernel = row)
        {
            double slope = (Math.Log(f) - Math.Log(1 - f)) / _bandwidth;
            norms[i] = Nothing;
            var tilt = TLanes.Broadcast(slope);
            var most = TLanes.Broadcast(Nothing);
            for (int j = 0; j < row.Length; j += ILanes<TLanes>.Count)
            {
                most = TLanes.Max(most, TLanes.MultiplyAdd(TLanes.Load(confidence + j), tilt, TLanes.Load(norms + j)));
            }

            double largest = TLanes.MaxAcross(most);
            double ownLog = (f * slope) + own;
            largest = _counts[i] > 1 ? Math.Max(largest, ownLog) : largest;
            if (largest == Nothing)
            {
                norms[i] = own;
                Array.Clear(row);
                return (0, 0);
            }

            var exponential = new Exponential<TLanes>(1);
            var shift = TLanes.Broadcast(largest);
            for (int j = 0; j < row.Length; j += ILanes<TLanes>.Count)
            {
                var d = TLanes.MultiplyAdd(TLanes.Load(confidence + j), tilt, TLanes.Load(norms + j)) - shift;
                TLanes.Store(exponential.Of(exponential.Clamp(d)), kernel + j);
            }

            norms[i] = own;
            return (_counts[i] > 1 ? Math.Exp(ownLog - largest) : 0, largest + (Math.Log(1 - f) / _bandwidth));
        }
    }
}

/// <summary>Kernel sums at one confidence, all divided by e^<paramref name="LogScale"/>.</summary>
/// <param name="Others">Σ of the kernels of rows of other confidences.</param>
/// <param name="CorrectOthers">The same over correct rows.</param>
/// <param name="Own">The kernel of a row of this very confidence.</param>
/// <param name="LogScale">What is divided by.</param>
internal readonly record struct BetaKernelSums(double Others, double CorrectOthers, double Own, double LogScale)
{
    /// <summary>Σ of the kernels of all rows but one of this confidence, of which there are <paramref name="count"/>.</summary>
    public double All(int count) => Others + ((count - 1) * Own);

    /// <summary>Estimated accuracy less the confidence, of a correct row and of a wrong one: a correct row lacks one hit, its own.</summary>
    /// <param name="count">Rows of this confidence.</param>
    /// <param name="hits">Correct ones among them.</param>
    /// <param name="confidence">The confidence.</param>
    public (double OfHits, double OfMisses) Gaps(int count, double hits, double confidence)
    {
        double all = All(count);
        return (((CorrectOthers + ((hits - 1) * Own)) / all) - confidence, ((CorrectOthers + (hits * Own)) / all) - confidence);
    }
}
